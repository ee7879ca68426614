"""
How many minutes a notebook takes someone who works alone, counted and not guessed.

    python3 lib/src/lab/python/minutes.py     writes them into the heads of the notebooks and the map of the course
"""
import math
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "solutions"))

from solutions import NOTEBOOKS, TEXT, check, gap, read, source, write  # noqa: E402

WORDS_PER_MINUTE = 140
LINES_PER_MINUTE = 6  # of code
MINUTES_PER_EXERCISE = 3
RULE = (f"{WORDS_PER_MINUTE} words a minute, {LINES_PER_MINUTE} lines of code a minute, "
        f"{MINUTES_PER_EXERCISE} minutes for an exercise")

TITLE = re.compile(r"^## (.+)$", re.MULTILINE)
NOT_WORDS = re.compile(r"\$+[^$]+\$+|\]\([^)]*\)")  # formulas, and where links lead
TIME = re.compile(r"(\*\*Time:?\*\*:? )\d+( minutes)")


def sections(cells):
    """The cells under each heading of the second level; what comes before the first is the start."""
    found = [("start", [])]
    for cell in cells:
        headings = TITLE.findall(source(cell)) if cell["cell_type"] == "markdown" else []
        found += [(heading.replace("|", r"\|"), []) for heading in headings]
        found[-1][1].append(cell)
    return [(title, of) for title, of in found if title not in ("Summary", "References")]


def count(cells):
    """Words, lines of code and exercises; the gap and the check of an exercise are no code to read."""
    text = "\n".join(source(c) for c in cells if c["cell_type"] == "markdown")
    code = [source(c) for c in cells if c["cell_type"] == "code" and not gap(c) and not check(c)]
    lines = sum(1 for cell in code for line in cell.splitlines() if line.strip())
    return len(re.findall(r"\w+", NOT_WORDS.sub(" ", text))), lines, len(TEXT.findall(text))


def needed(words, lines, exercises):
    """In minutes, without the waiting for cells."""
    return words / WORDS_PER_MINUTE + lines / LINES_PER_MINUTE + exercises * MINUTES_PER_EXERCISE


def minutes(notebook):
    """Of the whole notebook, rounded up to five."""
    return 5 * math.ceil(sum(needed(*count(cells)) for _, cells in sections(notebook["cells"])) / 5)


def timed(notebook, of):
    """The notebook with its own minutes in the head, and those of others, by file name, where a table has them."""
    own = minutes(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = TIME.sub(rf"\g<1>{own}\2", source(cell))
            for name, its in of.items():
                text = re.sub(rf"(\]\({re.escape(name)}\) \| [^|\n]+ \| )\d+( \|)", rf"\g<1>{its}\2", text)
            cell["source"] = text.splitlines(keepends=True)
    return notebook


def of_all():
    return {path.name: minutes(read(path)) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}


if __name__ == "__main__":
    counted = of_all()
    for name in counted:
        write(timed(read(NOTEBOOKS / name), counted), NOTEBOOKS / name)
