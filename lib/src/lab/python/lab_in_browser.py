"""
Starts JupyterLab and drives it in a real Chromium, for the tests in a browser and for the README's pictures.

Chromium comes from the distribution's packages: sudo apt install chromium.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

from notebooks import TARGET, TOP

SECONDS_PER_NOTEBOOK = 1500
RAIL = ".slider-rail-touch-rect"
LOCAL = ("localhost", "127.0.0.1", "")

# All cells stay in the page, and nothing is written back to the notebooks.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}

STATE = """() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')].map((cell, i) => ({
    number: i + 1,
    empty: cell.querySelector('.cm-content')?.innerText.trim() === '', // a folded cell has no such element
    prompt: cell.querySelector('.jp-InputPrompt').innerText.trim(),
    ran: /^\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').innerText.trim()) // which a folded cell never shows
        || cell.querySelector('.jp-InputPlaceholder') !== null && cell.querySelector('.jp-OutputArea-child') !== null,
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


@contextmanager
def serve(command, config, theme="JupyterLab Light"):
    """The address of a JupyterLab that this command starts; it ends with the context."""
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


@contextmanager
def chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("Chromium is needed and not on the PATH: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


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
    raise TimeoutError(f"cells still run after {SECONDS_PER_NOTEBOOK} seconds")


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
        if server.poll() is not None:
            raise RuntimeError("JupyterLab did not start: see lib/target/jupyterlab.log")
        time.sleep(0.5)
    raise TimeoutError("JupyterLab did not answer within ten minutes: see lib/target/jupyterlab.log")
