"""
Writes the book to lib/target/book/: the notebooks with their outputs as pages and as slides, and pages of
Markdown. It needs no server and no network; open index.html.

    mvn -Pbook                         all of it
    mvn -Pbook -Dlab.notebook=04       the notebooks whose name starts so

In lib/src/book, index.md is the first page. The pages laboratory.md and notebooks/*.md come after the notebooks;
students open the latter in JupyterLab too. After those come teacher/*.md, "For the teacher":
teacher/04-coupling-layers.md is linked from the page of notebook 04, teacher/room.md from the contents alone. The first
line of each is its title; links and pictures are relative to the file. live/ID.md, something to train, stands before the
notebooks' cell of that id.

A notebook runs, in full, only if lib/target/notebooks/ has no copy of it with outputs that is newer than the
notebook and the library's sources. The last book leaves them there, and so does lib/src/test/python/long_runs.py.
"""
import base64
import functools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import nbformat
import plotly
from pygments.formatters import HtmlFormatter

SOURCES = Path(__file__).resolve().parents[1]
sys.path += [str(SOURCES.parent / "lab/python"), str(SOURCES.parent / "solutions")]
from notebooks import FULL, NOTEBOOKS, TARGET, TOP, code_cells, complaints, execute  # noqa: E402
from solutions import TEXT, answers, check, gap, source  # noqa: E402

from chapter import Chapter  # noqa: E402
from laboratory import write_script  # noqa: E402
from lesson import answered, minutes  # noqa: E402
from slides import slides  # noqa: E402

BOOK = TARGET / "book"
ASSETS = BOOK / "assets"
KATEX = TARGET / "book-katex"  # Maven unpacks it there
PACKAGES = TARGET / "book-packages"
# The library's sources, not its jar: Maven packs the same classes anew when the profile changes.
LIBRARY = [NOTEBOOKS / "setup.jshell", *NOTEBOOKS.glob("data/*"), *TOP.glob("lib/src/main/**/*.java"),
           *TOP.glob("lib/src/main/resources/**/*.txt")]


class Stop(Exception):
    """Ends the program with its message for the person at the terminal."""


def main(start):
    notebooks = sorted(path for path in NOTEBOOKS.glob("*.ipynb") if path.name.startswith(start))
    if not notebooks:
        raise Stop(f"no notebook's name starts with {start}")
    chapters = [Chapter(SOURCES / "index.md", "index.html")]
    chapters += [Chapter(path, f"{path.stem}.html") for path in notebooks]
    chapters += [Chapter(path, f"{path.stem}.html")
                 for path in [SOURCES / "laboratory.md", *sorted(NOTEBOOKS.glob("*.md"))]]
    chapters += [Chapter(path, f"teacher-{path.stem}.html", teacher=True)
                 for path in sorted(SOURCES.glob("teacher/*.md"), key=lambda path: (path.stem[:2].isdigit(), path.stem))
                 if not path.stem[:2].isdigit() or path.stem in {notebook.stem for notebook in notebooks}]
    shutil.rmtree(BOOK, ignore_errors=True)
    copy_assets()
    for chapter in chapters:
        read(chapter, {c.source: c.address for c in chapters})
    write(chapters)
    print(f"The book: {(BOOK / 'index.html').relative_to(TOP)}, {len(chapters)} pages, "
          f"{sum(len(c.figures) for c in chapters)} figures, {size(BOOK) / 1e6:.1f} MB")


def read(chapter, addresses):
    def link(source, url):
        return book_address(source, url, addresses)

    if chapter.is_notebook:
        answer = answers(chapter.source)
        notebook = with_live(with_outputs(chapter.source))
        chapter.read(notebook, link, lambda cell: (exercise(cell), answer.get(gap(cell), "")))
    else:
        text = nbformat.v4.new_markdown_cell(with_lesson(chapter))
        chapter.read(nbformat.v4.new_notebook(cells=[text]), link, lambda cell: ("", ""))


def with_live(notebook):
    """The notebook with live/ID.md, something to train, before the cell of that id; slides leave it out."""
    cells = []
    for cell in notebook.cells:
        live = SOURCES / "live" / f"{cell.id}.md"
        if live.exists():
            text = live.read_text(encoding="utf-8")
            cells.append(nbformat.v4.new_markdown_cell(text, metadata={"slideshow": {"slide_type": "skip"}}))
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def with_lesson(chapter):
    """The text of a page; on a teacher's, with the minutes and the answers of the notebook of the same name."""
    text = chapter.source.read_text(encoding="utf-8")
    path = NOTEBOOKS / f"{chapter.source.stem}.ipynb"
    if not (chapter.teacher and chapter.number):
        return text
    notebook = with_outputs(path)
    return (text.replace("<!-- minutes -->", "## Minutes\n\n" + minutes(notebook))
            .replace("<!-- answers -->", "## Answers\n\n" + answered(notebook, exercise, answers(path))))


def exercise(cell):
    """The id of the exercise that this cell is a part of: its text, its gap or its check; else an empty text."""
    text = TEXT.search(source(cell)) if cell.cell_type == "markdown" else None
    return text[1] if text else gap(cell) or check(cell) or ""


