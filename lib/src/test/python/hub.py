"""
A JupyterHub as `mvn -Phub` starts it, and students who log in with its form and work in real kernels: five of them
train, one fills the memory, one never ends her loops. .ci/run runs it, with bubblewrap and on Linux.
"""
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from notebooks import NOTEBOOKS, TOP

sys.path.insert(0, str(TOP / "lib/src/hub"))
from classroom import Memory, Student, hub  # noqa: E402

FIVE = ["ada", "emmy", "grace", "mary", "sofia"]
IDLE = 30  # seconds without use, after which a kernel ends
HEAP = 400  # MB
TRAIN = """
RealNvp flow = RealNvp.create(2, 4, 64, 3, new Well19937c(1));
double[] losses = new Trainer(flow, BatchSource.fresh(new TwoMoons(0.05), new Well19937c(2))).steps(500).batchSize(256)
    .train().losses();
System.out.println(losses[0] + " " + losses[499]);
"""
# Each way ends after 3 GB where nothing stops it.
FILL = """
Function<IntFunction<Object>, String> fill = one -> {
    List<Object> all = new ArrayList<>();
    try {
        while (all.size() < 3000) {
            all.add(one.apply(1 << 20));
        }
        return "took 3 GB";
    } catch (OutOfMemoryError e) {
        return "was stopped";
    }
};
Process other = new ProcessBuilder(System.getenv("HUB_PYTHON"), "-c", "x = b'1' * 3 * 10**9").start();
String said = new String(other.getErrorStream().readAllBytes());
System.out.println(fill.apply(n -> new byte[n]) + ", " + fill.apply(n -> java.nio.ByteBuffer.allocateDirect(n)) + ", "
    + (other.waitFor() == 0 ? "took 3 GB" : said.strip().lines().reduce((line, next) -> next).get()));
"""
# To the last byte, and it stays full: threads of the kernel itself may end, so that it no longer answers.
FILL_FOR_EVER = "List<byte[]> kept = new ArrayList<>();\nwhile (true) { kept.add(new byte[200]); }"
LOOP = "for (int k = 0; k < 2; k++) { new Thread(() -> { while (true) { } }).start(); }\nwhile (true) { }"
LOOK_AROUND = """
Path home = Path.of(System.getenv("HOME")), top = Path.of(System.getenv("HUB_TOP"));
Path jar = top.resolve("lib/target/realnvp.jar"), kernel = top.resolve(".venv/share/jupyter/kernels/java/jjava.jar");
System.out.println(List.of(String.join(" ", home.getParent().toFile().list()),
    Files.exists(top.resolve("lib/src/solutions")),
    Files.exists(home.resolve("../../jupyterhub.sqlite")), Files.isWritable(jar), Files.isWritable(kernel),
    Files.isWritable(Path.of("07-depth-1-4-50.ipynb")), Files.exists(Path.of("../realnvp/data/penguins.csv"))));
"""


@pytest.fixture(scope="module")
def lesson():
    found = SimpleNamespace()
    with hub(f"--students={len(FIVE) + 2}", f"--heap={HEAP}") as (address, password), \
            Memory() as found.memory, ThreadPoolExecutor(len(FIVE) + 2) as pool:
        found.address, found.password = address, password

        def arrive(name):
            student = Student(address, name, password).start().open("07-depth-1-4-50.ipynb")
            student.printed("%load setup.jshell")
            student.printed(TRAIN)  # the first one is slower, as the JVM still compiles
            return student

        *found.five, filler, looper = pool.map(arrive, [*FIVE, "filler", "looper"])
        found.ada = found.five[0]
        found.quiet = list(pool.map(train, found.five))

        looper.begin(LOOP)
        filled = pool.submit(filler.printed, FILL)
        found.busy = list(pool.map(train, found.five))
        found.filled, found.after = filled.result(), filler.printed("System.out.println(1 + 1);")
        filler.begin(FILL_FOR_EVER)
        time.sleep(10)
        found.restarted = filler.restart().printed("System.out.println(1 + 1);")
        found.loops = looper.kernels()[0]["execution_state"]
        yield found


