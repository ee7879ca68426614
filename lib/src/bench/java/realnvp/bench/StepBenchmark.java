package realnvp.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One Adam step on 512 points, all threads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StepBenchmark {
    @Param({"1x64x3", "4x64x3", "50x64x3", "6x256x5"})
    public String model;

    private Steps steps;

    @Setup
    public void create() {
        String[] sizes = model.split("x");
        steps = new Steps(Case.create(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]),
            Integer.parseInt(sizes[2]), 512));
    }

    @Benchmark
    public void step() {
        steps.run(1);
    }
}
