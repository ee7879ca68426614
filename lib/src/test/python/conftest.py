"""What the tests that need Python have in common: the choice of notebooks, the solutions, JupyterLab and a browser."""
import sys
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


def accept(complaints):
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
