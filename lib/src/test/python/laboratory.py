"""
The laboratory of the book, in a real Chromium, from the files and without a network: it leaves the bits that the JVM
and the notebooks' kernel leave, it is quick, it answers while it trains, and it keeps no memory.

Not part of `mvn verify`, as the book is not: `mvn -Pbook`, then
`.venv/bin/python -m pytest -s lib/src/test/python/laboratory.py`.
"""
import json
import os
import re
import subprocess
from urllib.parse import urlsplit

import pytest

from conftest import SCREENSHOTS
from notebooks import NOTEBOOKS, TARGET, TOP, java, kernel

BOOK, SOURCES = TARGET / "book", TOP / "lib/src/laboratory"
CLASSES = os.pathsep.join([str(TARGET / "laboratory/classes"), str(TARGET / "dependency" / "*")])
LARGEST_SCRIPT = 1_000_000  # bytes
MOST_LINES = 600  # of JavaScript and CSS
STEPS = 300
LEAST_SPEED = 20  # steps a second, of 4 couplings × 16 with batches of 128
LONGEST_ANSWER = 100  # milliseconds, in the middle of many
LONG_RUN, SHORT_RUN = 11_000, 1_000
MOST_BYTES_PER_STEP = 400  # that stay: the losses, on both sides, are 24 of them
MODELS = {"moons": (4, 16, 0.005, 128, 1), "spirals": (6, 8, 0.003, 200, 7), "board": (2, 64, 0.01, 32, 3),
          "drawn": (3, 16, 0.005, 64, 5)}

