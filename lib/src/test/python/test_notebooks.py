"""Every notebook runs top to bottom in the real kernel, silently, and keeps the rules for its file."""
import pytest

from conftest import NOTEBOOKS, RESOURCES, TARGET
from runner import breaches, execute


def test_file(notebook):
    accept(breaches(notebook))


def test_run(notebook):
    accept(execute(notebook, TARGET / "notebooks" / notebook.relative_to(NOTEBOOKS)))


def test_a_failing_notebook_is_caught(tmp_path):
    found = execute(RESOURCES / "failing.ipynb", tmp_path / "failing.ipynb", kernel_folder=NOTEBOOKS)
    assert found == [
        "failing.ipynb, cell [2]: text on stderr: this goes to stderr",
        "failing.ipynb, cell [3]: java.lang.IllegalArgumentException: noise must be at least 0, got -0.1",
    ]


def test_a_careless_file_is_caught():
    assert breaches(RESOURCES / "failing.ipynb") == [
        "failing.ipynb, cell [4]: clear all outputs before you commit",
        "failing.ipynb, cell [4]: it has 26 lines, the limit is 25",
        "failing.ipynb, cell [4]: name the type, not var",
    ]


def accept(complaints):
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
