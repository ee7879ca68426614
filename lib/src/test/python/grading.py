"""
Hands out the notebooks and grades submissions with the real nbgrader.

Not part of `mvn verify`, since nbgrader has an environment of its own:
`python3 -m venv lib/target/nbgrader`, `lib/target/nbgrader/bin/pip install -r lib/src/grading/requirements.txt`,
`.venv/bin/python -m pytest lib/src/test/python/grading.py`.
"""
import os
import shutil
import sqlite3
import subprocess

import pytest

import solutions
from notebooks import NOTEBOOKS, TARGET, TOP

COURSE = TARGET / "course"
GRADED = NOTEBOOKS / "00-start-here.ipynb"  # the shortest
POINTS = """
    SELECT student.student_id, base_cell.name, grade.auto_score
    FROM grade JOIN base_cell ON grade.cell_id = base_cell.id
    JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
    JOIN submitted_assignment AS student ON submitted_notebook.assignment_id = student.id"""


@pytest.fixture(scope="module")
def released():
    shutil.rmtree(COURSE, ignore_errors=True)
    shutil.copytree(NOTEBOOKS, COURSE / "source" / "realnvp", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(TOP / "lib/src/grading/nbgrader_config.py", COURSE)
    nbgrader("generate_assignment", "realnvp")
    return COURSE / "release" / "realnvp"


@pytest.fixture(scope="module")
def points(released):
    """Who got how many points for which exercise of the notebook that was graded."""
    answers, wrong = solutions.answers(GRADED), solutions.wrong_answers(GRADED)
    submit("solved", released, answers)
    submit("unanswered", released, {})
    submit("cheating", released, {"0.1": answers["0.1"], "0.2": wrong["0.2"]}, check='System.out.println("PASS");')
    nbgrader("autograde", "realnvp", f"--notebook={GRADED.stem}")
    with sqlite3.connect(COURSE / "gradebook.db") as database:
        rows = database.execute(POINTS).fetchall()
    cells = score(answers, [])
    return {s: {cell: points for student, cell, points in rows if student == s and cell in cells} for s, _, _ in rows}


def test_students_get_the_notebooks_as_they_are(released):
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        mine, theirs = (list(map(solutions.source, solutions.read(p)["cells"])) for p in (path, released / path.name))
        assert theirs == mine, path.name


def test_answers_get_points_and_nothing_else_does(points):
    ids = list(solutions.answers(GRADED))
    assert points["solved"] == score(ids, ids)
    assert points["unanswered"] == score(ids, [])
    assert points["cheating"] == score(ids, ids[:1])


def score(ids, right):
    return {solutions.grade_id("check", id): float(id in right) for id in ids}


def submit(student, released, answers, check=None):
    """The released notebook with these answers in its gaps, and perhaps with another text in all its checks."""
    notebook = solutions.solved(solutions.read(released / GRADED.name), answers)
    for cell in notebook["cells"]:
        if check and solutions.check(cell):
            cell["source"] = [check]
    solutions.write(notebook, COURSE / "submitted" / student / "realnvp" / GRADED.name)


def nbgrader(*command):
    programs = TARGET / "nbgrader" / "bin"  # nbgrader calls others of its environment
    result = subprocess.run(["nbgrader", *command], cwd=COURSE, text=True, capture_output=True, env={
        **os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_PATH": str(TOP / ".venv/share/jupyter")})
    assert result.returncode == 0, result.stdout + result.stderr