TRAIN = """(place, [settings, steps]) => new Promise((done, failed) => {
    const laboratory = place.laboratory;
    laboratory.trained = done;
    laboratory.stopped = ({message}) => failed(new Error(message));
    Object.assign(laboratory.settings, settings);
    laboratory.reset();
    if (settings.shape === 'drawn') laboratory.drawn = Array.from({length: 400}, (_, i) => i * 7 % 100 / 50 - 1);
    laboratory.ready();
    laboratory.ask('train', {count: steps});
    laboratory.look();
})"""
PAINTED = """canvas => new Set(new Uint32Array(canvas.getContext('2d')
    .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""


@pytest.fixture
def reader(chromium):
    """Opens a page of the book at a place to train; nothing may be asked of a network, and nothing may go wrong."""
    contexts, wrong = [], []

    def open_page(name="laboratory", script="", ready=".laboratory[data-state]", **options):
        context = chromium.new_context(offline=True, **{"viewport": {"width": 1400, "height": 1000}, **options})
        context.set_default_timeout(40_000)  # a machine may be busy with other things
        contexts.append(context)
        context.add_init_script(script)
        context.route("**/plotly.min.js", lambda route: route.fulfill(  # figures are the business of book.py
            body="const Plotly = {newPlot: async () => { }}", content_type="text/javascript"))
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda asked: wrong.append(f"asked for {asked.url}")
                if urlsplit(asked.url).scheme not in ("file", "data", "blob") else None)
        page.goto((BOOK / f"{name}.html").as_uri())
        page.wait_for_selector("body[data-ready]", state="attached")
        page.locator(".laboratory").scroll_into_view_if_needed()
        page.wait_for_selector(ready)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


def trained(page, shape, model, steps=STEPS):
    names = ("couplings", "width", "rate", "batch", "seed")
    settings = {"shape": shape, **dict(zip(names, model))}
    return page.locator(".laboratory").evaluate(TRAIN, [settings, steps])


def on_the_jvm(*arguments):
    run = subprocess.run([java(), "-cp", CLASSES, *map(str, arguments)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_arithmetic_is_that_of_the_jvm():
    print(on_the_jvm(SOURCES / "test/BrowserMathCheck.java"))


def test_sums_that_rounding_twice_would_spoil_are_those_of_the_jvm_in_the_page_too(reader):
    [worker] = reader().workers
    assert worker.evaluate("lab.hardCases()") == on_the_jvm("realnvp.laboratory.HardCases").strip()


@pytest.mark.parametrize("shape", MODELS)
def test_the_page_leaves_the_bits_of_the_jvm(shape, reader):
    page = reader()
    found = trained(page, shape, MODELS[shape])
    fingerprint, loss = on_the_jvm(SOURCES / "test/OnTheJvm.java", shape, *MODELS[shape], STEPS).split()
    assert found["fingerprint"] == fingerprint
    page.wait_for_function("steps => document.querySelector('.laboratory').laboratory.steps === steps", arg=STEPS)
    assert page.evaluate("document.querySelector('.laboratory').laboratory.losses.at(-1)") == float(loss)
    print(f"\n{shape}: {fingerprint}, loss {loss}")


def test_the_cell_that_the_page_shows_finds_the_same_loss_in_the_kernel(reader):
    page = reader()
    trained(page, "moons", MODELS["moons"])
    page.wait_for_function("steps => document.querySelector('.laboratory').laboratory.steps === steps", arg=STEPS)
    cell = page.locator(".laboratory details pre").text_content()
    shown = float(re.search(r"// (\S+) here", cell)[1])
    with kernel(next(NOTEBOOKS.glob("00-*.ipynb"))) as run:
        assert float(run.evaluate(f"%load setup.jshell\n{cell}")) == shown
    assert run.complaints == []


def test_speed(reader):
    """Prints what a step takes, for three models; the first must be fast enough to watch."""
    page = reader()
    speeds = []
    for model in ((4, 16, 0.005, 128, 1), (6, 32, 0.005, 256, 1), (8, 64, 0.001, 512, 1)):
        steps = 4
        trained(page, "moons", model, steps)  # until the browser's optimising compiler has seen the loops
        start = page.evaluate("performance.now()")
        trained(page, "moons", model, 5 * steps)
        speeds.append(5 * steps / (page.evaluate("performance.now()") - start) * 1000)
        print(f"\n{model[0]} couplings × {model[1]}, batch {model[3]}: {speeds[-1]:.0f} steps a second")
    assert speeds[0] >= LEAST_SPEED


def test_answers_while_it_trains_and_what_it_says_is_consistent(reader):
    page = reader()
    page.locator("button[name=run]").click()
    page.wait_for_function("document.querySelector('.laboratory').laboratory.steps > 20")
    waits = sorted(page.locator(".laboratory").evaluate("""(place, i) => new Promise(done => {
        const laboratory = place.laboratory, at = laboratory.at, start = performance.now();
        laboratory.asking = false;
        laboratory.at = answer => {
            laboratory.at = at;
            laboratory.at(answer);
            done(performance.now() - start);
        };
        laboratory.point('data', {x: i / 10, y: 0.2}, false);
    })""", i) for i in range(21))
    speed = page.evaluate("document.querySelector('.laboratory').laboratory.speed")
    print(f"\nanswers after {waits[10]:.0f} ms, {waits[-1]:.0f} at most, at {speed:.0f} steps a second with pictures")
    assert waits[10] <= LONGEST_ANSWER
    assert speed >= LEAST_SPEED
    number = r"(-?[\d.]+)"
    text = page.locator(".probe").text_content().replace("−", "-")
    _, _, z1, z2, log_p, log_det, _ = map(float, re.findall(number, re.sub(r"log \|det J\|", "", text)))
    assert abs(-0.5 * (z1 * z1 + z2 * z2) - 1.837877 + log_det - log_p) < 0.005, text
    page.locator("button[name=run]").click()


def test_no_memory_is_kept(reader, chromium):
    """A small flow takes as many steps and draws as many pictures, so 10,000 of them need seconds."""
    page = reader()
    page.locator("select[name=couplings]").select_option("1")
    page.locator("select[name=width]").select_option("4")
    page.locator("select[name=batch]").select_option("32")
    devtools = Heap(page)
    page.locator("button[name=run]").click()
    used = []
    for steps in (SHORT_RUN, LONG_RUN):
        page.wait_for_function("s => document.querySelector('.laboratory').laboratory.steps > s", arg=steps)
        used.append(devtools.bytes())
    growth = [(after - before) / (LONG_RUN - SHORT_RUN) for before, after in zip(*used)]
    print(f"\nthe page grew by {growth[0]:.0f} bytes a step, its worker by {growth[1]:.0f}; "
          f"they hold {used[1][0] / 1e6:.0f} and {used[1][1] / 1e6:.0f} MB")
    assert max(growth) < MOST_BYTES_PER_STEP


class Heap:
    """What the page and its worker hold after a garbage collection, by the browser's own tools."""

    def __init__(self, page):
        self.page, self.session, self.answers, self.asked = page, page.context.new_cdp_session(page), {}, 0
        workers = []
        self.session.on("Target.attachedToTarget", lambda event: workers.append(event["sessionId"]))
        self.session.on("Target.receivedMessageFromTarget", lambda event: self.receive(event["message"]))
        self.session.send("Target.setAutoAttach",
                          {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False})
        page.wait_for_timeout(500)
        [self.worker] = workers

    def receive(self, message):
        answer = json.loads(message)
        self.answers[answer.get("id")] = answer.get("result")

    def of_worker(self, method):
        self.asked += 1
        self.session.send("Target.sendMessageToTarget", {
            "sessionId": self.worker, "message": json.dumps({"id": self.asked, "method": method})})
        while self.asked not in self.answers:
            self.page.wait_for_timeout(50)
        return self.answers[self.asked]

    def bytes(self):
        self.session.send("HeapProfiler.collectGarbage")
        self.of_worker("HeapProfiler.collectGarbage")
        heaps = self.session.send("Runtime.getHeapUsage"), self.of_worker("Runtime.getHeapUsage")
        return [heap["usedSize"] for heap in heaps]


