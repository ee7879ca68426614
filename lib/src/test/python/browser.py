"""
Opens notebooks in a real JupyterLab, in a real Chromium, runs all cells from the menu,
and looks at what is drawn.

Not part of `mvn verify`, since it needs Chromium from the distribution's packages:
`.venv/bin/python -m pytest lib/src/test/python/browser.py --notebook=02`; with browser_live.py beside it,
a student at work. It saves screenshots in lib/target/screenshots.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from notebooks import NOTEBOOKS, TARGET, TOP

BY_DEFAULT = ["02", "07"]  # browser_live.py works through 00
SECONDS_PER_NOTEBOOK = 1500
SCREENSHOTS = TARGET / "screenshots"
RAIL = ".slider-rail-touch-rect"
LOCAL = ("localhost", "127.0.0.1", "")

# All cells stay in the page, and nothing is written back to the notebooks.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}

STATE = """() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')].map((cell, i) => ({
    number: i + 1,
    empty: !cell.querySelector('.cm-content').innerText.trim(),
    prompt: cell.querySelector('.jp-InputPrompt').innerText.trim(),
    wrong: ['error', 'stderr'].flatMap(kind => [...cell.querySelectorAll(
        `[data-mime-type="application/vnd.jupyter.${kind}"]`)]).map(output => output.innerText),
}))"""

# What Plotly drew: marks of a plot in an SVG, or a canvas for the three-dimensional kinds.
DRAWN = """output => [...output.querySelectorAll('svg.main-svg, canvas')].map(e => {
    const box = e.getBoundingClientRect();
    const marks = e.tagName == 'CANVAS' ? 1
        : e.querySelectorAll('.mlayer path, .mlayer image, .pielayer path').length;
    return {width: box.width, height: box.height, marks: marks};
}).filter(d => d.width >= 200 && d.height >= 150 && d.marks > 0).length"""


@pytest.fixture
def lab(request, tmp_path):
    """The address of a JupyterLab that was started as `mvn -Plab` starts it; the parameter is its theme."""
    java = json.loads((TOP / ".venv/share/jupyter/kernels/java/kernel.json").read_text())["argv"][0]
    yield from serve([java, "lib/src/lab/java/Lab.java", "lab"], tmp_path,
                     getattr(request, "param", "JupyterLab Light"))


def serve(command, config, theme="JupyterLab Light"):
    """The address of a JupyterLab started by this command, until the fixture that asks for it ends."""
    for plugin, values in {**SETTINGS, "apputils-extension/themes": {"theme": theme}}.items():
        file = config / "lab" / "user-settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    port = free_port()
    with open(TARGET / "jupyterlab.log", "w") as log:
        server = subprocess.Popen(
            command + ["--no-browser", f"--port={port}", "--IdentityProvider.token=t"],
            cwd=TOP, env={**os.environ, "JUPYTER_CONFIG_DIR": str(config)}, stdout=log, stderr=log)
        try:
            wait_for(port, server)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(90)


@pytest.fixture(scope="module")
def chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("The browser test needs Chromium: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


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
                  if not c["empty"] and not c["prompt"][1:2].isdigit()]
        assert not wrong, f"{notebook.name}: " + "\n".join(wrong)
        assert not foreign, f"{notebook.name} asked for {foreign}"
        assert figures.count() > 0, f"{notebook.name} shows no figure"
        assert not blank, f"{notebook.name}: figures {blank} of {figures.count()} are not drawn"
        assert not stuck, f"{notebook.name}: the sliders of figures {stuck} change nothing"
        print(f"\n{notebook.name}: {len(cells)} cells, {figures.count()} figures, {len(sliders)} sliders")
    finally:
        page.close()


def open_notebook(page, address):
    page.goto(address, timeout=120_000)
    # "Run All" before the kernel is connected asks which kernel; it is Unknown until its first cell.
    status = page.locator("#jp-main-statusbar")
    expect(status).to_contain_text(re.compile(r"Java \| (Idle|Unknown)"), timeout=90_000)


def choose(page, menu, item):
    page.locator(".lm-MenuBar-item").get_by_text(menu, exact=True).click()
    page.locator(".lm-Menu-item").get_by_text(item, exact=True).click()


def wait_for_cells(page):
    """The state of all code cells once none is waiting or running."""
    end = time.monotonic() + SECONDS_PER_NOTEBOOK
    while time.monotonic() < end:
        page.wait_for_timeout(1000)
        cells = page.evaluate(STATE)
        if not any(c["prompt"] == "[*]:" for c in cells):
            return cells
    pytest.fail(f"cells still run after {SECONDS_PER_NOTEBOOK} seconds")


def drawn(page, figure):
    figure.scroll_into_view_if_needed()
    figure.hover()  # a figure that comes with a picture of itself is drawn when the mouse enters it
    for _ in range(20):
        if figure.evaluate(DRAWN):
            return True
        page.wait_for_timeout(250)
    return False


def slides(page, figure):
    """Whether the picture is another one when the slider stands at its end."""
    before = picture(figure)
    slide(page, figure, 1)
    return picture(figure) != before


def slide(page, figure, part):
    """Pulls the slider to this part of its way, from 0 to 1."""
    figure.scroll_into_view_if_needed()
    rail = figure.locator(RAIL).bounding_box()
    grip = figure.locator(".slider-grip-rect").bounding_box()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(rail["x"] + (0.02 + 0.96 * part) * rail["width"], rail["y"] + rail["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_timeout(1000)


def picture(figure):
    return "".join(figure.locator(".cartesianlayer").evaluate_all("es => es.map(e => e.outerHTML)"))


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


def pass_local(route, foreign):
    if urlsplit(route.request.url).hostname in LOCAL or route.request.url.startswith(("data:", "blob:")):
        route.continue_()
    else:
        foreign.append(route.request.url)
        route.abort()


def free_port():
    with socket.socket() as s:
        s.bind(("localhost", 0))
        return s.getsockname()[1]


def wait_for(port, server):
    for _ in range(1200):
        with socket.socket() as s:
            if s.connect_ex(("localhost", port)) == 0:
                return
        assert server.poll() is None, "JupyterLab did not start: see lib/target/jupyterlab.log"
        time.sleep(0.5)
    pytest.fail("JupyterLab did not answer within ten minutes: see lib/target/jupyterlab.log")
