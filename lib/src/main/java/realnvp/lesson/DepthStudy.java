package realnvp.lesson;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
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
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * Flows that differ in nothing but their number of couplings, each trained with several seeds and measured against the
 * known truth. A seed gives all depths the same batches in the same order.
 *
 * <pre>{@code
 * TwoMoons moons = new TwoMoons(0.05);
 * DepthStudy study = new DepthStudy(moons, moons.sample(200, new Well19937c(1)), 8, 2);
 * List<DepthStudy.Run> runs = study.train(new int[] {1, 4}, new int[] {7}, layers -> 20, Progress.SILENT);
 * }</pre>
 */
public final class DepthStudy {
    private static final int ROUND_TRIPS = 2000;
    private static final int DRAWS = 20_000;

    private final TwoMoons moons;
    private final Matrix heldOut;
    private final int width;
    private final int linearLayers;
    private final double[] logTruth;
    private final Bridge bridge;
    private int batchSize = 256;
    private LearningRate learningRate = LearningRate.cosine(2e-3);

    /**
     * One trained flow.
     *
     * @param seconds   of training alone
     * @param gap       nats above the truth, on the held-out points
     * @param roundTrip how far the worst of 2,000 held-out points strays on x → z → x, in units of the data
     * @param bridge    share of its draws that fall between the moons, see {@link Bridge}
     */
    public record Run(int layers, int seed, int parameters, int steps, double seconds, double gap, double roundTrip,
                      double bridge) {
    }

    /** Flows with these networks, measured on held-out points (n,2) of the moons, n at least 2. */
    public DepthStudy(TwoMoons moons, Matrix heldOut, int width, int linearLayers) {
        this.moons = moons;
        this.heldOut = heldOut;
        this.width = width;
        this.linearLayers = linearLayers;
        this.logTruth = moons.logProb(heldOut);
        this.bridge = new Bridge(moons);
    }

    /** Points in each step. */
    public DepthStudy batchSize(int batchSize) {
        this.batchSize = batchSize;
        return this;
    }

    public DepthStudy learningRate(LearningRate learningRate) {
        this.learningRate = learningRate;
        return this;
    }

    /**
     * Trains a flow for each seed and each number of layers, seed by seed, so that a slow start of the machine or of
     * the JVM meets the first seed only. An interrupt ends the study with the runs that are complete.
     *
     * @param steps    of a flow with so many layers
     * @param progress is told of the steps of all runs together; the time left supposes that a step takes as long as it
     *                 has couplings
     */
    public List<Run> train(int[] layers, int[] seeds, IntUnaryOperator steps, Progress progress) {
        List<Run> runs = new ArrayList<>();
        int stepsInAll = seeds.length * IntStream.of(layers).map(steps).sum();
        int couplingStepsInAll = seeds.length * IntStream.of(layers).map(k -> k * steps.applyAsInt(k)).sum();
        int stepsBefore = 0;
        int couplingStepsBefore = 0;
        try {
            for (int seed : seeds) {
                for (int k : layers) {
                    int before = stepsBefore;
                    int couplingStepsLeft = couplingStepsInAll - couplingStepsBefore;
                    RealNvp flow = RealNvp.create(2, k, width, linearLayers, new Well19937c(seed));
                    TrainingLog log = new Trainer(flow, BatchSource.fresh(moons, new Well19937c(seed + 1)))
                        .steps(steps.applyAsInt(k)).batchSize(batchSize).learningRate(learningRate)
                        .progress((step, ofRun, loss, stepsPerSecond, secondsLeft) -> progress.update(before + step,
                            stepsInAll, loss, stepsPerSecond, (couplingStepsLeft / (double) k - step) / stepsPerSecond))
                        .train();
                    if (log.size() < steps.applyAsInt(k)) {
                        return runs;
                    }
                    stepsBefore += log.size();
                    couplingStepsBefore += k * log.size();
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
            KlDivergence.of(logTruth, flow.logProb(heldOut)).nats(),
            RoundTrip.of(flow.chain(), heldOut.rows(0, Math.min(ROUND_TRIPS, heldOut.rows))).absolute(),
            bridge.mass(flow, DRAWS, new Well19937c(seed + 2)));
    }

    /** One number of each run by its layers: a value for every seed. */
    public static SortedMap<Integer, double[]> byLayers(List<Run> runs, ToDoubleFunction<Run> number) {
        SortedMap<Integer, double[]> values = new TreeMap<>();
        for (Run run : runs) {
            values.merge(run.layers(), new double[] {number.applyAsDouble(run)},
                (a, b) -> DoubleStream.concat(DoubleStream.of(a), DoubleStream.of(b)).toArray());
        }
        return values;
    }

    /** A row for each number of layers: means over the seeds, the worst round trip, and how far the gaps spread. */
    public static Table table(String title, List<Run> runs) {
        Table table = Table.create(title, IntColumn.create("layers"), IntColumn.create("parameters"),
            IntColumn.create("steps"), DoubleColumn.create("seconds"), DoubleColumn.create("nats above the truth"),
            DoubleColumn.create("round-trip error"), DoubleColumn.create("mass between (%)"),
            DoubleColumn.create("lowest (nats)"), DoubleColumn.create("highest (nats)"));
        byLayers(runs, Run::gap).forEach((layers, gaps) -> {
            List<Run> same = runs.stream().filter(run -> run.layers() == layers).toList();
            double[] numbers = {mean(same, Run::seconds), StatUtils.mean(gaps),
                same.stream().mapToDouble(Run::roundTrip).max().getAsDouble(), 100 * mean(same, Run::bridge),
                StatUtils.min(gaps), StatUtils.max(gaps)};
            table.intColumn(0).append(layers);
            table.intColumn(1).append(same.get(0).parameters());
            table.intColumn(2).append(same.get(0).steps());
            for (int i = 0; i < numbers.length; i++) {
                table.doubleColumn(3 + i).append(numbers[i]);
            }
        });
        boolean oneSeed = runs.stream().map(Run::seed).distinct().count() == 1;
        return oneSeed ? table.removeColumns("lowest (nats)", "highest (nats)") : table;
    }

    private static double mean(List<Run> runs, ToDoubleFunction<Run> number) {
        return runs.stream().mapToDouble(number).average().getAsDouble();
    }
}
