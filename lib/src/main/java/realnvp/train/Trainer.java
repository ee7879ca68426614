package realnvp.train;

import java.util.Arrays;
import java.util.List;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.RealNvp;
import realnvp.nn.Adam;
import realnvp.train.EarlyStopping.Snapshot;

/**
 * Maximum-likelihood training: minimises the mean of -log p(x) over batches with Adam, in nats per point.
 *
 * <p>An interrupt stops it after the current step; training again goes on from there with the same bits as if it had
 * never stopped. A loss or a parameter that is not finite stops it with a message, and the flow goes back to a
 * step before the one that broke it. The log keeps every step in both cases.
 *
 * <p>With {@link #keepBest} the flow holds the parameters of the best held-out loss whenever training ends, by whatever
 * cause: early stopping. Training again still goes on from the last step, with the same bits. Prechelt (1998),
 * doi:10.1007/3-540-49430-8_3.
 */
public final class Trainer {
    /** Often enough to lose little, rarely enough to cost nothing that can be measured. */
    private static final int SNAPSHOT_EVERY = 25;

    private final RealNvp flow;
    private final BatchSource source;
    private final List<Parameter> parameters;
    private final TrainingLog log = new TrainingLog();
    private int steps = 3000;
    private int batchSize = 512;
    private LearningRate learningRate = LearningRate.constant(1e-3);
    private Matrix heldOut;
    private int heldOutEvery;
    private Progress progress = Progress.SILENT;
    private BatchGradient gradient;
    private Adam adam;
    private final Snapshot healthy; // at a step whose loss was finite
    private EarlyStopping best; // null: the flow keeps the last parameters

    public Trainer(RealNvp flow, BatchSource source) {
        this.flow = flow;
        this.source = source;
        this.parameters = flow.parameters();
        this.adam = new Adam(parameters);
        this.healthy = new Snapshot(parameters);
    }

    /** Steps in all, those already done included. */
    public Trainer steps(int steps) {
        this.steps = positive("steps", steps);
        return this;
    }

    /** Points in each step. */
    public Trainer batchSize(int batchSize) {
        this.batchSize = positive("batchSize", batchSize);
        gradient = null;
        return this;
    }

    public Trainer learningRate(LearningRate learningRate) {
        this.learningRate = learningRate;
        return this;
    }

    /** Measures the loss on these points, which training never sees, every so many steps and after the last one. */
    public Trainer heldOut(Matrix x, int everySteps) {
        requireFinite("held-out points", x);
        this.heldOut = x;
        this.heldOutEvery = positive("everySteps", everySteps);
        return this;
    }

    /**
     * Ends training after this many held-out measurements in a row without a new best, and gives the flow the parameters
     * of the best one when training ends; before the first measurement it keeps the last ones. Training again after the
     * patience is used up grants it once more.
     */
    public Trainer keepBest(int patience) {
        positive("patience", patience);
        if (best == null && log.size() > 0) {
            throw new IllegalStateException("keepBest must be called before the first step, got it after step "
                + log.size());
        }
        best = best == null ? new EarlyStopping(parameters) : best;
        best.patience = patience;
        return this;
    }

    public Trainer progress(Progress progress) {
        this.progress = progress;
        return this;
    }

    /** Everything logged so far, also after a stop or a failure. */
    public TrainingLog log() {
        return log;
    }

    /** Trains until all steps are done, the patience is used up or the thread is interrupted, and returns the log. */
    public TrainingLog train() {
        if (best != null && heldOut == null) {
            throw new IllegalStateException("keepBest needs points to measure on: call heldOut(points, everySteps) too");
        }
        if (gradient == null) {
            gradient = new BatchGradient(flow, batchSize);
        }
        double secondsBefore = log.seconds();
        int firstStep = log.size();
        if (best != null) {
            best.trainingGoesOn();
        }
        long start = System.nanoTime();
        try {
            // The interrupt is polled and cleared before anything is shown: output would fail while it is set.
            while (log.size() < steps && !(best != null && best.patienceUsedUp()) && !Thread.interrupted()) {
                int step = log.size();
                double rate = learningRate.at(step, steps);
                double loss = step(step, rate);
                double seconds = (System.nanoTime() - start) * 1e-9;
                log.add(loss, rate, secondsBefore + seconds);
                if (heldOut != null && (log.size() % heldOutEvery == 0 || log.size() == steps)) {
                    boolean newBest = log.measured(meanLoss(heldOut));
                    if (best != null) {
                        best.measured(newBest, log.size());
                    }
                }
                double perSecond = (log.size() - firstStep) / seconds;
                progress.update(log.size(), steps, loss, perSecond, (steps - log.size()) / perSecond);
            }
        } finally {
            if (best != null) {
                best.trainingEnds(log.size());
            }
            progress.finish();
        }
        return log;
    }

    private double step(int step, double rate) {
        source.fill(gradient.batch);
        double loss = gradient.compute();
        if (!Double.isFinite(loss)) {
            throw stopped(step, rate, loss);
        }
        if (step % SNAPSHOT_EVERY == 0) {
            healthy.take(step);
        }
        adam.step(rate, gradient.tapes);
        return loss;
    }

    private RuntimeException stopped(int step, double rate, double loss) {
        requireFinite("the batch of step " + (step + 1), gradient.batch);
        String where = firstBrokenLayer();
        healthy.putBack();
        adam = new Adam(parameters); // its moments may hold what broke the flow
        return new IllegalStateException(("loss is %s at step %d, %s: the flow is back at step %d, try a learning rate "
            + "below %s or a smaller maxLogScale").formatted(loss, step + 1, where,
                best != null && best.bestStep() > 0 ? best.bestStep() : healthy.step, rate));
    }

    /** Mean negative log-likelihood of any number of points, in nats per point. */
    private double meanLoss(Matrix x) {
        return -Arrays.stream(flow.logProb(x)).average().orElseThrow();
    }

    private String firstBrokenLayer() {
        List<Bijector> layers = flow.chain().bijectors();
        for (int k = 1; k <= layers.size(); k++) {
            Chain soFar = flow.chain().prefix(k);
            double sumOfLogDets = Arrays.stream(soFar.forwardLogDet(gradient.batch)).sum();
            if (!isFinite(soFar.forward(gradient.batch)) || !Double.isFinite(sumOfLogDets)) {
                return "layer %d of %d is the first whose output is not finite".formatted(k, layers.size());
            }
        }
        return "the latent values are too large to square";
    }

    private static void requireFinite(String what, Matrix x) {
        if (!isFinite(x)) {
            throw new IllegalArgumentException(what + " must be finite numbers, but one is NaN or infinite");
        }
    }

    private static boolean isFinite(Matrix x) {
        for (float value : x.data) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
        return value;
    }

    @Override
    public String toString() {
        return "%s; %d to do in all, %d points each%s".formatted(log, steps, batchSize, best == null ? "" : best);
    }
}
