package realnvp.lesson;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.check.Bridge;
import realnvp.check.KlDivergence;
import realnvp.check.RoundTrip;
import realnvp.flow.RealNvp;
import realnvp.moons.TwoMoons;
import realnvp.train.BatchSource;
import realnvp.train.LearningRate;
import realnvp.train.Progress;
import realnvp.train.Trainer;
import realnvp.train.TrainingLog;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/**
 * Flows that differ in nothing but their number of couplings, each trained with several seeds and measured against the
 * known truth. A seed gives all depths the same batches in the same order.
 *
 * @param heldOut      points (n,2) of the moons, n at least 2, on which all flows are measured
 * @param width        of the hidden layers of the networks s and t
 * @param linearLayers of each of these networks
 */
public record DepthStudy(TwoMoons moons, Matrix heldOut, int width, int linearLayers) {
    /**
     * One trained flow: seconds of training alone; gap in nats above the truth, on the held-out points; largest error
     * of 2,000 of them on the path x → z → x, in units of the data; share of its draws on the {@link Bridge}.
     */
    public record Run(int layers, int seed, int parameters, int steps, double seconds, double gap, double roundTrip,
                      double bridge) {
    }

    /**
     * Trains a flow for each seed and each number of layers with Adam, on batches of 256 points, with a learning rate
     * that falls from 2e-3 along a cosine. It goes seed by seed, so that a slow start of the machine meets the first
     * seed only. An interrupt ends the study with the runs that are complete.
     *
     * @param steps    of a flow with so many layers
     * @param progress is told of the steps of all runs together; for the time left, a step is taken to cost as much as
     *                 the flow has couplings
     */
    public List<Run> train(int[] layers, int[] seeds, IntUnaryOperator steps, Progress progress) {
        List<Run> runs = new ArrayList<>();
        int all = seeds.length * IntStream.of(layers).map(steps).sum();
        double work = seeds.length * IntStream.of(layers).mapToDouble(k -> k * steps.applyAsInt(k)).sum();
        try {
            for (int seed : seeds) {
                for (int k : layers) {
                    int done = runs.stream().mapToInt(Run::steps).sum();
                    double left = (work - runs.stream().mapToInt(run -> run.layers * run.steps).sum()) / k;
                    RealNvp flow = RealNvp.create(2, k, width, linearLayers, new Well19937c(seed));
                    TrainingLog log = new Trainer(flow, BatchSource.fresh(moons, new Well19937c(seed + 1)))
                        .steps(steps.applyAsInt(k)).batchSize(256).learningRate(LearningRate.cosine(2e-3))
                        .progress((step, ofRun, loss, stepsPerSecond, secondsLeft) -> progress.update(done + step,
                            all, loss, stepsPerSecond, (left - step) / stepsPerSecond)).train();
                    if (log.size() < steps.applyAsInt(k)) {
                        return runs;
                    }
                    runs.add(measure(flow, log, seed));
                }
            }
            return runs;
        } finally {
            progress.finish();
        }
    }

    /** The numbers of a flow that was trained elsewhere; the seed, plus 2, also draws the points of the bridge. */
    public Run measure(RealNvp flow, TrainingLog log, int seed) {
        return new Run(flow.chain().bijectors().size(), seed, flow.parameterCount(), log.size(), log.seconds(),
            KlDivergence.of(moons, flow, heldOut).nats(),
            RoundTrip.of(flow.chain(), heldOut.rows(0, Math.min(2000, heldOut.rows))).absolute(),
            new Bridge(moons).mass(flow, 20_000, new Well19937c(seed + 2)));
    }

    /** One number of each run by its layers: a value for every seed. */
    public static SortedMap<Integer, double[]> byLayers(List<Run> runs, ToDoubleFunction<Run> number) {
        SortedMap<Integer, double[]> values = new TreeMap<>();
        for (Run run : runs) {
            values.merge(run.layers(), new double[] {number.applyAsDouble(run)}, MathArrays::concatenate);
        }
        return values;
    }

    /** A row for each number of layers: means over the seeds, the worst round trip, and how far the gaps spread. */
    public static Table table(String title, List<Run> runs) {
        Table table = Table.create(title, column("layers", runs, Run::layers, StatUtils::max).asIntColumn(),
            column("parameters", runs, Run::parameters, StatUtils::max).asIntColumn(),
            column("steps", runs, Run::steps, StatUtils::max).asIntColumn(),
            column("seconds", runs, Run::seconds, StatUtils::mean),
            column("nats above the truth", runs, Run::gap, StatUtils::mean),
            column("round-trip error", runs, Run::roundTrip, StatUtils::max),
            column("mass between (%)", runs, run -> 100 * run.bridge(), StatUtils::mean));
        return runs.stream().mapToInt(Run::seed).distinct().count() == 1 ? table
            : table.addColumns(column("lowest (nats)", runs, Run::gap, StatUtils::min),
                column("highest (nats)", runs, Run::gap, StatUtils::max));
    }

    private static DoubleColumn column(String name, List<Run> runs, ToDoubleFunction<Run> number,
                                       ToDoubleFunction<double[]> ofSeeds) {
        return DoubleColumn.create(name, byLayers(runs, number).values().stream().mapToDouble(ofSeeds).toArray());
    }
}
