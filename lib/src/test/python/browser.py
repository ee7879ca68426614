"""
Opens notebooks in a real JupyterLab, in a real Chromium, runs all cells from the menu,
and looks at what is drawn.

Not part of `mvn verify`, since it needs Chromium from the distribution's packages:
`.venv/bin/python -m pytest lib/src/test/python/browser.py --notebook=02`; with browser_live.py beside it,
a student at work. It saves screenshots in lib/target/screenshots.
"""
from conftest import SCREENSHOTS
from lab_in_browser import RAIL, choose, drawn, open_notebook, pass_local, slides, wait_for_cells
from notebooks import NOTEBOOKS

BY_DEFAULT = ["02", "07"]  # browser_live.py works through 00


def test_draws(notebook, lab, chromium):
    page = chromium.new_page(viewport={"width": 1300, "height": 2400})
    foreign = []
    page.route("**/*", lambda route: pass_local(route, foreign))
    try:
        open_notebook(page, f"{lab}/lab/tree/{notebook.relative_to(NOTEBOOKS).as_posix()}?reset&token=t")
        choose(page, "Run", "Run All Cells")
        cells = wait_for_cells(page)
        figures = page.locator(".jp-Notebook .jp-RenderedPlotly")
        blank = [i + 1 for i in range(figures.count()) if not drawn(page, figures.nth(i))]
        take_pictures(page, figures, notebook.stem)
        sliders = [i for i in range(figures.count()) if figures.nth(i).locator(RAIL).count()]
        stuck = [i + 1 for i in sliders if not slides(page, figures.nth(i))]
        wrong = [f"cell [{c['number']}]: {text}" for c in cells for text in c["wrong"]]
        wrong += [f"cell [{c['number']}] did not run" for c in cells
                  if not c["empty"] and not c["ran"]]
        assert not wrong, f"{notebook.name}: " + "\n".join(wrong)
        assert not foreign, f"{notebook.name} asked for {foreign}"
        assert figures.count() > 0, f"{notebook.name} shows no figure"
        assert not blank, f"{notebook.name}: figures {blank} of {figures.count()} are not drawn"
        assert not stuck, f"{notebook.name}: the sliders of figures {stuck} change nothing"
        print(f"\n{notebook.name}: {len(cells)} cells, {figures.count()} figures, {len(sliders)} sliders")
    finally:
        page.close()


def take_pictures(page, figures, name):
    """The whole notebook in pages of the window's height, and each figure by itself."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for old in SCREENSHOTS.glob(f"{name}-*.png"):
        old.unlink()
    for i in range(figures.count()):
        figures.nth(i).screenshot(path=SCREENSHOTS / f"{name}-figure-{i + 1:02}.png")
    scroller = page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer")
    total, step = scroller.evaluate("e => [e.scrollHeight, e.clientHeight]")
    for i in range(-(-total // step)):
        scroller.evaluate("(e, y) => e.scrollTo(0, y)", i * step)
        page.wait_for_timeout(200)
        page.screenshot(path=SCREENSHOTS / f"{name}-page-{i + 1:02}.png")