def test_reader_can_draw_points_and_walk_with_the_keys(reader):
    page = reader()
    page.locator("select[name=shape]").select_option("drawn")
    page.locator("button[name=run]").click()
    assert "too few" in page.locator(".say").text_content()
    canvas = page.locator("canvas[data-panel=data]")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 160, steps=20)
    page.mouse.up()
    canvas.focus()
    for key in ("ArrowLeft", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.locator("button[name=run]").click()
    page.wait_for_function("document.querySelector('.laboratory').laboratory.steps > 60")
    losses = page.evaluate("document.querySelector('.laboratory').laboratory.losses")
    assert losses[50] < losses[0] and "above" not in page.locator(".numbers .loss").text_content()
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("/^x = .*log p = /.test(document.querySelector('.probe').textContent)")


def test_a_hundred_steps_are_a_hundred(reader):
    page = reader()
    for steps in (100, 200):
        page.locator("button[name=more]").click()
        page.wait_for_function("s => document.querySelector('.laboratory').laboratory.steps === s", arg=steps)
        assert page.locator("button[name=run]").text_content() == "Start"
    page.locator("button[name=step]").click()
    page.wait_for_function("document.querySelector('.laboratory').laboratory.steps === 201")


def test_a_rate_that_breaks_the_training_is_told(reader):
    page = reader()
    with pytest.raises(Exception, match="loss is"):
        trained(page, "moons", (4, 16, 1e6, 128, 1))


def test_the_slider_goes_through_the_layers(reader):
    page = reader()
    page.locator("button[name=step]").click()
    seen = set()
    for layer in range(5):
        page.locator(".layer input").fill(str(layer))
        page.wait_for_function("k => document.querySelector('.laboratory').laboratory.made?.layer === k", arg=layer)
        seen.add(page.locator("canvas[data-panel=latent]").evaluate("canvas => canvas.toDataURL()"))
    assert len(seen) == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 800, 1400])
def test_it_fits_and_all_is_drawn(width, scheme, reader):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page = reader(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    trained(page, "moons", MODELS["moons"])
    page.wait_for_function("steps => document.querySelector('.laboratory').laboratory.steps === steps", arg=STEPS)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for canvas in page.locator(".laboratory canvas").all():
        assert canvas.evaluate(PAINTED) > 8, canvas.get_attribute("data-panel")
        assert canvas.get_attribute("aria-label")
    page.screenshot(path=SCREENSHOTS / f"laboratory-{width}-{scheme}.png", full_page=True)


def test_a_browser_that_is_too_old_gets_a_sentence_and_a_picture(reader):
    page = reader(script="WebAssembly.validate = () => false")
    assert page.locator(".laboratory").get_attribute("data-state") == "too old"
    assert "This browser cannot run the laboratory" in page.locator(".laboratory").inner_text()
    assert page.locator(".laboratory img").evaluate("image => image.naturalWidth > 0")
    assert page.locator(".laboratory button").count() == 0


def test_the_map_of_chapter_01_keeps_the_area(reader):
    page = reader("01-change-of-variables", ready=".stretch canvas")
    sliders, seen = page.locator(".stretch input"), set()
    for stretch, bend in (("1", "0"), ("0.5", "1.5"), ("2", "0.4")):
        sliders.nth(0).fill(stretch)
        sliders.nth(2).fill(bend)
        text = page.locator(".stretch p").text_content()
        areas = re.findall(r"is ([\d.]+) in z and ([\d.]+) in x", text)
        assert abs(float(areas[0][0]) - float(areas[0][1])) <= 0.002, text
        seen.add(re.search(r"p of x is ([\d.]+)", text)[1])
    assert len(seen) == 3
    page.locator(".stretch").screenshot(path=SCREENSHOTS / "laboratory-01-change-of-variables.png")


@pytest.mark.parametrize("name", ["04-coupling-layers", "06-training"])
def test_a_chapter_trains(name, reader):
    page = reader(name)
    page.locator(".laboratory button[name=run]").click()
    page.wait_for_function("document.querySelector('.laboratory').laboratory.steps > 20")
    page.locator(".laboratory button[name=run]").click()
    page.locator(".laboratory").screenshot(path=SCREENSHOTS / f"laboratory-{name}.png")
    assert not page.locator(".laboratory .layer").is_visible()
    for canvas in page.locator(".laboratory canvas").all():
        assert canvas.evaluate(PAINTED) > 8, canvas.get_attribute("data-panel")


def test_it_is_small():
    assert (BOOK / "assets/laboratory.js").stat().st_size <= LARGEST_SCRIPT
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (SOURCES / "page").iterdir()}
    print(f"\n{(BOOK / 'assets/laboratory.js').stat().st_size:,} bytes; lines {lines}")
    assert sum(lines.values()) <= MOST_LINES
