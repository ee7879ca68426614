"""What a teacher's page says of a notebook that can be counted or measured: minutes for each section, the answers."""
import re
from datetime import datetime

from minutes import RULE, count, needed, sections


def minutes(notebook):
    """A table in Markdown: each section with what there is to read and do, and the seconds that its cells took."""
    rows = ["| section | words | lines of code | exercises | seconds computing | minutes |",
            "|---|--:|--:|--:|--:|--:|"]
    total = 0
    for title, cells in sections(notebook.cells):
        words, lines, exercises = count(cells)
        computing = sum(seconds(c) for c in cells if c.cell_type == "code")
        all_in_all = needed(words, lines, exercises) + computing / 60
        total += all_in_all
        rows.append(f"| {title} | {words} | {lines} | {exercises} | {computing:.0f} | {all_in_all:.0f} |")
    rows.append(f"| **all** | | | | | **{total:.0f}** |")
    return "\n".join(rows) + ("\n\nSeconds are those of the run that made this book. The minutes are for someone who "
                              f"works alone: {RULE}, and the waiting.")


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
