"""
Every notebook in full, and its solution in each order that a class tries.

Not part of `mvn verify`, since it takes twenty minutes; after that:
`.venv/bin/python -m pytest lib/src/test/python/long_runs.py`, with --notebook=04 for one notebook. The full runs
leave their outputs in lib/target/notebooks, where the book and the pictures find them.
"""
import random
import re
from itertools import groupby

import pytest
import solutions
from conftest import SPECIMENS, accept, side_by_side
from exercises import answered, verdicts
from notebooks import FULL, QUICK, execute, kernel, place

SEED = 1  # of the shuffled order

CONSTANT = re.compile(r"^(?:int|long|double|boolean) \w+ = (true|false|-?\d[-\w.]*);(?: *//.*)?$")
DECLARED = re.compile(r"^([A-Z]\w*|[a-z]+(?=\[)|var)(<.*?>+)?((?:\[\])*) (\w+)\s*(?:=|;)", re.MULTILINE)


def test_full_run(notebook):
    run = execute(notebook, FULL / notebook.name)
    accept(run.complaints)
    assert verdicts(run.cells) == dict.fromkeys(solutions.answers(notebook), "NOT DONE")


@pytest.fixture(scope="module")
def orders(request, solved):
    with side_by_side(request, lambda test: in_each_order(test.callspec.params["notebook"], solved)) as orders:
        yield orders


def in_each_order(notebook, solved):
    """The run, and the verdicts on the answers twice, on the answers again, and on wrong ones."""
    with kernel(solved[notebook.name], **QUICK) as run:
        each_twice(run)
        twice = verdicts(run.cells)
        shuffled(run, SEED)
        again = verdicts(run.cells)
        wrong = answered(run, solutions.wrong_answers(notebook))
        constants_changed(run)
    return run, twice, again, wrong


def test_solution_in_each_order(notebook, orders, request):
    """Every answer passes, every cell can run twice, in a shuffled order and with other constants."""
    ids = solutions.answers(notebook)
    run, twice, again, wrong = orders[request.node.name].result()
    accept(run.complaints)
    assert twice == again == dict.fromkeys(ids, "PASS")
    assert set(wrong) == set(ids) and "PASS" not in wrong.values(), f"wrong answers got {wrong}"


def test_what_a_class_would_stumble_over_is_caught():
    with kernel(SPECIMENS / "failing.ipynb") as run:
        each_twice(run)
        constants_changed(run)
    assert run.complaints == [
        "failing.ipynb, cell [2]: text on stderr: this goes to stderr",
        "failing.ipynb, cell [3]: java.lang.IllegalArgumentException: noise must be at least 0, got -0.1",
        "failing.ipynb, cell [5] with other values destroys weights",
    ]


def each_twice(run):
    """Runs every cell and at once again."""
    for cell in run.cells:
        run.cell(cell) and run.cell(cell, " run again")


def shuffled(run, seed):
    """
    Once more in a legal order: the sections one after the other, the cells of each in any order.

    It is legal after a run from top to bottom, when every name has its value: that is what a student
    does who goes back to a section and tries its cells again. The first cell loads the library and stays.
    """
    chance = random.Random(seed)
    for section in sections(run.notebook):
        cells = [c for c in section if not c.source.startswith("%load")]
        chance.shuffle(cells)
        for cell in cells:
            run.cell(cell, f" in shuffled order {seed}")


def sections(notebook):
    """The code cells between one heading of the second level and the next."""
    number, cells = 0, []
    for cell in notebook.cells:
        number += cell.cell_type == "markdown" and cell.source.startswith("## ")
        cells += [(number, cell)] if cell.cell_type == "code" else []
    return [[cell for _, cell in group] for _, group in groupby(cells, key=lambda pair: pair[0])]


def constants_changed(run):
    """Runs cells that hold constants again with other values: no object may be lost by that."""
    names = sorted({match[4] for cell in run.cells for match in DECLARED.finditer(cell.source)})
    before = alive(run, names)
    for cell in run.cells:
        if cell.source and all(map(CONSTANT.match, cell.source.splitlines())):
            run.evaluate(changed(cell.source))
            lost = sorted(before - alive(run, names))
            run.complaints += [f"{run.path.name}, {place(run.notebook, cell)} with other values destroys "
                               + ", ".join(lost)] if lost else []


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


def alive(run, names):
    """Those of the names that are not null. A density must also still have a finite value."""
    tell = ('    if ((Object) {0} != null && (!((Object) {0} instanceof Density d)\n'
            '            || Double.isFinite(d.logProb(Matrix.of(new double[d.features()]))[0]))) {{\n'
            '        System.out.println("{0}");\n    }}\n')
    return set(run.evaluate("{\n" + "".join(map(tell.format, names)) + "}").split())
