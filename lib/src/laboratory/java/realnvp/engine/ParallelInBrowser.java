package realnvp.engine;

import java.util.function.IntConsumer;

/** Stands for {@link Parallel} in a browser, where one thread does all. */
public final class ParallelInBrowser {
    public static final int THREADS = 1;

    private final int tasks;
    private final IntConsumer task;

    public ParallelInBrowser(int tasks, IntConsumer task) {
        this.tasks = tasks;
        this.task = task;
    }

    public void run() {
        for (int i = 0; i < tasks; i++) {
            task.accept(i);
        }
    }
}
