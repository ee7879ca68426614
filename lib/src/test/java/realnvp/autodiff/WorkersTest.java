package realnvp.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class WorkersTest {
    /** A short call, then a longer one: a worker that is late from the first must keep off the second. */
    @Test
    void eachTaskRunsOnceWhateverTheNumberOfTasksWasBefore() {
        Workers workers = new Workers(2);
        Thread caller = Thread.currentThread();
        AtomicIntegerArray runs = new AtomicIntegerArray(8);
        IntConsumer task = i -> {
            runs.incrementAndGet(i);
            for (int spin = 0; spin < 20 && Thread.currentThread() != caller; spin++) {
                Thread.onSpinWait(); // so that the worker, not the caller, is the last to finish
            }
        };
        int calls = 1_500_000;
        for (int call = 0; call < calls; call++) {
            workers.run(2, task);
            workers.run(runs.length(), task);
        }
        for (int i = 0; i < runs.length(); i++) {
            assertEquals(i < 2 ? 2 * calls : calls, runs.get(i), "runs of task " + i);
        }
    }
}
