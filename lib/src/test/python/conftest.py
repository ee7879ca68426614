"""What the tests that need Python have in common: the choice of notebooks, the solutions, JupyterLab and a browser."""
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

TEST = Path(__file__).resolve().parents[1]
sys.path += [str(TEST.parent / "lab" / "python"), str(TEST.parent / "solutions")]

import lab_in_browser  # noqa: E402
import solutions  # noqa: E402
from notebooks import NOTEBOOKS, TARGET, java  # noqa: E402

SPECIMENS = TEST / "resources" / "notebooks"
SCREENSHOTS = TARGET / "screenshots"


def pytest_addoption(parser):
    parser.addoption("--notebook", action="append", default=[], metavar="NAME",
                     help="only notebooks whose name starts so, such as 02; may be given again")


def pytest_generate_tests(metafunc):
    if "notebook" in metafunc.fixturenames:
        starts = metafunc.config.getoption("notebook") or getattr(metafunc.module, "BY_DEFAULT", [""])
        chosen = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.name.startswith(tuple(starts))]
        metafunc.parametrize("notebook", chosen, ids=[path.stem for path in chosen])


@pytest.fixture(scope="session")
def solved():
    """From the name of each notebook to the file of its solution."""
    return {path.name: path for path in solutions.make()}


@pytest.fixture
def lab(request, tmp_path):
    """The address of a JupyterLab that was started as `mvn -Plab` starts it; the parameter is its theme."""
    with lab_in_browser.serve([java(), "lib/src/lab/java/Lab.java", "lab"], tmp_path,
                              getattr(request, "param", "JupyterLab Light")) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    with lab_in_browser.chromium() as browser:
        yield browser


@contextmanager
def side_by_side(request, work):
    """From the name of each test that needs this fixture to its future work(test): two go at a time, since much of one
    waits for one core."""
    tests = [item for item in request.session.items
             if item.module is request.module and request.fixturename in item.fixturenames]
    pool = ThreadPoolExecutor(2)
    try:
        yield {test.name: pool.submit(work, test) for test in tests}
    finally:
        pool.shutdown(cancel_futures=True)


def accept(complaints):
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
