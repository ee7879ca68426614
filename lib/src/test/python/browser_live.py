"""
A student at work in a real JupyterLab, light and dark, with every foreign address blocked: runs notebook 00, answers
wrong and then right, stops a training and looks at what it left, and with the kernel shut down pulls sliders and
presses Play.

Needs Chromium, as browser.py does: `.venv/bin/python -m pytest lib/src/test/python/browser_live.py`.
"""
import time

import pytest
from playwright.sync_api import expect

from conftest import SCREENSHOTS
from lab_in_browser import choose, drawn, open_notebook, pass_local, picture, slide, wait_for_cells

SECONDS = 120  # for one answer on a busy machine
CONTRAST = 4.5  # WCAG 2.2, level AA, for text

GAP, FOLDED, HINT = "YOUR ANSWER 0.1", "Check of 0.1: run this cell", "by the same generator"
COUNTING = 'Notebook.progress("counting")'
TRAIN = ('RealNvp flow = RealNvp.create(2, 4, 16, 3, new Well19937c(1)); '
         'LiveProgress live = Notebook.progress("to be stopped").density(flow, Axes.DATA); '
         'Trainer trainer = new Trainer(flow, BatchSource.fresh(moons, new Well19937c(2))).steps(1_000_000)'
         '.progress(live); TrainingLog log = trainer.train();')
LOOK = 'System.out.println("stopped at step " + log.size()); live.figure()'

LUMINANCE = """element => {
    const parts = color => color.match(/[\\d.]+/g).map(Number);
    const light = rgb => rgb.slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const style = getComputedStyle(element);
    const text = parts(element.namespaceURI.includes('svg') ? style.fill : style.color);
    const grounds = []; // from the text down to the first that nothing shines through
    // Plotly writes titles into a drawing that lies over the one with the ground.
    const first = element.closest('.js-plotly-plot')?.querySelector('.main-svg') ?? element;
    for (let e = first; e && (grounds[0]?.[3] ?? 0) < 1; e = e.parentElement) {
        const [r, g, b, alpha = 1] = parts(getComputedStyle(e).backgroundColor);
        grounds.unshift([r, g, b, alpha]);
    }
    const ground = grounds.reduce((under, over) => under.map((v, i) => over[3] * over[i] + (1 - over[3]) * v),
        [255, 255, 255]);
    const [a, b] = [light(text), light(ground)].sort((x, y) => x - y);
    return (b + 0.05) / (a + 0.05);
}"""


@pytest.mark.parametrize("lab", ["JupyterLab Light", "JupyterLab Dark"], indirect=True)
def test_a_student_at_work(lab, chromium, request):
    page = chromium.new_page(viewport={"width": 1300, "height": 1500})
    foreign = []
    page.route("**/*", lambda route: pass_local(route, foreign))
    name = "dark" if "Dark" in request.node.name else "light"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    try:
        open_notebook(page, f"{lab}/lab/tree/00-start-here.ipynb?reset&token=t")
        choose(page, "Run", "Run All Cells")
        wrong = [f"cell [{c['number']}]: {text}" for c in wait_for_cells(page) for text in c["wrong"]]
        assert not wrong, "\n".join(wrong)
        assert (page.locator("body").get_attribute("data-jp-theme-light") == "false") == (name == "dark")
        answers_wrong_then_right(page)
        stops_a_training(page, name)
        reads(page, name)
        choose(page, "Kernel", "Shut Down Kernel")
        expect(page.locator("#jp-main-statusbar")).to_contain_text("No Kernel", timeout=SECONDS * 1000)
        figure = page.locator(".jp-RenderedPlotly").filter(has=page.locator(".slider-rail-rect")).first
        pulls_the_slider(page, figure)
        plays(page, figure)
        figure.screenshot(path=SCREENSHOTS / f"live-{name}-played.png")
        assert not foreign, foreign
    finally:
        page.close()


