"""A notebook with its outputs, or a page of Markdown, cut into cells of HTML."""
import html
import re
from copy import deepcopy
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from nbconvert.filters import ansi2html
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TIME = re.compile(r"<strong>Time:?</strong>:?\s*(\d+) minutes")
PLOTLY = "application/vnd.plotly.v1+json"
PLOTLY_WIDTH, PLOTLY_HEIGHT = 700, 450  # what Plotly takes where a figure does not say
PRINTED_WIDTH = 660  # CSS pixels of the text on A4 paper with the margins of book.css

highlight = Highlight2HTML(pygments_lexer="java")


@dataclass
class Cell:
    """One cell: its text, code and outputs as HTML, and its place in the slides."""
    id: str
    slide: str
    text: str = ""
    code: str = ""
    outputs: str = ""
    answer: str = ""
    exercise: str = ""

    @property
    def lead(self):
        """What stands in an exercise's cell before its heading, and does not belong to it."""
        return self.text.rpartition("<h3")[0] if self.exercise else ""


@dataclass
class Chapter:
    """A page of the book: where its source is, where it goes, its cells and the figures they show."""
    source: object
    address: str
    teacher: bool = False
    title: str = ""
    cells: list = field(default_factory=list)
    sections: list = field(default_factory=list)
    figures: list = field(default_factory=list)

    @property
    def name(self):
        return self.address.removesuffix(".html")

    @property
    def number(self):
        """What the file's name starts with, such as 04; empty for a page that belongs to no notebook."""
        found = re.match(r"\d\d", self.source.stem)
        return found[0] if found else ""

    @property
    def is_notebook(self):
        return self.source.suffix == ".ipynb"

    @property
    def is_live(self):
        """Whether something on the page can be trained."""
        return any('class="laboratory' in cell.text for cell in self.cells)

    def read(self, notebook, link, exercises):
        """Fills the chapter. `link` turns an address of the source into one of the book."""
        markdown = MarkdownWithMath(renderer=Renderer(self, link))
        for cell in notebook.cells:
            made = Cell(cell.get("id", ""), slide_type(cell))
            made.exercise, made.answer = exercises(cell)
            if cell.cell_type == "markdown":
                made.text = markdown.render(cell.source)
            elif cell.source.strip():
                made.code = highlight(cell.source)
                made.outputs = "\n".join(self.output(o) for o in joined(cell.outputs))
            if made.answer:
                made.answer = highlight(made.answer)
            self.cells.append(made)
        if not self.title:
            raise ValueError(f"{self.source.name}: it needs a first line with its title, as in `# Title`")

    def output(self, output):
        if output.output_type == "stream":
            return f'<pre class="printed">{ansi2html(output.text).rstrip()}</pre>'
        if output.output_type == "error":
            return f'<pre class="error">{ansi2html(chr(10).join(output.traceback))}</pre>'
        if PLOTLY in output.data:
            return self.figure(output.data[PLOTLY])
        if "text/html" in output.data:
            return f'<div class="rich">{output.data["text/html"]}</div>'
        if "image/svg+xml" in output.data:
            return f'<div class="rich">{output.data["image/svg+xml"]}</div>'
        if "image/png" in output.data:
            return f'<img class="rich" alt="" src="data:image/png;base64,{output.data["image/png"]}">'
        return f'<pre class="printed">{html.escape(output.data["text/plain"])}</pre>'

    def figure(self, figure):
        width = figure["layout"].setdefault("width", PLOTLY_WIDTH)
        height = figure["layout"].setdefault("height", PLOTLY_HEIGHT)
        self.figures.append(figure)
        return (f'<div class="figure" data-figure="{len(self.figures) - 1}" style="--width:{width};'
                f'--height:{height};--scale:1;--print-scale:{min(1, PRINTED_WIDTH / width):.4f}"><div></div></div>')

    def goals(self):
        """The list of what a reader can do after this chapter, as HTML; it stands in the cell with the time."""
        found = BeautifulSoup(self.time().string, "html.parser").find(["ul", "ol"])
        return str(found) if found else ""

    def minutes(self):
        return int(self.time()[1])

    def time(self):
        """Where the chapter says how long it takes."""
        for cell in self.cells:
            found = TIME.search(cell.text)
            if found:
                return found
        raise ValueError(f"{self.source.name}: a cell must say `**Time:** … minutes`")


class Renderer(IPythonRenderer):
    """Formulas for KaTeX, links inside the book, and the chapter's title and sections noted on the way."""

    def __init__(self, chapter, link):
        super().__init__(escape=False)
        self.chapter, self.address = chapter, link

    def heading(self, text, level, **attrs):
        plain = BeautifulSoup(text, "html.parser").get_text()
        if level == 1 and not self.chapter.title:
            self.chapter.title = plain
        anchor = re.sub(r"\W+", "-", plain.lower()).strip("-")
        if level == 2:
            self.chapter.sections.append((anchor, text))
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def link(self, text, url, title=None):
        return f'<a href="{html.escape(self.address(self.chapter.source, url))}">{text}</a>'

    def image(self, text, url, title=None):
        return f'<img alt="{html.escape(text)}" src="{html.escape(self.address(self.chapter.source, url))}">'

    def inline_math(self, body):
        return f'<span class="math">{html.escape(body)}</span>'

    def block_math(self, body):
        return f'<div class="math display">{html.escape(body.strip())}</div>\n'


def slide_type(cell):
    """What the cell's metadata say; in a cell without them, a heading begins a slide and all else stays on it."""
    heading = cell.cell_type == "markdown" and re.search("^#", cell.source, re.MULTILINE)
    return cell.metadata.get("slideshow", {}).get("slide_type", "slide" if heading else "-")


def joined(outputs):
    """The outputs, with prints that follow each other put together."""
    found = []
    for output in outputs:
        if found and output.output_type == found[-1].output_type == "stream" and output.name == found[-1].name:
            found[-1].text += output.text
        else:
            found.append(deepcopy(output))  # the notebook stays as it is
    return found
