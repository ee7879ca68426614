package realnvp.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    /** Few tasks, then many, again and again: a helper that is late must not take a task of the next call too early. */
    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 3, 7})
    void everyTaskOfEveryCallRunsOnce(int threads) {
        Workers workers = new Workers(threads);
        AtomicIntegerArray runs = new AtomicIntegerArray(600);
        for (int call = 0; call < 3000; call++) {
            int tasks = call % 2 == 0 ? 4 : 600;
            workers.run(tasks, runs::incrementAndGet);
            for (int i = 0; i < tasks; i++) {
                assertEquals(1, runs.get(i), "runs of task " + i + " in call " + call);
                runs.set(i, 0);
            }
        }
    }

    @Test
    void aFailureReachesTheCallerAndTheOtherTasksStillRun() {
        Workers workers = new Workers(3);
        AtomicIntegerArray runs = new AtomicIntegerArray(20);
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> workers.run(20, i -> {
            runs.incrementAndGet(i);
            if (i == 7) {
                throw new IllegalStateException("task 7");
            }
        }));
        assertEquals("task 7", failure.getMessage());
        for (int i = 0; i < 20; i++) {
            assertEquals(1, runs.get(i));
        }
        workers.run(20, runs::incrementAndGet);
        assertEquals(2, runs.get(19), "the workers go on after a failure");
    }

    @Test
    void noThreadsAreRefused() {
        assertEquals("threads must be at least 1, got 0",
            assertThrows(IllegalArgumentException.class, () -> new Workers(0)).getMessage());
    }
}