def answers_wrong_then_right(page):
    """The check is folded: Shift+Enter in the gap and once more runs it, and a click unfolds it."""
    gap = cell_with(page, GAP)
    check = page.locator(".jp-Notebook .jp-CodeCell").filter(has_text=FOLDED)
    for answer, verdict in (("no", HINT), ("yes", "PASS")):
        write(page, gap, f'String answer1 = "{answer}"; // {GAP}')
        page.keyboard.press("Shift+Enter")
        page.keyboard.press("Shift+Enter")
        expect(check.locator(".jp-OutputArea")).to_contain_text(verdict, timeout=SECONDS * 1000)
        expect(check.locator(".jp-InputArea-editor")).to_be_hidden()
    expect(check.locator(".jp-OutputArea")).not_to_contain_text(HINT)
    check.locator(".jp-Placeholder-content").click()
    expect(check.locator(".jp-InputArea-editor")).to_contain_text('Exercise.check("0.1"')


def stops_a_training(page, name):
    """Writes a long training into a cell, sees it draw, presses Stop, and goes on from the next state."""
    cell = cell_with(page, COUNTING)
    write(page, cell, TRAIN)
    page.keyboard.press("Control+Enter")
    image = cell.locator('img[alt="density"]')
    expect(image).to_be_visible(timeout=SECONDS * 1000)
    pictures = {image.get_attribute("src")}
    bars = {cell.locator("polyline").get_attribute("points")}
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and (len(pictures) < 3 or len(bars) < 5):
        page.wait_for_timeout(100)
        pictures.add(image.get_attribute("src"))
        bars.add(cell.locator("polyline").get_attribute("points"))
    assert len(pictures) >= 3 and len(bars) >= 5, f"{len(pictures)} densities, {len(bars)} losses"
    cell.screenshot(path=SCREENSHOTS / f"live-{name}-training.png")
    page.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"]').click()
    expect(cell.locator(".jp-OutputArea")).to_contain_text("interrupted", timeout=SECONDS * 1000)
    write(page, cell, LOOK)
    run(page, cell)
    expect(cell.locator(".jp-OutputArea")).to_contain_text("stopped at step")
    assert drawn(page, cell.locator(".jp-RenderedPlotly"))
    cell.screenshot(path=SCREENSHOTS / f"live-{name}-stopped.png")


def reads(page, name):
    """Cards and figures can be read on this theme."""
    card = page.locator(".jp-RenderedHTML").filter(has_text="Two interleaving half circles").first
    card.screenshot(path=SCREENSHOTS / f"live-{name}-card.png")
    for element in (card.locator("b").first, card.locator("pre").first):
        assert element.evaluate(LUMINANCE) >= CONTRAST
    for figure in page.locator(".jp-RenderedPlotly").all():
        assert drawn(page, figure)
        for text in figure.locator(".gtitle, .xtick text, .xtitle").all():
            assert text.evaluate(LUMINANCE) >= CONTRAST, text.text_content()


def pulls_the_slider(page, figure):
    assert drawn(page, figure)
    pictures = []
    for part in (0, 0.5, 1):
        slide(page, figure, part)
        pictures.append(picture(figure))
    assert len(set(pictures)) == 3, "every place of the slider has a picture of its own"
    expect(figure.locator(".slider-label").first).to_have_text("noise 0.4")


def plays(page, figure):
    slide(page, figure, 0)
    figure.locator(".updatemenu-button").first.click()
    pictures = set()
    end = time.monotonic() + 30
    while time.monotonic() < end and "0.4" not in figure.locator(".slider-label").first.text_content():
        pictures.add(picture(figure))
        page.wait_for_timeout(50)
    assert len(pictures) >= 3, f"Play showed {len(pictures)} pictures"
    expect(figure.locator(".slider-label").first).to_have_text("noise 0.4")


def cell_with(page, text):
    """The code cell whose source has this text now; it stays that cell when the source changes."""
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    number = next(i for i in range(cells.count())
                  if text in "".join(cells.nth(i).locator(".cm-content").all_inner_texts()))
    return cells.nth(number)


def write(page, cell, code):
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)


def run(page, cell):
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    wait_for_cells(page)
