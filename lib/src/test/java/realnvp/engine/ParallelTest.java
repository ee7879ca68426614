package realnvp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {
    @ParameterizedTest(name = "{0} tasks")
    @ValueSource(ints = {0, 1, 2, 7, 600})
    void everyTaskRunsOnce(int tasks) {
        AtomicIntegerArray runs = new AtomicIntegerArray(600);
        Parallel parallel = new Parallel(tasks, runs::incrementAndGet);
        for (int call = 1; call <= 500; call++) {
            parallel.run();
            for (int i = 0; i < 600; i++) {
                assertEquals(i < tasks ? call : 0, runs.get(i), "runs of task " + i + " in call " + call);
            }
        }
    }

    /** Such as a layer that maps a matrix while a matrix is mapped through it; ten deep, more tasks than cores. */
    @Test
    void aTaskMayCallRunItself() {
        AtomicIntegerArray runs = new AtomicIntegerArray(10);
        nest(0, runs);
        for (int depth = 0; depth < 10; depth++) {
            assertEquals(1 << (depth + 1), runs.get(depth), "runs at depth " + depth);
        }
    }

    private static void nest(int depth, AtomicIntegerArray runs) {
        if (depth < runs.length()) {
            new Parallel(2, i -> {
                runs.incrementAndGet(depth);
                nest(depth + 1, runs);
            }).run();
        }
    }

    @Test
    void aFailureReachesTheCaller() {
        Parallel parallel = new Parallel(20, i -> {
            if (i == 7) {
                throw new IllegalStateException("task 7");
            }
        });
        IllegalStateException failure = assertThrows(IllegalStateException.class, parallel::run);
        assertEquals("task 7", failure.getMessage());
        everyTaskRunsOnce(7);
    }
}
