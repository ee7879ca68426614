"""Runs notebooks in the real Java kernel, in several orders, and says what is wrong with them."""
import os
import random
import re
from contextlib import contextmanager
from itertools import groupby, takewhile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

import solutions
from conftest import NOTEBOOKS

SECONDS_PER_CELL = 1200
LINES_PER_CELL = 25
BYTES = 200_000
QUICK = {"REALNVP_QUICK": "1"}

VERDICT = re.compile(r"^(PASS|NOT YET|NOT DONE) (\d+\.\d+): ")
CONSTANT = re.compile(r"^(?:int|long|double|boolean) \w+ = (true|false|-?\d[-\w.]*);(?: *//.*)?$")
DECLARED = re.compile(r"^([A-Z]\w*|[a-z]+(?=\[)|var)(<.*?>+)?((?:\[\])*) (\w+)\s*(?:=|;)", re.MULTILINE)


class Run:
    """A notebook in its kernel, and the complaints about what its cells did there."""

    def __init__(self, path, notebook, client):
        self.path, self.notebook, self.client = path, notebook, client
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
        all(self.cell(cell) for cell in code_cells(self.notebook))

    def each_twice(self):
        """Runs every cell and at once again."""
        for cell in code_cells(self.notebook):
            self.cell(cell) and self.cell(cell, " run again")

    def shuffled(self, seed):
        """
        Once more in a legal order: the sections one after the other, the cells of each in any order.

        It is legal after a run from top to bottom, when every name has its value: that is what a student
        does who goes back to a section and tries its cells again. The first cell loads the library and stays.
        """
        chance = random.Random(seed)
        for section in sections(self.notebook):
            cells = [c for c in section if not c.source.startswith("%load")]
            chance.shuffle(cells)
            for cell in cells:
                self.cell(cell, f" in shuffled order {seed}")

    def constants_changed(self):
        """Runs cells that hold constants again with other values: no object may be lost by that."""
        names = sorted({match[4] for cell in code_cells(self.notebook) for match in DECLARED.finditer(cell.source)})
        before = self.alive(names)
        for cell in code_cells(self.notebook):
            if cell.source and all(map(CONSTANT.match, cell.source.splitlines())):
                self.evaluate(changed(cell.source))
                lost = sorted(before - self.alive(names))
                self.complaints += [f"{self.path.name}, {place(self.notebook, cell)} with other values destroys "
                                    + ", ".join(lost)] if lost else []

    def answered(self, answers):
        """What the exercises say to these answers, id by id; then the notebook's own answers are back."""
        found = {}
        cells = code_cells(self.notebook)
        for id, answer in answers.items():
            gap, check = (next(c for c in cells if grade_id(c) == solutions.grade_id(role, id))
                          for role in ("gap", "check"))
            own, gap.source = gap.source, answer
            self.cell(gap, " with another answer") and self.cell(check, " with another answer")
            found |= verdicts([check])
            gap.source = own
            self.cell(gap) and self.cell(check)
        return found

    def alive(self, names):
        """Those of the names that are not null. A density must also still have a finite value."""
        tell = ('    if ((Object) {0} != null && (!((Object) {0} instanceof Density d)\n'
                '            || Double.isFinite(d.logProb(Matrix.of(new double[d.features()]))[0]))) {{\n'
                '        System.out.println("{0}");\n    }}\n')
        return set(self.evaluate("{\n" + "".join(map(tell.format, names)) + "}").split())

    def evaluate(self, source):
        """The text that this code prints."""
        cell = nbformat.v4.new_code_cell(source)
        self.notebook.cells.append(cell)
        self.cell(cell)
        self.notebook.cells.remove(cell)
        return "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")


@contextmanager
def kernel(path, **environment):
    """The notebook of this file in a fresh kernel, whose folder is that of the students' notebooks."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="java", timeout=SECONDS_PER_CELL, startup_timeout=120,
                            allow_errors=True, resources={"metadata": {"path": str(NOTEBOOKS)}})
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


def verdicts(cells):
    """What the exercises said in the outputs of these cells, id by id."""
    texts = [line for cell in cells for o in cell.outputs for line in lines_of(o)]
    return {match[2]: match[1] for match in map(VERDICT.match, texts) if match}


def lines_of(output):
    return output.get("text", "").splitlines() + output.get("data", {}).get("text/plain", "").splitlines()


def complaints(cell):
    """One line for each error and each text on stderr in the outputs of a cell."""
    errors = [message(o) for o in cell.outputs if o.output_type == "error"]
    if "raises-exception" in cell.metadata.get("tags", []):
        errors = [] if errors else ["tagged raises-exception, it raised none"]
    if cell.metadata.get("nbgrader", {}).get("grade") and any(o.output_type == "execute_result" for o in cell.outputs):
        errors.append("a check ends in a value, which a grader reads as points")
    return errors + [f"text on stderr: {plain(o.text).strip()}"
                     for o in cell.outputs if o.output_type == "stream" and o.name == "stderr"]


def sections(notebook):
    """The code cells between one heading of the second level and the next."""
    number, cells = 0, []
    for cell in notebook.cells:
        number += cell.cell_type == "markdown" and cell.source.startswith("## ")
        cells += [(number, cell)] if cell.cell_type == "code" else []
    return [[cell for _, cell in group] for _, group in groupby(cells, key=lambda pair: pair[0])]


def changed(constants):
    """The same constants with other values: half as much again, or the opposite."""
    def other(match):
        value = match[1]
        if value in ("true", "false"):
            new = "false" if value == "true" else "true"
        else:
            new = float(value) * 1.5 if re.search(r"[.e]", value) else int(value) * 3 // 2 + 1
        return match[0].replace(f"= {value};", f"= {new};")
    return "\n".join(CONSTANT.sub(other, line) for line in constants.splitlines())


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


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


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