@functools.cache  # a notebook's page and its teacher's page both want it
def with_outputs(path):
    """The notebook with its outputs: those of its last run, where nothing has changed since."""
    executed = FULL / path.name
    newest = max(file.stat().st_mtime for file in [path, *LIBRARY])
    if executed.exists() and executed.stat().st_mtime > newest:
        notebook = nbformat.read(executed, as_version=4)
        if sound(notebook):
            return notebook
    print(f"running {path.name}", flush=True)
    run = execute(path, executed)
    if run.complaints:
        raise Stop("\n".join(run.complaints))
    return run.notebook


def sound(notebook):
    """Whether every cell was run, and none complained."""
    return all(cell.execution_count and not complaints(cell) for cell in code_cells(notebook) if cell.source.strip())


def book_address(source, url, addresses):
    """Where a link of this source leads in the book; a picture is copied into the book on the way."""
    if re.match(r"[a-z]+:|#", url):
        return url
    path, _, anchor = url.partition("#")
    target = (source.parent / path).resolve()
    if target in addresses:
        return addresses[target] + (f"#{anchor}" if anchor else "")
    if target.suffix in (".png", ".svg", ".jpg") and target.exists():
        return copy_picture(target)
    if target.suffix == ".ipynb" and target.exists():  # not in this book, which was asked for some notebooks only
        return "index.html"
    raise Stop(f"{source.name} links to {url}, which the book does not have")


def copy_picture(path):
    to = BOOK / "pictures" / path.name
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)
    return f"pictures/{path.name}"


def copy_assets():
    """Plotly, KaTeX and reveal.js from their packages, once for all pages, and the book's own style and code."""
    shutil.copytree(SOURCES / "assets", ASSETS)
    write_script(ASSETS)
    shutil.copy(Path(plotly.__file__).parent / "package_data" / "plotly.min.js", ASSETS)
    katex = next(KATEX.glob("META-INF/resources/webjars/katex/*/dist"))
    shutil.copy(katex / "katex.min.js", ASSETS)
    (ASSETS / "katex.css").write_text(with_fonts(katex / "katex.min.css"))
    reveal = unpacked_reveal()
    for file in ("reveal.js", "reveal.css", "reset.css"):
        shutil.copy(reveal / "dist" / file, ASSETS)
    shutil.copy(reveal / "plugin/notes/notes.js", ASSETS)
    light, dark = (HtmlFormatter(style=name).get_style_defs(".highlight") for name in ("default", "github-dark"))
    (ASSETS / "code.css").write_text(light + "\n@media not print {\n"
        + f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{\n{dark}\n}} }}\n"
        + f":root[data-theme=dark] {{\n{dark}\n}}\n}}\n")


def with_fonts(css):
    """The style sheet with its fonts inside: Firefox loads no font from a file beside a page that is a file."""
    def inside(found):
        font = (css.parent / found[1]).read_bytes()
        return f"src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format('woff2')"

    return re.sub(r"src:url\((fonts/[^)]*\.woff2)\) format\([^)]*\)[^;}]*", inside, css.read_text())


def unpacked_reveal():
    required = SOURCES / "requirements.txt"
    stamp = PACKAGES / required.name
    if not stamp.exists() or stamp.read_text() != required.read_text():
        shutil.rmtree(PACKAGES, ignore_errors=True)
        pip = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
                              "--disable-pip-version-check", "--target", PACKAGES, "--requirement", required])
        if pip.returncode:
            raise Stop("The packages of the slides could not be installed: see pip's lines above")
        shutil.copy(required, stamp)
    return PACKAGES / "sphinx_revealjs/_static/revealjs"


def write(chapters):
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(SOURCES / "templates"), autoescape=False,
                                   undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    teachers = {c.number: c for c in chapters if c.teacher and c.number}
    for i, chapter in enumerate(chapters):
        if chapter.figures:
            figures = BOOK / "figures" / f"{chapter.name}.js"
            figures.parent.mkdir(exist_ok=True)
            text = json.dumps(chapter.figures, ensure_ascii=False, separators=(",", ":"))
            figures.write_text(f"const figures = {text};\n", encoding="utf-8")
        page = templates.get_template("page.html").render(
            chapter=chapter, chapters=chapters, teacher=teachers.get(chapter.number), picture=picture,
            before=chapters[i - 1] if i else None, after=chapters[i + 1] if i + 1 < len(chapters) else None)
        (BOOK / chapter.address).write_text(page, encoding="utf-8")
        if chapter.is_notebook:
            deck = BOOK / "slides" / chapter.address
            deck.parent.mkdir(exist_ok=True)
            html = templates.get_template("deck.html").render(chapter=chapter, slides=slides(chapter))
            deck.write_text(html.replace('src="pictures/', 'src="../pictures/'), encoding="utf-8")


def picture(chapter):
    path = NOTEBOOKS / "pictures" / f"{chapter.number}.png"
    return copy_picture(path) if path.exists() else None


def size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    try:
        main(*sys.argv[1:] or [""])
    except Stop as stop:
        sys.exit(str(stop))
