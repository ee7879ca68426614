"""Runs notebooks in the real Java kernel, and says what is wrong with their outputs; the book and the tests use it."""
import json
import os
import re
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

TOP = Path(__file__).resolve().parents[4]
NOTEBOOKS = TOP / "notebooks"
TARGET = TOP / "lib" / "target"
FULL = TARGET / "notebooks"  # with the outputs of a run in full, which the book and the pictures show
KERNEL = TOP / ".venv/share/jupyter/kernels/java/kernel.json"

SECONDS_PER_CELL = 1200
QUICK = {"REALNVP_QUICK": "1"}


class Run:
    """A notebook in its kernel, and the complaints about what its cells did there."""

    def __init__(self, path, notebook, client):
        self.path, self.notebook, self.client = path, notebook, client
        self.cells = code_cells(notebook)
        self.complaints = []
        self.lost = False  # the kernel: no cell after this one can say anything

    def cell(self, cell, when=""):
        """Runs one cell; False if it complained."""
        if self.lost:
            return False
        try:
            self.client.execute_cell(cell, self.notebook.cells.index(cell))
            found = complaints(cell)
        except CellTimeoutError:
            self.lost, found = True, [f"it ran longer than {SECONDS_PER_CELL} seconds"]
        except DeadKernelError:
            self.lost, found = True, ["the kernel died (out of memory?)"]
        self.complaints += [f"{self.path.name}, {place(self.notebook, cell)}{when}: {line}" for line in found]
        return not found

    def top_to_bottom(self):
        """Runs every cell, up to the first that complains."""
        all(self.cell(cell) for cell in self.cells)

    def evaluate(self, source):
        """The text that this code prints."""
        cell = nbformat.v4.new_code_cell(source)
        self.notebook.cells.append(cell)
        self.cell(cell)
        self.notebook.cells.remove(cell)
        return "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")


def java():
    """The program java of the JDK that the kernel runs on."""
    return json.loads(KERNEL.read_text(encoding="utf-8"))["argv"][0]


@contextmanager
def kernel(path, **environment):
    """The notebook of this file in a fresh kernel, whose folder is that of the students' notebooks."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="java", timeout=SECONDS_PER_CELL, startup_timeout=120,
                            allow_errors=True, shutdown_kernel="immediate",
                            resources={"metadata": {"path": str(NOTEBOOKS)}})
    with client.setup_kernel(env={**os.environ, **environment}):
        yield Run(path, notebook, client)


def execute(path, executed, **environment):
    """Runs the notebook top to bottom, saves it with its outputs as `executed`, and returns the run."""
    with kernel(path, **environment) as run:
        run.top_to_bottom()
    save(run.notebook, executed)
    return run


def save(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def complaints(cell):
    """One line for each error and each text on stderr in the outputs of a cell."""
    errors = [message(o) for o in cell.outputs if o.output_type == "error"]
    if "raises-exception" in cell.metadata.get("tags", []):
        errors = [] if errors else ["tagged raises-exception, it raised none"]
    if cell.metadata.get("nbgrader", {}).get("grade") and any(o.output_type == "execute_result" for o in cell.outputs):
        errors.append("a check ends in a value, which a grader reads as points")
    return errors + [f"text on stderr: {plain(o.text).strip()}"
                     for o in cell.outputs if o.output_type == "stream" and o.name == "stderr"]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def place(notebook, cell):
    """The number that Jupyter shows beside the cell when the notebook is run top to bottom."""
    return f"cell [{[c.id for c in code_cells(notebook)].index(cell.id) + 1}]"


def message(error):
    """The kernel's report up to the first frame of the stack; for a compile error that is all of it."""
    lines = plain("\n".join(error.traceback)).splitlines() or [error.evalue]
    return "\n".join(takewhile(lambda line: not line.startswith("\tat "), lines)).strip()


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text or "")
