"""
The Stop button in the real kernel: an interrupt during training leaves flow and log for the next cells, no thread
burns on, and training goes on with the same bits as if it had never stopped. .ci/run runs it.
"""
import time

import pytest
from jupyter_client.manager import start_new_kernel

from notebooks import NOTEBOOKS

STEPS = 2000
SECONDS = 120  # for one answer of a kernel on a busy machine
# Seconds of processor time in four seconds of rest. A kernel at rest used 0.06 to 0.10, as its threads ask for messages
# again and again; one thread that never ends used 2.3 to 2.6 on a busy machine. The limit is the geometric middle.
BUSY = 0.5

MAKE = f"""
Supplier<RealNvp> newFlow = () -> RealNvp.create(2, 4, 16, 3, new Well19937c(1));
Function<RealNvp, Trainer> newTrainer = f -> new Trainer(f,
    BatchSource.fresh(new TwoMoons(0.05), new Well19937c(2))).steps({STEPS}).batchSize(256);
RealNvp flow = newFlow.get();
LiveProgress live = Notebook.progress("to be stopped").density(flow, Axes.DATA);
Trainer trainer = newTrainer.apply(flow).progress(live);
"""
TRAIN = "TrainingLog log = trainer.train();"
BITS = "flow.parameters().stream().mapToInt(p -> Arrays.hashCode(p.value().data)).sum()"
PROCESSOR_TIME = """
java.lang.management.ThreadMXBean threads = java.lang.management.ManagementFactory.getThreadMXBean();
LongSupplier used = () -> Arrays.stream(threads.getAllThreadIds()).map(threads::getThreadCpuTime)
    .filter(nanos -> nanos > 0).sum();
Thread.sleep(1000); // the step that was under way
long before = used.getAsLong();
Thread.sleep(4000);
System.out.println((used.getAsLong() - before) * 1e-9);
"""


@pytest.fixture
def kernel():
    manager, client = start_new_kernel(kernel_name="java", cwd=str(NOTEBOOKS), startup_timeout=SECONDS)
    try:
        run(client, "%load setup.jshell")
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_stop_keeps_flow_and_log_frees_the_processor_and_goes_on_with_the_same_bits(kernel):
    manager, client = kernel
    run(client, MAKE)
    cell = begin(client, TRAIN)
    manager.interrupt_kernel()
    errors = [m["content"] for m in until_idle(client, cell) if m["msg_type"] == "error"]
    assert errors and "interrupted" in errors[0]["evalue"].lower(), errors

    assert float(printed(client, PROCESSOR_TIME)) < BUSY, "a thread goes on burning"
    done = int(printed(client, "System.out.println(trainer.log().size());"))
    assert 0 < done < STEPS, done
    assert printed(client, "System.out.println(log.size());") == str(done), "train() returned its log"

    figure = [m["content"]["data"] for m in run(client, "live.figure()") if m["msg_type"] == "execute_result"][0]
    assert figure["application/vnd.plotly.v1+json"]["frames"], "the next cell draws the partial run"
    assert printed(client, "System.out.println(flow.sample(3, new Well19937c(3)).rows);") == "3"

    run(client, "log = trainer.train();")
    assert printed(client, "System.out.println(log.size());") == str(STEPS)
    broken = printed(client, f"System.out.println({BITS});")
    run(client, "flow = newFlow.get(); newTrainer.apply(flow).train();")
    assert printed(client, f"System.out.println({BITS});") == broken, "the bits of an unbroken run"


def test_a_thread_that_goes_on_would_be_seen(kernel):
    manager, client = kernel
    run(client, "Thread burner = new Thread(() -> { while (true) { } }); burner.setDaemon(true); burner.start();")
    assert float(printed(client, PROCESSOR_TIME)) > BUSY


def begin(client, code):
    """Starts a cell and returns its id once its first output is there."""
    cell = client.execute(code)
    for message in messages(client, cell):
        if message["msg_type"] == "display_data":
            time.sleep(0.5)  # well inside the training, as a student's hand would be
            return cell


def run(client, code):
    """All messages of a cell, which must not fail."""
    found = list(until_idle(client, client.execute(code)))
    errors = [m["content"]["evalue"] for m in found if m["msg_type"] == "error"]
    assert not errors, errors
    return found


def printed(client, code):
    return "".join(m["content"]["text"] for m in run(client, code)
                   if m["msg_type"] == "stream" and m["content"]["name"] == "stdout").strip()


def until_idle(client, cell):
    for message in messages(client, cell):
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return
        yield message


def messages(client, cell):
    """What the kernel publishes for this cell; an interrupt has messages of its own in between."""
    while True:
        message = client.get_iopub_msg(timeout=SECONDS)
        if message["parent_header"].get("msg_id") == cell:
            yield message
