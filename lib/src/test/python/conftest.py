"""Paths, and the choice of notebooks, for the tests that need Python."""
from pathlib import Path

TOP = Path(__file__).resolve().parents[4]
NOTEBOOKS = TOP / "notebooks"
TARGET = TOP / "lib" / "target"
RESOURCES = TOP / "lib" / "src" / "test" / "resources" / "notebooks"


def pytest_addoption(parser):
    parser.addoption("--notebook", action="append", default=[], metavar="NAME",
                     help="only notebooks whose name starts so, such as 02; may be given again")


def pytest_generate_tests(metafunc):
    if "notebook" in metafunc.fixturenames:
        starts = metafunc.config.getoption("notebook") or getattr(metafunc.module, "BY_DEFAULT", [""])
        found = sorted(NOTEBOOKS.glob("*.ipynb")) + sorted(NOTEBOOKS.glob("solutions/*.ipynb"))
        chosen = [path for path in found if path.name.startswith(tuple(starts))]
        ids = [path.relative_to(NOTEBOOKS).with_suffix("").as_posix() for path in chosen]
        metafunc.parametrize("notebook", chosen, ids=ids)
