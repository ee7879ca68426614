package realnvp.train;

import java.util.Arrays;
import java.util.List;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.flow.RealNvp;
import realnvp.nn.Adam;

/**
 * Maximum-likelihood training: minimises the mean of -log p(x) over batches with Adam, in nats per point.
 *
 * <p>An interrupt stops it after the current step; training again goes on from there with the same bits as if it had
 * never stopped. A loss that is not finite, also after the last step, stops it with a message, and the flow goes back
 * to a step before the one that broke it. The log keeps every step in both cases.
 *
 * <p>With {@link #keepBest} the flow holds the parameters of the best held-out loss however training ends; training
 * again goes on from the last step. That is early stopping: Prechelt (1998), doi:10.1007/3-540-49430-8_3.
 */
public final class Trainer {
    /** Often enough to lose little, rarely enough to cost nothing that can be measured. */
    private static final int SNAPSHOT_EVERY = 25;
    private static final double LARGEST = 1e18; // as for a table
    private static final String TOO_LARGE = "float32 squares numbers up to 1e18, so leave it out or take a larger unit";

    private final RealNvp flow;
    private final BatchSource source;
    private final TrainingLog log = new TrainingLog();
    private final Snapshot healthy; // at a step whose loss was finite
    private final Snapshot best; // of the held-out measurements; taken if patience is above 0
    private final Snapshot last; // when training ended and the flow got the best parameters
    private int patience;
    private int sinceBest; // measurements in a row without a new best
    private int steps = 3000;
    private int batchSize = 512;
    private LearningRate learningRate = LearningRate.constant(1e-3);
    private Matrix heldOut;
    private int heldOutEvery;
    private Progress progress = Progress.SILENT;
    private BatchGradient gradient;
    private Adam adam;

    public Trainer(RealNvp flow, BatchSource source) {
        this.flow = flow;
        this.source = source;
        adam = new Adam(flow.parameters());
        healthy = new Snapshot(flow.parameters());
        best = new Snapshot(flow.parameters());
        last = new Snapshot(flow.parameters());
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
        flow.requireFeatures(x);
        x.requireWithin(LARGEST, "held-out row", TOO_LARGE);
        this.heldOut = x;
        this.heldOutEvery = positive("everySteps", everySteps);
        return this;
    }

    /**
     * Ends training after this many held-out measurements in a row without a new best; training again grants them once
     * more. The flow then has the parameters of the best one; before the first measurement it keeps the last ones.
     */
    public Trainer keepBest(int patience) {
        if (this.patience == 0 && log.size() > 0) {
            throw new IllegalStateException("keepBest must be called before the first step, got it after step "
                + log.size());
        }
        this.patience = positive("patience", patience);
        return this;
    }

    public Trainer progress(Progress progress) {
        this.progress = progress;
        return this;
    }

    /** Everything logged so far, also after a stop or a failure. */
    public TrainingLog log() { return log; }

    /** Trains until all steps are done, the patience is used up or the thread is interrupted, and returns the log. */
    public synchronized TrainingLog train() {
        if (patience > 0 && heldOut == null) {
            throw new IllegalStateException("keepBest needs points to measure on: "
                + "call heldOut(points, everySteps) too");
        }
        if (gradient == null) {
            gradient = new BatchGradient(flow, batchSize);
        }
        double secondsBefore = log.seconds();
        int firstStep = log.size();
        if (last.step > 0) {
            last.putBack();
        }
        if (patienceUsedUp()) {
            sinceBest = 0;
        }
        long start = System.nanoTime();
        try {
            // The interrupt is polled and cleared before anything is shown: output would fail while it is set.
            while (log.size() < steps && !patienceUsedUp() && !Thread.interrupted()) {
                double loss = step(log.size(), learningRate.at(log.size(), steps));
                double seconds = (System.nanoTime() - start) * 1e-9;
                log.add(loss, secondsBefore + seconds);
                if (heldOut != null && (log.size() % heldOutEvery == 0 || log.size() == steps)) {
                    measure();
                }
                double perSecond = (log.size() - firstStep) / seconds;
                progress.update(log.size(), steps, loss, perSecond, (steps - log.size()) / perSecond);
            }
            if (log.size() > firstStep) { // the last step may have broken the flow, and no loss has seen it yet
                requireFinite(log.size(), learningRate.at(log.size() - 1, steps), meanLoss(gradient.batch));
            }
        } finally {
            if (best.step > 0) {
                last.take(log.size());
                best.putBack();
            }
            progress.finish();
        }
        return log;
    }

    private double step(int step, double rate) {
        source.fill(gradient.batch);
        double loss = gradient.compute();
        requireFinite(step, rate, loss);
        if (step % SNAPSHOT_EVERY == 0) {
            healthy.take(step);
        }
        adam.step(rate, gradient.tapes);
        return loss;
    }

    private void measure() {
        boolean newBest = log.measured(meanLoss(heldOut));
        sinceBest = newBest ? 0 : sinceBest + 1;
        if (newBest && patience > 0) {
            best.take(log.size());
        }
    }

    private boolean patienceUsedUp() { return patience > 0 && sinceBest >= patience; }

    private double meanLoss(Matrix x) { return -Arrays.stream(flow.logProb(x)).average().orElseThrow(); }

    /** Else puts a finite flow back and names what is at fault: the points, the flow as it came, or the steps. */
    private void requireFinite(int stepsDone, double rate, double loss) {
        if (Double.isFinite(loss)) {
            return;
        }
        gradient.batch.requireWithin(LARGEST, "after step %d, batch row".formatted(stepsDone), TOO_LARGE);
        int layer = flow.firstBroken(gradient.batch);
        String where = layer == 0 ? "the latent values are too large to square"
            : "layer %d of %d is the first whose output is not finite".formatted(layer, flow.chain().bijectors().size());
        healthy.putBack();
        adam = new Adam(flow.parameters()); // its moments may hold what broke the flow
        throw new IllegalStateException("loss is %s after step %d, %s: %s".formatted(loss, stepsDone, where,
            stepsDone == 0 ? "the flow came with it, so make a new one" : ("the flow is back at step %d, try a learning "
                + "rate below %s or a smaller maxLogScale").formatted(best.step > 0 ? best.step : healthy.step, rate)));
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
        return value;
    }

    @Override
    public String toString() {
        return "%s; %d to do in all, %d points each%s".formatted(log, steps, batchSize, !patienceUsedUp() ? ""
            : "; stopped early, as %d held-out measurements brought no new best".formatted(sinceBest));
    }

    /** The numbers of all parameters as they were after one step; taking them again allocates nothing. */
    private static final class Snapshot {
        private final List<Parameter> parameters;
        private final List<Matrix> numbers;
        int step;

        /** Of the parameters as they are now, before any step. */
        Snapshot(List<Parameter> parameters) {
            this.parameters = parameters;
            numbers = parameters.stream().map(Parameter::value).toList();
        }

        void take(int step) {
            for (int i = 0; i < numbers.size(); i++) {
                parameters.get(i).copyTo(numbers.get(i).data);
            }
            this.step = step;
        }

        void putBack() {
            for (int i = 0; i < numbers.size(); i++) {
                parameters.get(i).assign(numbers.get(i));
            }
        }
    }
}
