package realnvp.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Numbered tasks on several threads. Which thread runs which task must not matter to the result.
 *
 * <p>The threads of the JDK's common pool wake too slowly for the smallest training steps, so that a flow of one layer
 * would train at 0.8 of the speed. These here look for work for a moment before they sleep.
 */
public final class Parallel {
    /** One thread per core unless the system property realnvp.threads says otherwise. */
    public static final int THREADS = Integer.getInteger("realnvp.threads", Runtime.getRuntime().availableProcessors());

    private static final int LOOKS = 2_000; // about 0.1 ms
    private static final AtomicBoolean BUSY = new AtomicBoolean();
    /** The number of the call whose tasks a thread has begun last, so that nobody begins them twice. */
    private static final AtomicIntegerArray BEGUN = new AtomicIntegerArray(THREADS);
    private static final AtomicInteger UNFINISHED = new AtomicInteger();
    private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();
    private static int tasks;
    private static IntConsumer task;
    private static volatile int call; // written after the fields above, which are of this call
    private static final List<Thread> HELPERS = IntStream.range(1, THREADS).mapToObj(Parallel::helper).toList();

    private Parallel() {
    }

    /**
     * Runs task 0 to tasks - 1, each once, and returns when all are done; rethrows a failure. Thread t of T runs the
     * tasks t, t + T, t + 2T and so on, in this order, so that what they used last is still in its cache; the caller is
     * thread 0. While another call is running, as when a task calls run itself, the caller runs all tasks alone.
     */
    public static void run(int tasks, IntConsumer task) {
        if (tasks < 2 || THREADS < 2 || !BUSY.compareAndSet(false, true)) {
            for (int i = 0; i < tasks; i++) {
                task.accept(i);
            }
            return;
        }
        try {
            Parallel.tasks = tasks;
            Parallel.task = task;
            UNFINISHED.set(THREADS);
            FAILURE.set(null);
            int now = ++call;
            for (int i = 0; i < HELPERS.size(); i++) {
                LockSupport.unpark(HELPERS.get(i));
            }
            for (int thread = 0; thread < THREADS; thread++) {
                runTasksOf(thread, now); // also those of a helper that gets no processor and has not begun
            }
            while (UNFINISHED.get() > 0) {
                Thread.yield(); // to a helper that may share this core
            }
            if (FAILURE.get() instanceof Error error) {
                throw error;
            } else if (FAILURE.get() instanceof RuntimeException exception) {
                throw exception;
            }
        } finally {
            BUSY.set(false);
        }
    }

    private static void runTasksOf(int thread, int now) {
        if (!BEGUN.compareAndSet(thread, now - 1, now)) {
            return;
        }
        try {
            for (int i = thread; i < tasks; i += THREADS) {
                task.accept(i);
            }
        } catch (RuntimeException | Error thrown) {
            FAILURE.compareAndSet(null, thrown);
        } finally {
            UNFINISHED.decrementAndGet();
        }
    }

    private static Thread helper(int number) {
        Thread thread = new Thread(() -> {
            for (int seen = 0; ; runTasksOf(number, seen)) {
                for (int looks = 0; call == seen; looks++) {
                    if (looks < LOOKS) {
                        Thread.onSpinWait();
                    } else {
                        LockSupport.park();
                    }
                }
                seen = call;
            }
        }, "realnvp " + number);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** What computes here, in one line: the form of the matrix product, and how many threads share the work. */
    public static String engine() {
        return (MatrixProduct.VECTORIZED
            ? "vector module, %d float32 numbers at once".formatted(VectorProduct.LANES)
            : "plain loops (the JVM option --add-modules jdk.incubator.vector makes training several times faster)")
            + ", threads: " + THREADS
            + (hasFusedMultiplyAdd() ? "" : "; no fused multiply-add: the same digits, but very slowly");
    }

    /** Without the instruction the JDK computes each Math.fma in software, hundreds of times as slowly. */
    private static boolean hasFusedMultiplyAdd() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Boolean.parseBoolean(machine.getVMOption("UseFMA").getValue());
    }
}
