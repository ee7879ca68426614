"""
The slides of a chapter, from the cells' metadata `slideshow.slide_type`, in Jupyter's words:
slide and subslide begin a new one, "-" and fragment stay on it, notes go to the speaker, skip is left out.
"""
from dataclasses import dataclass, field

from bs4 import BeautifulSoup

WORDS = 60  # of plain text on one slide; the speaker's notes have the rest
HEADINGS = ("h1", "h2", "h3")
ALWAYS = HEADINGS + ("ul", "ol", "table", "blockquote")
ENDS = ("References",)  # a heading that the page needs and a slide does not, with all below it


@dataclass
class Slide:
    running: str = ""  # the section it is in, where it has no heading of its own
    texts: list = field(default_factory=list)
    cells: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def slides(chapter):
    made, section = [], ""
    for cell in chapter.cells:
        if cell.slide == "skip":
            continue
        before, text, heading = split(cell.text)
        if before and made:  # what ends the last section stands before the heading of the next
            made[-1].notes.append(before)
        if cell.slide in ("slide", "subslide") or not made:
            made.append(Slide(running=section))
        slide = made[-1]
        if heading:
            section, slide.running = heading, ""
        if cell.slide == "notes":
            slide.notes.append(text)
        elif text:
            shown = short(text)
            slide.texts.append(shown)
            if shown != text:
                slide.notes.append(text)
        elif cell.code:
            slide.cells.append(cell)
    return made


def split(text):
    """The text before the first heading, that from it on, and the heading's own; without one, all is the second."""
    soup = BeautifulSoup(text, "html.parser")
    headings = soup.find_all(HEADINGS)
    if not headings:
        return "", text, ""
    before = [str(tag) for tag in headings[0].previous_siblings][::-1]
    after = [str(headings[0])]
    for tag in headings[0].next_siblings:
        if tag.name in HEADINGS and tag.get_text() in ENDS:
            break
        after.append(str(tag))
    return "".join(before).strip(), "".join(after).strip(), headings[0].decode_contents()


def short(text):
    """Whole paragraphs up to WORDS words; headings, formulas, lists, tables, and a question at the end stay."""
    soup = BeautifulSoup(text, "html.parser")
    parts = [tag for tag in soup.contents if tag.name]
    words, kept = 0, []
    for i, tag in enumerate(parts):
        if tag.name in ALWAYS or "math" in tag.get("class", []):
            kept.append(tag)
            continue
        words += len(tag.get_text().split())
        if words <= WORDS or (i == len(parts) - 1 and "?" in tag.get_text()):
            kept.append(tag)
    return text if len(kept) == len(parts) else "\n".join(map(str, kept))
