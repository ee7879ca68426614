"""What a teacher's page says of a notebook that can be counted or measured: minutes for each section, the answers."""
import re
from datetime import datetime

WORDS_PER_MINUTE = 120  # text with formulas, read by someone who thinks
SECONDS_PER_LINE = 4    # of code
SECONDS_PER_FIGURE = 40
MINUTES_PER_EXERCISE = 3


def minutes(notebook, exercise):
    """A table in Markdown: each section with what there is to read and do, and the seconds that its cells took."""
    rows = ["| section | words | lines of code | figures | exercises | seconds computing | minutes |",
            "|---|--:|--:|--:|--:|--:|--:|"]
    total = 0
    for title, cells in sections(notebook.cells):
        text = " ".join(c.source for c in cells if c.cell_type == "markdown")
        code = [c for c in cells if c.cell_type == "code"]
        words = len(re.findall(r"\w+", re.sub(r"\$+[^$]+\$+|\]\([^)]*\)", " ", text)))
        lines = sum(len(c.source.splitlines()) for c in code)
        figures = sum("application/vnd.plotly.v1+json" in o.get("data", {}) for c in code for o in c.outputs)
        asked = len({exercise(c) for c in cells if exercise(c)})
        computing = sum(seconds(c) for c in code)
        needed = (words / WORDS_PER_MINUTE + (lines * SECONDS_PER_LINE + figures * SECONDS_PER_FIGURE + computing) / 60
                  + asked * MINUTES_PER_EXERCISE)
        total += needed
        rows.append(f"| {title} | {words} | {lines} | {figures} | {asked} | {computing:.0f} | {needed:.0f} |")
    rows.append(f"| **all** | | | | | | **{total:.0f}** |")
    return "\n".join(rows) + (
        "\n\nSeconds are those of the run that made this book. The minutes are for someone who works alone: "
        f"{WORDS_PER_MINUTE} words a minute, {SECONDS_PER_LINE} seconds for a line of code, {SECONDS_PER_FIGURE} "
        f"for a figure, {MINUTES_PER_EXERCISE} minutes for an exercise, and the waiting.")


def sections(cells):
    """The cells under each heading of the second level; what comes before the first is the start."""
    found = [("start", [])]
    for cell in cells:
        headings = re.findall(r"^## (.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else []
        found += [(heading.replace("|", r"\|"), []) for heading in headings]
        found[-1][1].append(cell)
    return [(title, of) for title, of in found if title not in ("Summary", "References")]


def seconds(cell):
    """How long the kernel worked on the cell; 0 for one that was not run."""
    times = cell.metadata.get("execution", {})
    begin, end = times.get("iopub.execute_input"), times.get("shell.execute_reply")
    return (moment(end) - moment(begin)).total_seconds() if begin and end else 0.0


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def answered(notebook, exercise, answers):
    """Each exercise of the notebook in Markdown: its heading and its answer."""
    headings = {exercise(c): re.search(r"^### (.+)$", c.source, re.MULTILINE) for c in notebook.cells
                if c.cell_type == "markdown" and exercise(c)}
    return "\n\n".join(f"### {headings[name][1]}\n\n```java\n{code}\n```" for name, code in answers.items())
