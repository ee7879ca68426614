"""Every notebook runs silently in the real kernel, in each order that a class tries, and its file keeps the rules."""
import pytest

import solutions
from conftest import NOTEBOOKS, RESOURCES, TARGET
from runner import QUICK, breaches, code_cells, execute, kernel, save, verdicts

SEED = 1  # of the shuffled order


@pytest.fixture(scope="session")
def solved():
    return {path.name: path for path in solutions.make()}


def test_file(notebook):
    accept(breaches(notebook))


def test_run(notebook):
    """As students first meet it: nothing fails, and each exercise says that it is not done."""
    run = execute(notebook, TARGET / "notebooks" / notebook.relative_to(NOTEBOOKS))
    accept(run.complaints)
    assert verdicts(code_cells(run.notebook)) == dict.fromkeys(solutions.answers(notebook), "NOT DONE")


def test_solution(notebook, solved):
    """As a class leaves it: every answer passes, every cell can run twice and in a shuffled order."""
    ids = solutions.answers(notebook)
    with kernel(solved[notebook.name], **QUICK) as run:
        run.each_twice()
        twice = verdicts(code_cells(run.notebook))
        run.shuffled(SEED)
        shuffled = verdicts(code_cells(run.notebook))
        save(run.notebook, TARGET / "notebooks" / "solutions" / notebook.name)
        wrong = run.answered(solutions.wrong_answers(notebook))
        run.constants_changed()
    accept(run.complaints)
    assert twice == shuffled == dict.fromkeys(ids, "PASS")
    assert set(wrong) == set(ids) and "PASS" not in wrong.values(), f"wrong answers got {wrong}"


def test_a_failing_notebook_is_caught(tmp_path):
    run = execute(RESOURCES / "failing.ipynb", tmp_path / "failing.ipynb")
    assert run.complaints == ["failing.ipynb, cell [2]: text on stderr: this goes to stderr"]


def test_what_a_class_would_stumble_over_is_caught():
    with kernel(RESOURCES / "failing.ipynb") as run:
        run.each_twice()
        run.constants_changed()
    assert run.complaints == [
        "failing.ipynb, cell [2]: text on stderr: this goes to stderr",
        "failing.ipynb, cell [3]: java.lang.IllegalArgumentException: noise must be at least 0, got -0.1",
        "failing.ipynb, cell [5] with other values destroys weights",
    ]


def test_a_careless_file_is_caught():
    assert breaches(RESOURCES / "failing.ipynb") == [
        "failing.ipynb, cell [4]: clear all outputs before you commit",
        "failing.ipynb, cell [4]: it has 26 lines, the limit is 25",
        "failing.ipynb, cell [4]: name the type, not var",
        "failing.ipynb, cell [6]: name the type, not var",
    ]


def accept(complaints):
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
