"""
Saves notebooks with their outputs as web pages, as JupyterLab's menu and nbconvert do, and opens the pages in a real
Chromium without a network: each figure is drawn.

Not part of `mvn verify`, as it needs Chromium and the outputs that `long_runs.py` or `mvn -Pbook` leave in
lib/target/notebooks: `.venv/bin/python -m pytest lib/src/test/python/exported.py`, with --notebook=02 for one.
"""
import sys
from subprocess import run

import nbformat

from conftest import SCREENSHOTS
from lab_in_browser import DRAWN
from notebooks import FULL, code_cells

BYTES = 10_000_000  # that a page may have at most
PLOTLY = "application/vnd.plotly.v1+json"


def test_draws_its_figures_without_a_network(notebook, chromium, tmp_path):
    executed = FULL / notebook.name
    assert executed.exists(), f"no {executed}: run long_runs.py first"
    run([sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "--output-dir", tmp_path, executed], check=True)
    page_file = tmp_path / f"{notebook.stem}.html"
    assert page_file.stat().st_size < BYTES
    figures = [output for cell in code_cells(nbformat.read(executed, as_version=4)) for output in cell.outputs
               if PLOTLY in output.get("data", {})]

    context, wrong = chromium.new_context(viewport={"width": 1300, "height": 1000}, offline=True), []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(page_file.as_uri(), wait_until="load", timeout=120_000)
    boxes = page.locator(".jp-RenderedPlotly")
    drawn = boxes.count()
    for _ in range(40):
        blank = [i + 1 for i in range(drawn) if not boxes.nth(i).evaluate(DRAWN)]
        if not blank:
            break
        page.wait_for_timeout(250)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"exported-{notebook.stem}.png", full_page=True)
    context.close()
    print(f"\n{page_file.name}: {page_file.stat().st_size / 1e6:.1f} MB, {len(figures)} figures")
    assert not blank, f"figures {blank} of {drawn} are not drawn"
    assert drawn == len(figures) > 0
    assert not wrong, wrong
