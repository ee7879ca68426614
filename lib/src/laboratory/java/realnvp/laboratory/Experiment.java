package realnvp.laboratory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.data.Checkerboard;
import realnvp.data.Rings;
import realnvp.data.Spirals;
import realnvp.flow.Bijector;
import realnvp.flow.RealNvp;
import realnvp.moons.KnownDensity2D;
import realnvp.moons.LabelledPoints;
import realnvp.moons.TwoMoons;
import realnvp.train.BatchSource;
import realnvp.train.LearningRate;
import realnvp.train.Trainer;

/**
 * One flow, its points and its training, as the page of the laboratory asks for them. It is the recipe of the
 * notebooks, line by line, so that a notebook with the same settings finds the same digits.
 *
 * <p>Points are (n,2); log densities and losses are in nats.
 */
public final class Experiment {
    private static final int LINEAR_LAYERS = 3;
    private static final int SHOWN = 1000; // points of the data
    private static final long OTHER_SEED = 1L << 32; // what is only shown takes no numbers from the training

    private final KnownDensity2D density; // null for points drawn by hand
    private final LabelledPoints data;
    private final Matrix latent; // draws of N(0,I)
    private final RealNvp flow;
    private final Trainer trainer;
    private final List<Double> losses = new ArrayList<>(); // that nobody has asked for

    /**
     * @param shape moons, rings, spirals or board
     * @param drawn points of the reader's own, which are trained on in place of the shape; or null
     */
    public Experiment(String shape, Matrix drawn, int couplings, int width, double rate, int batch, int seed) {
        density = drawn == null ? density(shape) : null;
        data = drawn == null ? density.sampleWithLabels(SHOWN, new Well19937c(OTHER_SEED + seed))
            : new LabelledPoints(drawn, new int[drawn.rows]);
        RandomGenerator rng = new Well19937c(seed);
        flow = RealNvp.create(2, couplings, width, LINEAR_LAYERS, rng);
        BatchSource source = drawn == null ? BatchSource.fresh(density, rng) : BatchSource.shuffled(drawn, rng);
        trainer = new Trainer(flow, source).batchSize(drawn == null ? batch : Math.min(batch, drawn.rows))
            .learningRate(LearningRate.constant(rate))
            .progress((step, steps, loss, perSecond, left) -> losses.add(loss));
        latent = flow.base().sample(SHOWN, new Well19937c(OTHER_SEED - seed));
    }

    /** The known density of this name. */
    static KnownDensity2D density(String shape) {
        return switch (shape) {
            case "moons" -> new TwoMoons(0.05);
            case "rings" -> new Rings(4, 0.08);
            case "spirals" -> new Spirals(0.1);
            case "board" -> new Checkerboard();
            default -> throw new IllegalArgumentException("a shape is moons, rings, spirals or board, got " + shape);
        };
    }

    /** Trains so many steps more. */
    public void train(int more) { trainer.steps(trainer.log().size() + more).train(); }

    /** The losses of the batches since this was last asked. */
    public double[] newLosses() {
        double[] all = losses.stream().mapToDouble(loss -> loss).toArray();
        losses.clear();
        return all;
    }

    public LabelledPoints data() { return data; }

    /** As many draws of the flow as there are points to see, always of the same z. */
    public Matrix samples() { return flow.inverse(latent); }

    /** Where the first k layers take these points: 0 leaves them, and -1 stands for all layers. */
    public Matrix forward(Matrix x, int k) { return k == 0 ? x : layers(k).forward(x); }

    /** Where these points were before the first k layers. */
    public Matrix inverse(Matrix z, int k) { return k == 0 ? z : layers(k).inverse(z); }

    /** log |det ∂z/∂x| of the first k layers at these points. */
    public double[] logDet(Matrix x, int k) { return k == 0 ? new double[x.rows] : layers(k).forwardLogDet(x); }

    public double[] logProb(Matrix x) { return flow.logProb(x); }

    /** log p of the data at these points; NaN where nobody knows it. */
    public double[] trueLogProb(Matrix x) {
        double[] unknown = new double[x.rows];
        Arrays.fill(unknown, Double.NaN);
        return density == null ? unknown : density.logProb(x);
    }

    /** That of all parameters. */
    public String fingerprint() {
        return fingerprint(flow.parameters().stream().map(parameter -> parameter.value().data).toList());
    }

    /** All bits of these numbers in 16 digits: FNV-1a (Fowler, Noll and Vo), word by word. */
    static String fingerprint(List<float[]> parts) {
        long hash = 0xcbf29ce484222325L;
        for (float[] part : parts) {
            for (float number : part) {
                hash = (hash ^ Float.floatToRawIntBits(number)) * 0x100000001b3L;
            }
        }
        return String.format("%016x", hash);
    }

    private Bijector layers(int k) { return k < 0 ? flow.chain() : flow.chain().prefix(k); }
}
