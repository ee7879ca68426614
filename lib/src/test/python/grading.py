"""
Hands out the notebooks and grades submissions with the real nbgrader.

Not part of `mvn verify`, since nbgrader has an environment of its own:
`python3 -m venv lib/target/nbgrader`, `lib/target/nbgrader/bin/pip install -r lib/src/grading/requirements.txt`,
`.venv/bin/python -m pytest lib/src/test/python/grading.py`.
"""
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import nbformat
import pytest

import solutions
from notebooks import NOTEBOOKS, TARGET, TOP

sys.path.insert(0, str(TOP / "lib/src/grading"))
import forgeries  # noqa: E402

COURSE = TARGET / "course"
GRADED = NOTEBOOKS / "00-start-here.ipynb"  # the shortest
# Each with wrong answers to all exercises.
FORGERIES = {
    "class": "class Exercise { static void check(Object... a) { } static void summary(String... s) { } }",
    "says-pass": """class Exercise { static void check(String id, Object... a) { System.out.println("PASS " + id); }
        static void summary(String... s) { } }""",
    "variable": "class Mine { void check(Object... a) { } void summary(String... s) { } }\nMine Exercise = new Mine();",
    "unicode": "cl\\u0061ss Exercise { static void check(Object... a) { } static void summary(String... s) { } }",
}
POINTS = """
    SELECT student.student_id, base_cell.name, grade.auto_score
    FROM grade JOIN base_cell ON grade.cell_id = base_cell.id
    JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
    JOIN submitted_assignment AS student ON submitted_notebook.assignment_id = student.id"""


@pytest.fixture(scope="module")
def released():
    shutil.rmtree(COURSE, ignore_errors=True)
    shutil.copytree(NOTEBOOKS, COURSE / "source" / "realnvp", ignore=shutil.ignore_patterns(".*"))
    for path in (TOP / "lib/src/grading").glob("*.py"):
        shutil.copy(path, COURSE)
    nbgrader("generate_assignment", "realnvp")
    return COURSE / "release" / "realnvp"


@pytest.fixture(scope="module")
def points(released):
    """Who got how many points for which exercise of the notebook that was graded."""
    answers, wrong = solutions.answers(GRADED), solutions.wrong_answers(GRADED)
    submit("solved", released, answers)
    submit("unanswered", released, {})
    submit("cheating", released, {"0.1": answers["0.1"], "0.2": wrong["0.2"]}, check='System.out.println("PASS");')
    for name, forgery in FORGERIES.items():
        submit(name, released, {**wrong, "0.1": wrong["0.1"] + "\n" + forgery})
    nbgrader("autograde", "realnvp", f"--notebook={GRADED.stem}")
    with sqlite3.connect(COURSE / "gradebook.db") as database:
        rows = database.execute(POINTS).fetchall()
    cells = score(answers, [])
    return {s: {cell: points for student, cell, points in rows if student == s and cell in cells} for s, _, _ in rows}


def test_students_get_the_notebooks_as_they_are(released):
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        mine, theirs = (list(map(solutions.source, solutions.read(p)["cells"])) for p in (path, released / path.name))
        assert theirs == mine, path.name


def test_answers_get_points_and_nothing_else_does(points):
    ids = list(solutions.answers(GRADED))
    assert points["solved"] == score(ids, ids)
    assert points["unanswered"] == score(ids, [])
    assert points["cheating"] == score(ids, ids[:1])


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_submission_gets_no_points(points, name):
    assert points[name] == score(solutions.answers(GRADED), [])


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_nothing_that_students_are_given_and_no_answer_is_taken_for_a_forgery(path):
    for answers in ({}, solutions.answers(path), solutions.wrong_answers(path)):
        assert forgeries.declared_anew(notebook_of(solutions.solved(solutions.read(path), answers))) == []


@pytest.mark.parametrize("line, says", {
    "class Exercise { static void check(Object... a) { } }": "declares Exercise",
    "public  final class\n Exercise<T> { }": "declares Exercise",
    "cl\\u0061ss Exercise { }": "declares Exercise",
    "cl/**/ass Exercise { }": None,  # which Java does not take either
    "interface Exercise { }": "declares Exercise",
    "record Arrays(int a) { }": "declares Arrays",
    "@interface Exercise { }": "declares Exercise",
    "class realnvp { }": "declares realnvp",
    "Mine Exercise = new Mine();": "declares Exercise",
    "enum Other { A } Other Exercise;": "declares Exercise",
    "import mine.Exercise;": "imports mine.Exercise",
    "import static mine.All.*;": "imports mine.All.*",
    "%load mine.jshell": "loads %load mine.jshell",
    "%classpath mine.jar": "loads %classpath mine.jar",
    "%%time": "loads %%time",
    "// class Exercise { }": None,
    "String s = \"class Exercise { }\";": None,
    "class Helper { double f() { return 1; } }": None,
    "Map<String, Double> found = Map.of();": None,
    "Bijector mine = new Bijector() { };": None,
    "import java.util.function.*;": None,
    "import realnvp.lesson.Exercise;": None,
}.items(), ids=repr)
def test_what_stands_in_for_the_library_is_found(line, says):
    notebook = nbformat.read(GRADED, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(line))
    assert forgeries.declared_anew(notebook) == ([says] if says else [])


def notebook_of(cells):
    return nbformat.reads(json.dumps(cells), as_version=4)


def score(ids, right):
    return {solutions.grade_id("check", id): float(id in right) for id in ids}


def submit(student, released, answers, check=None):
    """The released notebook with these answers in its gaps, and perhaps with another text in all its checks."""
    notebook = solutions.solved(solutions.read(released / GRADED.name), answers)
    for cell in notebook["cells"]:
        if check and solutions.check(cell):
            cell["source"] = [check]
    solutions.write(notebook, COURSE / "submitted" / student / "realnvp" / GRADED.name)


def nbgrader(*command):
    programs = TARGET / "nbgrader" / "bin"  # nbgrader calls others of its environment
    result = subprocess.run(["nbgrader", *command], cwd=COURSE, text=True, capture_output=True, env={
        **os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_PATH": str(TOP / ".venv/share/jupyter")})
    assert result.returncode == 0, result.stdout + result.stderr
