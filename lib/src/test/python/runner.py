"""Runs a notebook top to bottom in the real Java kernel and says what is wrong with it."""
import re
from itertools import takewhile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

SECONDS_PER_CELL = 1200
LINES_PER_CELL = 25
BYTES = 200_000


def execute(path, executed, kernel_folder=None):
    """Runs the notebook, saves it with its outputs as `executed`, and returns the complaints about it."""
    notebook = nbformat.read(path, as_version=4)
    at = []
    client = NotebookClient(
        notebook, kernel_name="java", timeout=SECONDS_PER_CELL, startup_timeout=120,
        resources={"metadata": {"path": str(kernel_folder or path.parent)}},
        on_cell_execute=lambda cell, cell_index: at.append(cell))
    broken = []
    try:
        client.execute()
    except CellExecutionError:
        pass  # the error stands in the outputs, where complaints() finds it
    except (CellTimeoutError, DeadKernelError) as error:
        reason = ("it ran longer than %d seconds" % SECONDS_PER_CELL
                  if isinstance(error, CellTimeoutError) else "the kernel died (out of memory?)")
        broken = [f"{path.name}, {place(notebook, at[-1]) if at else 'before the first cell'}: {reason}"]
    executed.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, executed)
    return broken + complaints(notebook, path.name)


def complaints(notebook, name):
    """One line for each error and each text on stderr in the outputs of an executed notebook."""
    found = []
    for cell in code_cells(notebook):
        errors = [o for o in cell.outputs if o.output_type == "error"]
        if "raises-exception" in cell.metadata.get("tags", []):
            if not errors:
                found.append(f"{name}, {place(notebook, cell)}: tagged raises-exception, it raised none")
            errors = []
        found += [f"{name}, {place(notebook, cell)}: {message(o)}" for o in errors]
        found += [f"{name}, {place(notebook, cell)}: text on stderr: {plain(o.text).strip()}"
                  for o in cell.outputs if o.output_type == "stream" and o.name == "stderr"]
    return found


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
