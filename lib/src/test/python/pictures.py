"""
The README's pictures: one figure of each notebook, as JupyterLab draws it.

Takes the notebooks with their outputs that `mvn -Pbook` leaves in lib/target/notebooks, opens them in a real JupyterLab and saves the
chosen figures in notebooks/pictures: `.venv/bin/python -m pytest lib/src/test/python/pictures.py`, with
--notebook=07 for those of one notebook.
"""
import sys

import pytest
from playwright.sync_api import expect

from browser import chromium, drawn, open_notebook, serve  # noqa: F401 (chromium is a fixture)
from notebooks import FULL, NOTEBOOKS

PICTURES = NOTEBOOKS / "pictures"
BYTES = 150_000
PIXELS = 0.8  # of the figure on the screen: the README shows them small

# Picture: the start of its notebook's name, and the title of the figure.
CHOSEN = {
    "depth": ("07", "Density: 1, 4 and 50 layers, and the truth"),
    "00": ("00", "The exact density of the moons"),
    "01": ("01", "Eight strips of equal area"),
    "02": ("02", "One coupling layer"),
    "03": ("03", "What the network learned"),
    "04": ("04", "A flow that nobody trained"),
    "05": ("05", "The best that one coupling can do"),
    "06": ("06", "Training loss of 6 couplings"),
    "07": ("07", "Latent space, coloured by moon"),
    "08": ("08", "Seven patients, all of them ill"),
    "09": ("09", "Measured and drawn"),
}


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The address of a JupyterLab on the executed notebooks."""
    yield from serve([sys.executable, "-m", "jupyterlab", "--allow-root", f"--ServerApp.root_dir={FULL}"],
                     tmp_path_factory.mktemp("jupyter"))


def test_pictures(notebook, executed, chromium):  # noqa: F811
    wanted = {name: title for name, (start, title) in CHOSEN.items() if notebook.name.startswith(start)}
    if notebook.parent != NOTEBOOKS or not wanted:
        pytest.skip("no picture is taken of it")
    assert (FULL / notebook.name).exists(), f"run mvn -Pbook first: {FULL / notebook.name} is missing"
    page = chromium.new_page(viewport={"width": 1300, "height": 1600}, device_scale_factor=PIXELS)
    try:
        open_notebook(page, f"{executed}/lab/tree/{notebook.name}?reset&token=t")
        figures = page.locator(".jp-Notebook .jp-RenderedPlotly")
        expect(figures.first).to_be_attached(timeout=30_000)
        blank = [i + 1 for i in range(figures.count()) if not drawn(page, figures.nth(i))]
        assert not blank, f"{notebook.name}: figures {blank} are not drawn"
        titles = [figures.nth(i).locator(".gtitle").first.text_content() for i in range(figures.count())]
        for name, title in wanted.items():
            assert title in titles, f"{notebook.name} has no figure '{title}', only {titles}"
            save(page, figures.nth(titles.index(title)), PICTURES / f"{name}.png")
    finally:
        page.close()


def save(page, figure, picture):
    figure.scroll_into_view_if_needed()
    page.mouse.move(0, 0)  # away from the figure, or its buttons and a label would be in the picture
    page.wait_for_timeout(500)
    picture.parent.mkdir(exist_ok=True)
    figure.locator(".svg-container").first.screenshot(path=picture)
    size = picture.stat().st_size
    assert size < BYTES, f"{picture.name} has {size} bytes, the limit is {BYTES}"
