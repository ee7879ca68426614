package realnvp.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.engine.Parallel;

/** This library as one contestant of the benchmark: reads a task from each line, answers with one line of numbers. */
public final class Contestant {
    private final Map<String, Case> cases = new HashMap<>();

    public static void main(String[] args) throws IOException {
        System.out.println(Parallel.engine());
        Contestant contestant = new Contestant();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(contestant.answer(line.split(" ")));
        }
    }

    /** Tasks: "write|check L W D file", "step|density|samples L W D seconds", "grow L W D points seconds", "peak". */
    private String answer(String[] task) throws IOException {
        if (task[0].equals("peak")) {
            return FmaPeak.leastAndMost();
        }
        int[] sizes = {Integer.parseInt(task[1]), Integer.parseInt(task[2]), Integer.parseInt(task[3])};
        if (task[0].equals("grow")) {
            return grow(Case.create(sizes[0], sizes[1], sizes[2], Integer.parseInt(task[4])),
                Double.parseDouble(task[5]));
        }
        Case work = cases.computeIfAbsent(task[1] + " " + task[2] + " " + task[3],
            key -> Case.create(sizes[0], sizes[1], sizes[2], 512));
        return switch (task[0]) {
            case "write" -> {
                work.write(Path.of(task[4]));
                yield "";
            }
            case "check" -> {
                work.writeLossAndGradient(Path.of(task[4]));
                yield "";
            }
            case "step" -> {
                Steps steps = new Steps(work);
                yield measure(() -> steps.run(10), 10, Double.parseDouble(task[4]));
            }
            case "density" -> {
                Matrix grid = grid();
                yield measure(() -> work.flow().logProb(grid), 1, Double.parseDouble(task[4]));
            }
            case "samples" -> {
                RandomGenerator rng = new Well19937c(1);
                yield measure(() -> work.flow().sample(100_000, rng), 1, Double.parseDouble(task[4]));
            }
            default -> throw new IllegalArgumentException("no task is called " + task[0]);
        };
    }

    /** Milliseconds of single runs, after a warm-up of half the time; a run does its work so many times. */
    private static String measure(Runnable run, int times, double seconds) {
        long start = System.nanoTime();
        do {
            run.run();
        } while (System.nanoTime() - start < seconds / 2 * 1e9);
        StringJoiner samples = new StringJoiner(" ");
        start = System.nanoTime();
        for (int i = 0; i == 0 || System.nanoTime() - start < seconds * 1e9; i++) {
            long before = System.nanoTime();
            run.run();
            samples.add(String.valueOf((System.nanoTime() - before) * 1e-6 / times));
        }
        return samples.toString();
    }

    /** Milliseconds of steps as above, after the megabytes that its training holds, the flow not counted. */
    private static String grow(Case work, double seconds) {
        long before = usedMemory();
        Steps steps = new Steps(work);
        steps.run(1);
        double megabytes = (usedMemory() - before) * 1e-6;
        return megabytes + " " + measure(() -> steps.run(1), 1, seconds);
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Matrix grid() {
        Matrix points = new Matrix(200 * 200, 2);
        for (int i = 0; i < points.rows; i++) {
            points.data[2 * i] = -2 + 5f * (i % 200) / 199;
            points.data[2 * i + 1] = -2 + 4f * (i / 200) / 199;
        }
        return points;
    }
}
