"""The solution notebooks, made from the notebooks of the students and the answers in this folder.

    python3 lib/src/solutions/solutions.py          writes them to lib/target/solutions/
    python3 lib/src/solutions/solutions.py mark     writes nbgrader's metadata into notebooks/ and folds the checks

An exercise has one id, such as 4.1, at four places. In the notebook:
  text    a heading with its kind in brackets: `### 4.1 The inverse (complete)`;
  gap     a code cell for the student, each line to fill ending in `// YOUR ANSWER 4.1` (and a word of help);
  check   a code cell below it with `Exercise.check("4.1", …)`, which `mark` folds.
In the file of this folder that is named as the notebook:
  answer  a section that starts with `// 4.1` and a few words why. The whole section takes the gap's place.
          A section `// 4.1 wrong` is for an answer that must not pass; numbers and choices need none.
At the end of the notebook `Exercise.summary("4.1", "4.2", …);` counts them.
"""
import json
import re
import shutil
import sys
from pathlib import Path

ANSWERS = Path(__file__).resolve().parent
TOP = ANSWERS.parents[2]
NOTEBOOKS = TOP / "notebooks"
SOLUTIONS = TOP / "lib" / "target" / "solutions"

TEXT = re.compile(r"^### (\d+\.\d+) (.+) \((.+)\)$", re.MULTILINE)
GAP = re.compile(r"// YOUR ANSWER(?: (\d+\.\d+))?")
CHECK = re.compile(r'Exercise\.check\(\s*"([^"]*)"')
FOLDED = re.compile(r"// Check of \d+\.\d+: ")
SUMMARY = re.compile(r"Exercise\.summary\((.*)\);")
SECTION = re.compile(r"^// (\d+\.\d+)( wrong)?\b", re.MULTILINE)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def write(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def source(cell):
    return "".join(cell["source"])


def gap(cell):
    """The id of the exercise whose gap this cell is; else None."""
    ids = set(GAP.findall(source(cell))) if cell["cell_type"] == "code" else set()
    if len(ids) > 1 or "" in ids:
        raise ValueError(f"a gap has one id, as in `// YOUR ANSWER 4.1`: {source(cell)}")
    return ids.pop() if ids else None


def check(cell):
    """The id of the exercise that this cell checks; else None."""
    ids = CHECK.findall(source(cell)) if cell["cell_type"] == "code" else []
    if len(ids) > 1:
        raise ValueError(f"a cell checks one exercise, this one {ids}")
    return ids[0] if ids else None


def answers(notebook_path):
    """From the id of each exercise to the cell that answers it, in the order of the file."""
    return {id: text for (id, wrong), text in sections(notebook_path).items() if not wrong}


def wrong_answers(notebook_path):
    """A wrong answer to each exercise: its section `// 4.1 wrong`, or the right one with each value changed."""
    found = sections(notebook_path)
    return {id: found.get((id, " wrong"), spoilt(answer)) for id, answer in answers(notebook_path).items()}


def sections(notebook_path):
    path = ANSWERS / f"{notebook_path.stem}.jshell"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    starts = [match.start() for match in SECTION.finditer(text)] + [len(text)]
    texts = [text[a:b].strip() for a, b in zip(starts, starts[1:])]
    found = {SECTION.match(section).groups(): section for section in texts}
    if len(found) < len(texts):
        raise ValueError(f"{path.name}: an id has two answers")
    return found


def spoilt(answer):
    """Numbers 10 % and 1 further from zero, another choice; other types stay and need a section of their own."""
    answer = re.sub(r'(String \w+ = )"[^"]*"', r'\1"another"', answer)
    answer = re.sub(r"(boolean \w+ = )(\w+);", r"\1!\2;", answer)
    return re.sub(r"((?:double|DoubleUnaryOperator|DoubleBinaryOperator|ToDoubleFunction<.*>) \w+ =\s*(?:[^;]*?->\s*)?)"
                  r"([^;]+);", r"\1 1.1 * (\2) + Math.signum(\2);", answer)


def solved(notebook, answer):
    """The notebook with each gap replaced by its answer; a gap without one stays open."""
    def cell_solved(cell):
        id = gap(cell)
        return {**cell, "source": answer[id].splitlines(keepends=True)} if id in answer else cell
    return {**notebook, "cells": [cell_solved(cell) for cell in notebook["cells"]]}


def marked(notebook):
    """
    The notebook with nbgrader's metadata: a gap is the student's, its check is locked and gives a point.

    JupyterLab shows of a check its first line alone, since it holds the answer; a click on it unfolds the cell.
    """
    for cell in notebook["cells"]:
        if gap(cell):
            cell["metadata"]["nbgrader"] = grading("gap", gap(cell))
        elif check(cell):
            cell["metadata"]["nbgrader"] = grading("check", check(cell)) | {"points": 1}
            cell["metadata"]["jupyter"] = {"source_hidden": True}
            first = f"// Check of {check(cell)}: run this cell. It is folded, as it holds the answer.\n"
            cell["source"] = [first] + [line for line in cell["source"] if not FOLDED.match(line)]
    return notebook


def grading(role, id):
    return {"grade": role == "check", "grade_id": grade_id(role, id), "locked": role == "check",
            "schema_version": 3, "solution": role == "gap", "task": False}


def grade_id(role, id):
    return f"{role}-{id.replace('.', '-')}"


def make():
    """Writes all solution notebooks, beside the files that they load, show and link to; returns their paths."""
    paths = [SOLUTIONS / path.name for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    for path in paths:
        student = NOTEBOOKS / path.name
        write(solved(read(student), answers(student)), path)
    for path in [NOTEBOOKS / "setup.jshell", *NOTEBOOKS.glob("*.md")]:
        shutil.copy(path, SOLUTIONS)
    for folder in ("data", "pictures"):
        shutil.copytree(NOTEBOOKS / folder, SOLUTIONS / folder, dirs_exist_ok=True)
    return paths


if __name__ == "__main__":
    if sys.argv[1:] == ["mark"]:
        for path in NOTEBOOKS.glob("*.ipynb"):
            write(marked(read(path)), path)
    else:
        print(*make(), sep="\n")
