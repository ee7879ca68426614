"""Paths, and the choice of notebooks, for the tests that need Python."""
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[4]
sys.path.append(str(TOP / "lib/src/solutions"))
NOTEBOOKS = TOP / "notebooks"
TARGET = TOP / "lib" / "target"
RESOURCES = TOP / "lib" / "src" / "test" / "resources" / "notebooks"


def pytest_addoption(parser):
    parser.addoption("--notebook", action="append", default=[], metavar="NAME",
                     help="only notebooks whose name starts so, such as 02; may be given again")


def pytest_generate_tests(metafunc):
    if "notebook" in metafunc.fixturenames:
        starts = metafunc.config.getoption("notebook") or getattr(metafunc.module, "BY_DEFAULT", [""])
        chosen = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.name.startswith(tuple(starts))]
        metafunc.parametrize("notebook", chosen, ids=[path.stem for path in chosen])
