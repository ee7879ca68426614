"""
Every notebook runs once in the real kernel, from top to bottom and in quick mode, and so does its solution.

They leave their outputs in lib/target/quick. The long forms, such as each notebook in full, are in long_runs.py.
"""
import pytest
import solutions
from conftest import SPECIMENS, accept, side_by_side
from exercises import verdicts
from notebooks import QUICK, TARGET, execute

EXECUTED = TARGET / "quick"


@pytest.fixture(scope="module")
def runs(request, solved):
    with side_by_side(request, lambda test: execute_for(test, solved)) as runs:
        yield runs


@pytest.fixture
def run(runs, request):
    return runs[request.node.name].result()


def execute_for(test, solved):
    notebook = test.callspec.params["notebook"]
    if test.function is test_run:
        return execute(notebook, EXECUTED / notebook.name, **QUICK)
    return execute(solved[notebook.name], EXECUTED / "solutions" / notebook.name, **QUICK)


def test_run(notebook, run):
    """As students first meet it: nothing fails, and each exercise says that it is not done."""
    accept(run.complaints)
    assert verdicts(run.cells) == dict.fromkeys(solutions.answers(notebook), "NOT DONE")


def test_solution(notebook, run):
    """With the answers in its gaps: nothing fails, and each exercise is passed."""
    accept(run.complaints)
    assert verdicts(run.cells) == dict.fromkeys(solutions.answers(notebook), "PASS")


def test_a_failing_notebook_is_caught(tmp_path):
    run = execute(SPECIMENS / "failing.ipynb", tmp_path / "failing.ipynb")
    assert run.complaints == ["failing.ipynb, cell [2]: text on stderr: this goes to stderr"]
