"""
Every notebook runs once in the real kernel, from top to bottom and in quick mode, and so does its solution.

They leave their outputs in lib/target/quick. The long forms, such as each notebook in full, are in long_runs.py.
"""
import solutions
from conftest import SPECIMENS, accept
from exercises import verdicts
from notebooks import QUICK, TARGET, execute

EXECUTED = TARGET / "quick"


def test_run(notebook):
    """As students first meet it: nothing fails, and each exercise says that it is not done."""
    run = execute(notebook, EXECUTED / notebook.name, **QUICK)
    accept(run.complaints)
    assert verdicts(run.cells) == dict.fromkeys(solutions.answers(notebook), "NOT DONE")


def test_solution(notebook, solved):
    """With the answers in its gaps: nothing fails, and each exercise is passed."""
    run = execute(solved[notebook.name], EXECUTED / "solutions" / notebook.name, **QUICK)
    accept(run.complaints)
    assert verdicts(run.cells) == dict.fromkeys(solutions.answers(notebook), "PASS")


def test_a_failing_notebook_is_caught(tmp_path):
    run = execute(SPECIMENS / "failing.ipynb", tmp_path / "failing.ipynb")
    assert run.complaints == ["failing.ipynb, cell [2]: text on stderr: this goes to stderr"]
