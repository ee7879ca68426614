"""
Opens the book of `mvn -Pbook` as a reader does, from the files, in a real Chromium without a network.

Not part of `mvn verify`, as the book is not: `mvn -Pbook`, then
`.venv/bin/python -m pytest lib/src/test/python/book.py`, with -k 04 for the pages and slides of notebook 04.
"""
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from conftest import SCREENSHOTS
from lab_in_browser import DRAWN
from notebooks import NOTEBOOKS, TARGET

BOOK = TARGET / "book"
PAGES = sorted(BOOK.glob("*.html"))
DECKS = sorted(BOOK.glob("slides/*.html"))
PHONE, DESK = 420, 1400  # widths of a window in pixels
LEAST_SCALE = 0.65  # of a slide: smaller, the code would have less than 15 pixels on a projector of 1920 × 1080
LEAST_SLIDES = 10
FIGURE_BYTES = 1000  # that one figure adds to a printed page at the very least

WHERE_SHOWN = "figure => figure.querySelector('.plot-container')?.innerHTML"

# Whatever of the slide in view is outside it or cut off; the parts of a figure are Plotly's business.
OVERFLOWING = """() => [...document.querySelectorAll('section.present .fit *')]
    .filter(e => !e.closest('.figure > *') && !e.closest('.katex *'))
    .filter(e => e.checkVisibility()) // what is folded has a place, but is not drawn
    .filter(e => {
        const box = e.getBoundingClientRect(), slide = e.closest('.slides').getBoundingClientRect();
        return box.width > 0 && (box.left < slide.left - 1 || box.top < slide.top - 1
            || box.right > slide.right + 1 || box.bottom > slide.bottom + 1
            || (e.matches('pre, table') && e.scrollWidth > e.clientWidth + 1));
    }).map(e => e.outerHTML.slice(0, 80))"""


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=[path.stem for path in paths])


@pytest.fixture
def reader(chromium):
    """A window without a network; nothing may be asked of one, and nothing may go wrong in the page's code."""
    context = chromium.new_context(viewport={"width": DESK, "height": 1000}, offline=True)
    context.set_default_timeout(120_000)  # a machine may be busy with other things
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
    page.on("request", lambda asked: wrong.append(f"asked for {asked.url}")
            if urlsplit(asked.url).scheme not in ("file", "data", "blob") else None)
    yield page
    context.close()
    assert not wrong, "\n".join(wrong)


def read(page, path):
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready]", state="attached", timeout=120_000)


