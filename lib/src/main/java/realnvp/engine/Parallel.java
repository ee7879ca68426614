package realnvp.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Numbered tasks on several threads, to be run again and again. Which thread runs which task must not matter.
 *
 * <p>The threads of the JDK's common pool wake too slowly for the smallest training steps, so that a flow of one layer
 * would train at 0.8 of the speed. These here look for work for a moment before they sleep.
 */
public final class Parallel {
    /** One thread per core unless the system property realnvp.threads says otherwise. */
    public static final int THREADS = Integer.getInteger("realnvp.threads", Runtime.getRuntime().availableProcessors());

    private static final int LOOKS = 2_000; // about 0.1 ms
    private static final AtomicInteger RUNS = new AtomicInteger();
    private static volatile Parallel latest; // that was run
    private static final List<Thread> HELPERS = IntStream.range(1, THREADS).mapToObj(Parallel::helper).toList();

    private final int tasks;
    private final IntConsumer task;
    private final AtomicInteger begun; // tasks; at the end of a run, all of them and perhaps more
    private final AtomicInteger done = new AtomicInteger();
    private volatile Throwable failure;

    /** Task 0 to tasks - 1. */
    public Parallel(int tasks, IntConsumer task) {
        this.tasks = tasks;
        this.task = task;
        begun = new AtomicInteger(tasks);
    }

    /** Runs every task once, for one caller at a time; rethrows a failure. A task may run other tasks. */
    public void run() {
        failure = null;
        done.set(0);
        begun.set(0);
        if (tasks > 1) {
            latest = this;
            RUNS.incrementAndGet();
            for (int i = 0; i < HELPERS.size(); i++) {
                LockSupport.unpark(HELPERS.get(i));
            }
        }
        takeTasks();
        for (int looks = 0; done.get() < tasks; looks++) {
            Thread.onSpinWait();
            if (looks > LOOKS) {
                Thread.yield(); // to a helper that may share this core
            }
        }
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private void takeTasks() {
        for (int i = begun.getAndIncrement(); i < tasks; i = begun.getAndIncrement()) {
            try {
                task.accept(i);
            } catch (RuntimeException | Error thrown) {
                failure = thrown;
            } finally {
                done.incrementAndGet();
            }
        }
    }

    private static Thread helper(int number) {
        Thread thread = new Thread(() -> {
            for (int seen = 0; ; latest.takeTasks()) {
                for (int looks = 0; RUNS.get() == seen; looks++) {
                    if (looks < LOOKS) {
                        Thread.onSpinWait();
                    } else {
                        LockSupport.park();
                    }
                }
                seen = RUNS.get();
            }
        }, "realnvp " + number);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** What computes here, in one line: the form of the matrix product, and how many threads share the work. */
    public static String engine() {
        return (MatrixProduct.VECTORIZED ? "vector module, %d float32 numbers at once".formatted(VectorProduct.LANES)
            : !MatrixProduct.HAS_C2 ? "plain loops, and slow ones: a JVM option keeps out the optimising compiler, C2"
            : "plain loops (the JVM option --add-modules jdk.incubator.vector makes training several times faster)")
            + ", threads: " + THREADS + (ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("UseFMA").getValue().equals("true") ? "" // else the JDK computes Math.fma in software
            : "; no fused multiply-add: thousands of times slower; a virtual machine must pass on its host's processor");
    }
}
