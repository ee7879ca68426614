"""
The README's pictures: one figure of each notebook, as JupyterLab draws it.

    .venv/bin/python lib/src/lab/python/pictures.py         all of them
    .venv/bin/python lib/src/lab/python/pictures.py 07      those of notebook 07

It takes the notebooks with their outputs that `mvn -Pbook` leaves in lib/target/notebooks, opens them in a real
JupyterLab and saves the chosen figures in notebooks/pictures.
"""
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from lab_in_browser import chromium, drawn, open_notebook, serve
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
    "10": ("10", "A hundred digits that nobody wrote"),
}


def main(start=""):
    jupyterlab = [sys.executable, "-m", "jupyterlab", "--allow-root", f"--ServerApp.root_dir={FULL}"]
    with tempfile.TemporaryDirectory() as folder, serve(jupyterlab, Path(folder)) as address, chromium() as browser:
        for path in sorted(NOTEBOOKS.glob(f"{start}*.ipynb")):
            wanted = {title: name for name, (number, title) in CHOSEN.items() if path.name.startswith(number)}
            if not (FULL / path.name).exists():
                raise SystemExit(f"run mvn -Pbook first: {FULL / path.name} is missing")
            page = browser.new_page(viewport={"width": 1300, "height": 1600}, device_scale_factor=PIXELS)
            open_notebook(page, f"{address}/lab/tree/{path.name}?reset&token=t")
            take(page, path.name, wanted)
            page.close()


def take(page, notebook, wanted):
    """Saves the figures of the notebook in this page whose titles are wanted."""
    figures = page.locator(".jp-Notebook .jp-RenderedPlotly")
    expect(figures.first).to_be_attached(timeout=30_000)
    blank = [i + 1 for i in range(figures.count()) if not drawn(page, figures.nth(i))]
    if blank:
        raise SystemExit(f"{notebook}: figures {blank} are not drawn")
    titles = [figures.nth(i).locator(".gtitle").first.text_content() for i in range(figures.count())]
    for title, name in wanted.items():
        if title not in titles:
            raise SystemExit(f"{notebook} has no figure '{title}', only {titles}")
        save(page, figures.nth(titles.index(title)), PICTURES / f"{name}.png")


def save(page, figure, picture):
    figure.scroll_into_view_if_needed()
    page.mouse.move(0, 0)  # away from the figure, or its buttons and a label would be in the picture
    page.wait_for_timeout(500)
    picture.parent.mkdir(exist_ok=True)
    figure.locator(".svg-container").first.screenshot(path=picture)
    size = picture.stat().st_size
    if size >= BYTES:
        raise SystemExit(f"{picture.name} has {size} bytes, the limit is {BYTES}")
    print(picture.relative_to(NOTEBOOKS.parent), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
