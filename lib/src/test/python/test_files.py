"""The file of a notebook keeps the rules: no outputs, short cells, types by their names."""
import re

import nbformat

from conftest import SPECIMENS, accept
from notebooks import code_cells, place

LINES_PER_CELL = 25
BYTES = 200_000


def test_file(notebook):
    accept(breaches(notebook))


def test_a_careless_file_is_caught():
    assert breaches(SPECIMENS / "failing.ipynb") == [
        "failing.ipynb, cell [4]: clear all outputs before you commit",
        "failing.ipynb, cell [4]: it has 26 lines, the limit is 25",
        "failing.ipynb, cell [4]: name the type, not var",
        "failing.ipynb, cell [6]: name the type, not var",
    ]


def breaches(path):
    """One line for each rule for a notebook file that this one breaks."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    found = []
    if path.stat().st_size > BYTES:
        found.append(f"{path.name}: it has {path.stat().st_size} bytes, the limit is {BYTES}")
    if notebook.metadata.get("kernelspec", {}).get("name") != "java":
        found.append(f"{path.name}: its kernelspec must be java")
    for cell in code_cells(notebook):
        where = f"{path.name}, {place(notebook, cell)}"
        lines = len(cell.source.splitlines())
        if cell.outputs or cell.execution_count is not None:
            found.append(f"{where}: clear all outputs before you commit")
        if lines > LINES_PER_CELL:
            found.append(f"{where}: it has {lines} lines, the limit is {LINES_PER_CELL}")
        if re.search(r"^(final\s+)?var\s", cell.source, re.MULTILINE):
            # When a cell runs again, the kernel forgets the value of every `var` that used its names.
            found.append(f"{where}: name the type, not var")
    return found
