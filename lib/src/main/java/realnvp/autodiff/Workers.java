package realnvp.autodiff;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A few threads that run numbered tasks together with the caller. Between calls they sleep; they are daemons, so they
 * never keep a program alive. Which thread runs which task must not matter to the result.
 */
public final class Workers {
    /** One thread per core unless the system property realnvp.threads says otherwise. */
    private static final Workers SHARED =
        new Workers(Integer.getInteger("realnvp.threads", Runtime.getRuntime().availableProcessors()));
    /** How long a thread looks for the next call before it sleeps: waking takes longer than a small training step. */
    private static final int SPINS = 2_000; // about 0.1 ms

    private final Thread[] helpers;
    /** The number of the call and how many of its tasks nobody has begun, 32 bits each, so that both change at once. */
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private IntConsumer task;

    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
        helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Thread(this::help, "realnvp worker " + (i + 1));
            helpers[i].setDaemon(true);
            helpers[i].start();
        }
    }

    public static Workers shared() {
        return SHARED;
    }

    /** What computes here, in one line: the kernel of the matrix product, and how many threads share the work. */
    public static String engine() {
        return (MatrixProduct.VECTORIZED
            ? "vector module, %d float32 numbers at once".formatted(VectorProduct.LANES)
            : "plain loops (the JVM option --add-modules jdk.incubator.vector makes training several times faster)")
            + ", threads: " + SHARED.threads()
            + (hasFusedMultiplyAdd() ? "" : "; no fused multiply-add: the same digits, but very slowly");
    }

    /** Without the instruction the JDK computes each Math.fma in software, hundreds of times as slowly. */
    private static boolean hasFusedMultiplyAdd() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Boolean.parseBoolean(machine.getVMOption("UseFMA").getValue());
    }

    public int threads() {
        return helpers.length + 1;
    }

    /**
     * Runs task 0 to tasks - 1, each once, and returns when all are done; rethrows the first failure. A task must not
     * call run itself.
     */
    public synchronized void run(int tasks, IntConsumer task) {
        if (tasks == 1 || helpers.length == 0) {
            for (int i = 0; i < tasks; i++) {
                task.accept(i);
            }
            return;
        }
        this.task = task;
        failure.set(null);
        finished.set(0);
        next.set((callOf(next.get()) + 1 << 32) + tasks); // publishes the fields above
        for (Thread helper : helpers) {
            LockSupport.unpark(helper);
        }
        takeTasks();
        // Only tasks that a helper has begun are waited for, so a helper that gets no processor holds up nothing.
        for (long spins = 0; finished.get() < tasks; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        Throwable thrown = failure.get();
        if (thrown instanceof Error error) {
            throw error;
        } else if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private void takeTasks() {
        for (long ticket = next.get(); remaining(ticket) > 0; ticket = next.get()) {
            // No ticket is issued twice, so whoever wins this one holds a task of the call that is running.
            if (next.compareAndSet(ticket, ticket - 1)) {
                try {
                    task.accept(remaining(ticket) - 1);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                } finally {
                    finished.incrementAndGet();
                }
            }
        }
    }

    private void help() {
        long seen = 0;
        while (true) {
            for (long spins = 0; callOf(next.get()) == seen; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            seen = callOf(next.get());
            takeTasks();
        }
    }

    private static long callOf(long ticket) {
        return ticket >>> 32;
    }

    private static int remaining(long ticket) {
        return (int) ticket;
    }
}
