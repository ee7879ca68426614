"""
What the launcher, Lab.java, says and does where something is not as it should be: each time one sentence and no stack
trace. A stand-in for Python makes environments at once. .ci/run runs it.
"""
import os
import subprocess

import pytest

from notebooks import TOP, java

STAND_IN = """#!/bin/sh
case "$*" in
*"-m venv"*) sleep 2; mkdir -p .venv/bin .venv/share/jupyter/kernels/java; cp "$0" .venv/bin/python
             touch .venv/share/jupyter/kernels/java/jjava.jar;;
*jupyter_core*) exec ${REAL:-true} "$@";;
*jupyterlab*) echo "the lab is open";;
esac
"""
NOBODY = 65534


@pytest.fixture
def project(tmp_path):
    return make(tmp_path / "project")


def make(folder):
    """A project whose python3 is the stand-in."""
    for name in ("notebooks", "programs", "home"):
        (folder / name).mkdir(parents=True)
    (folder / "notebooks/requirements.txt").write_text("")
    python = folder / "programs/python3"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    return folder


def start(project, command="environment", user=None, **environment):
    return subprocess.Popen(
        [java(), str(TOP / "lib/src/lab/java/Lab.java"), command], cwd=project, text=True, user=user,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PATH": f"{project / 'programs'}:{os.environ['PATH']}", "HOME": str(project / "home"),
             **environment})


def said(process, fails):
    """What was said; on stderr one sentence where it fails, and else nothing."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == (1 if fails else 0), out + err
    assert len(err.splitlines()) == (1 if fails else 0), err
    return err if fails else out


def test_the_first_start_makes_the_environment_and_the_second_finds_it(project):
    assert said(start(project), False).startswith("Making the Python environment in .venv")
    assert said(start(project), False) == ""


@pytest.mark.parametrize("harm", [
    lambda venv: (venv / "bin/python").write_text("#!/bin/sh\nexit 1\n"),  # sees no packages, as after an update
    lambda venv: (venv / "bin/python").unlink(),
    lambda venv: (venv / "share/jupyter/kernels/java/jjava.jar").unlink(),
], ids=["another version of Python", "no Python", "no kernel"])
def test_an_environment_of_no_use_is_made_anew_with_a_sentence(project, harm):
    said(start(project), False)
    harm(project / ".venv")
    first, second = said(start(project), False).splitlines()
    assert first == "The environment in .venv is of no use any more, as after an update of Python."
    assert second.startswith("Making the Python environment in .venv")
    assert said(start(project), False) == ""


def test_a_half_made_environment_is_made_again(project):
    said(start(project), False)
    (project / ".venv/complete").unlink()
    assert said(start(project), False).startswith("Making")


@pytest.mark.parametrize("name", ["pyvenv.cfg", "my-notes.txt", "bin/python"])
def test_an_environment_of_the_user_is_not_touched(project, name):
    own = project / ".venv" / name
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    assert "was not made by the lab and is not touched: move it away" in said(start(project), True)
    assert own.read_text() == "mine"


def test_two_first_starts_make_one_environment(project):
    starts = [start(project) for _ in range(3)]
    lines = sorted(line for process in starts for line in said(process, False).splitlines())
    assert [line.split()[0] for line in lines] == ["Another", "Another", "Making"]


@pytest.mark.parametrize("name", ["Flows!", "day:1", "back\\slash", "a!/b"])
def test_a_folder_in_which_java_finds_no_library_is_refused(tmp_path, name):
    folder = make(tmp_path / name)
    assert "rename it, or move the project" in said(start(folder), True)


@pytest.mark.parametrize("name", ["a!b", "with space", "100%", "größe", "[1]", "a{b}", "#5", "$x"])
def test_other_names_of_folders_are_not(tmp_path, name):
    said(start(make(tmp_path / name)), False)


def test_a_home_that_cannot_be_written_is_named(project):
    said(start(project), False)
    (project / "home/.jupyter").write_text("a file where a folder should be")
    real = str(TOP / ".venv/bin/python")
    for home in (str(project / "home"), "/proc"):
        sentence = said(start(project, "lab", HOME=home, REAL=real), True)
        assert sentence.startswith(f"JupyterLab cannot write into your home folder {home}")
    assert "the lab is open" in said(start(project, "lab", HOME=str(project), REAL=real), False)


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can be somebody else")
def test_a_clone_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.getuid() and folder.is_relative_to("/tmp/pytest-of-root"):
            folder.chmod(0o755)
    project = make(tmp_path / "project")
    assert "cannot be written (AccessDeniedException): copy the project" in said(start(project, user=NOBODY), True)