def train(student):
    """The first and the last loss, and the seconds they took."""
    begin = time.monotonic()
    return student.printed(TRAIN), time.monotonic() - begin


def test_all_five_have_the_same_losses_alone_and_in_bad_company(lesson):
    losses = {loss for loss, _ in lesson.quiet + lesson.busy}
    print("losses", losses)
    assert len(losses) == 1
    first, last = map(float, losses.pop().split())
    assert 0 < last < first - 1, "the training learned something"


def test_who_fills_the_memory_is_stopped_and_can_go_on(lesson):
    print("filler:", lesson.filled, {name: round(peak / 1e6) for name, peak in lesson.memory.peaks.items()}, "MB")
    heap, direct, other = lesson.filled.split(", ")
    assert (heap, direct, other) == ("was stopped", "was stopped", "MemoryError")
    assert lesson.after == "2"
    assert lesson.restarted == "2"
    assert lesson.memory.peaks["filler"] < (HEAP + 500) * 2**20, "the heap, 100 outside it, the JVM itself, her server"


def test_the_five_are_on_time_while_another_loops_and_a_third_fills_the_memory(lesson):
    quiet, busy = (sorted(seconds for _, seconds in trainings) for trainings in (lesson.quiet, lesson.busy))
    print("seconds of a training: quiet", quiet, "in bad company", busy)
    assert lesson.loops == "busy", "she loops to the end"
    assert busy[-1] < 3 * quiet[-1]  # who shares fairly with two more takes 7/5; the rest is for a busy machine


def test_a_student_sees_her_own_files_alone_and_cannot_change_the_library(lesson):
    homes, *rest = lesson.ada.printed(LOOK_AROUND).strip("[]").split(", ")
    assert homes == "ada"
    assert rest == ["false", "false", "false", "false", "true", "true"]
    assert int(lesson.ada.printed("System.out.println(ProcessHandle.allProcesses().count());")) < 6, "of her own"


def test_a_wrong_password_opens_no_door_and_a_students_token_no_other_server(lesson):
    with pytest.raises(PermissionError, match="403"):
        Student(lesson.address, "eve", lesson.password + "x")
    for path in ("user/grace/api/kernels", "user/grace/api/contents/07-depth-1-4-50.ipynb", "hub/api/users/grace"):
        with pytest.raises(PermissionError, match="40[34]"):
            lesson.ada.ask("GET", path)


def test_one_student_more_and_one_kernel_more_than_the_machine_holds_are_refused_with_a_sentence(lesson):
    with pytest.raises(PermissionError, match="limit exceeded. Try again"):
        Student(lesson.address, "late", lesson.password).start()
    again = Student(lesson.address, "ada", lesson.password)
    again.open("00-start-here.ipynb")
    with pytest.raises(PermissionError, match="2 notebooks are running already: shut one down"):
        again.open("01-change-of-variables.ipynb")


def test_a_kernel_and_a_server_that_nobody_uses_end_and_those_in_use_do_not():
    with hub("--students=2", f"--idle={IDLE}") as (address, password):
        left = Student(address, "emmy", password).start().open("00-start-here.ipynb")
        works = Student(address, "ada", password).start().open("00-start-here.ipynb")
        forgotten = works.kernels()[0]["id"]
        works.open("01-change-of-variables.ipynb")
        end = time.monotonic() + 4 * IDLE
        while time.monotonic() < end and (left.server()["ready"] or len(works.kernels()) == 2):
            works.printed("Thread.sleep(2000);")
        assert not left.server()["ready"], "though her page is open"
        assert works.server()["ready"] and forgotten not in [kernel["id"] for kernel in works.kernels()]
        assert works.printed("System.out.println(1 + 1);") == "2"


def test_every_student_has_all_files_of_the_notebooks(lesson):
    theirs = {entry["name"] for entry in lesson.ada.ask("GET", "user/ada/api/contents/")["content"]}
    assert theirs >= {path.name for path in NOTEBOOKS.iterdir() if not path.name.startswith(".")} - {"__pycache__"}
