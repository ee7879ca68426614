"""
Every notebook runs once in the real kernel, from top to bottom and in quick mode, and so does its solution.

They leave their outputs in lib/target/quick. The long forms, such as each notebook in full, are in long_runs.py.
"""
from concurrent.futures import ThreadPoolExecutor

import pytest
import solutions
from conftest import SPECIMENS, accept
from exercises import verdicts
from notebooks import QUICK, TARGET, execute

EXECUTED = TARGET / "quick"


@pytest.fixture(scope="module")
def runs(request, solved):
    """From the name of each test to its run: two go on side by side, since much of one waits for one core."""
    tests = [item for item in request.session.items if item.module is request.module and hasattr(item, "callspec")]
    pool = ThreadPoolExecutor(2)
    yield {test.name: pool.submit(execute_for, test, solved) for test in tests}
    pool.shutdown(cancel_futures=True)


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