def test_there_is_a_page_and_a_deck_for_each_notebook():
    stems = {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    assert stems, "no notebooks?"
    assert stems <= {path.stem for path in PAGES}, "run mvn -Pbook first"
    assert stems == {path.stem for path in DECKS}


def test_contents_lead_to_every_page_and_next_and_previous_follow_them(reader):
    def addresses(selector):
        return [a.evaluate("a => a.href") for a in reader.locator(selector).all()]

    reader.goto((BOOK / "index.html").as_uri())
    contents = addresses(".contents a")
    assert sorted(contents) == sorted(path.as_uri() for path in PAGES)
    for here, after in zip(contents, contents[1:]):
        assert reader.url == here
        reader.locator("a[rel=next]").click()
        reader.wait_for_url(after)
        assert addresses("a[rel=prev]") == [here]
    assert not addresses("a[rel=next]")


@named(PAGES + DECKS)
def test_links_lead_somewhere(path):
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for tag in page.find_all(["a", "img", "link", "script"]):
        url = urlsplit(tag.get("href") or tag.get("src") or "")
        if url.scheme:
            assert tag.name == "a" or url.scheme == "data", f"{tag} is not a part of the book"
            continue
        target = (path.parent / unquote(url.path)).resolve() if url.path else path
        assert target.is_file(), f"{path.name}: {url.geturl()} does not exist"
        if url.fragment:
            linked = BeautifulSoup(target.read_text(encoding="utf-8"), "html.parser")
            assert linked.find(id=unquote(url.fragment)), f"{path.name}: {url.geturl()} has no such place"


@named(PAGES)
def test_page(path, reader):
    read(reader, path)
    figures = reader.locator(".figure")
    blank = [i + 1 for i in range(figures.count()) if not figures.nth(i).evaluate(DRAWN)]
    assert not blank, f"figures {blank} of {figures.count()} are not drawn"
    assert figures.count() or path.stem not in {deck.stem for deck in DECKS}
    formulas_are_drawn(reader)
    for width in (DESK, PHONE):
        reader.set_viewport_size({"width": width, "height": 1000})
        reader.wait_for_timeout(100)
        assert reader.evaluate("document.documentElement.scrollWidth") <= width, f"wider than {width} pixels"


@named([path for path in PAGES if (BOOK / "slides" / path.name).exists()])
def test_sliders_and_play_change_the_picture(path, reader):
    read(reader, path)
    for figure in reader.locator(".figure:has(.slider-group)").all():
        before = figure.evaluate(WHERE_SHOWN)
        figure.scroll_into_view_if_needed()
        rail = figure.locator(".slider-rail-touch-rect").bounding_box()
        reader.mouse.click(rail["x"] + rail["width"] - 2, rail["y"] + rail["height"] / 2)
        changed(reader, figure, before)
        last = settled(reader, figure)  # a click while the last frame is still being drawn would be lost
        figure.locator(".updatemenu-button").first.click()
        changed(reader, figure, last)


def changed(page, figure, before):
    """What the figure shows, once that is another picture than before."""
    for _ in range(40):
        page.wait_for_timeout(100)
        now = figure.evaluate(WHERE_SHOWN)
        if now != before:
            return now
    pytest.fail(f"the picture stays as it was: {figure.locator('.gtitle').first.text_content()}")


def settled(page, figure):
    """What the figure shows, once it no longer changes."""
    now = figure.evaluate(WHERE_SHOWN)
    for _ in range(20):
        before = now
        page.wait_for_timeout(200)
        now = figure.evaluate(WHERE_SHOWN)
        if now == before:
            return now
    pytest.fail(f"the picture never rests: {figure.locator('.gtitle').first.text_content()}")


@named([path for path in PAGES if (BOOK / "slides" / path.name).exists()])
def test_prints(path, reader):
    read(reader, path)
    printed = reader.pdf(prefer_css_page_size=True)
    reader.add_style_tag(content=".figure svg, .figure canvas { display: none !important }")
    without = reader.pdf(prefer_css_page_size=True)
    assert len(printed) - len(without) > FIGURE_BYTES * reader.locator(".figure").count()
    # The width of the text on the page, and what stands on it then.
    reader.emulate_media(media="print")
    reader.set_viewport_size({"width": 680, "height": 1000})
    assert not reader.locator("nav").is_visible() and not reader.locator("footer").is_visible()
    wide = reader.evaluate("""[...document.querySelectorAll('pre, .figure > div, table, .math.display')]
        .filter(e => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth + 1)
        .map(e => e.outerHTML.slice(0, 80))""")
    assert not wide, f"cut off on paper: {wide}"


@named(DECKS)
def test_slides(path, reader):
    reader.set_viewport_size({"width": 1280, "height": 720})
    reader.goto(path.as_uri())
    reader.wait_for_function("window.Reveal?.isReady()")
    number = reader.evaluate("Reveal.getTotalSlides()")
    assert number >= LEAST_SLIDES
    for i in range(number):
        slide = reader.locator("section.present")
        reader.wait_for_selector("section.present[data-ready]")
        where = f"slide {i + 1} of {number}"
        assert not reader.evaluate(OVERFLOWING), f"{where} overflows: {reader.evaluate(OVERFLOWING)}"
        scale = float(slide.get_attribute("data-scale"))
        assert scale >= LEAST_SCALE, f"{where} is too full: its letters have {scale:.0%} of their size"
        for figure in slide.locator(".figure").all():
            assert figure.evaluate(DRAWN), f"{where}: a figure is not drawn"
        if path.stem.startswith("04"):
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            reader.screenshot(path=SCREENSHOTS / f"slides-{path.stem}-{i + 1:02}.png")
        reader.keyboard.press("ArrowRight")
    assert reader.evaluate("Reveal.isLastSlide()")
    formulas_are_drawn(reader)


def formulas_are_drawn(page):
    assert page.locator(".math").count() == page.locator(".math > .katex, .math > .katex-display").count()
    assert page.locator(".katex-error").count() == 0
