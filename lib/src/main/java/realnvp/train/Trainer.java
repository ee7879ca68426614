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
        requireFinite("held-out points", x);
        this.heldOut = x;
        this.heldOutEvery = positive("everySteps", everySteps);
        return this;
    }

    /**
     * Ends training after this many held-out measurements in a row without a new best, and gives the flow the
     * parameters of the best one when training ends; before the first measurement it keeps the last ones. Training
     * again after the patience is used up grants it once more.
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
    public TrainingLog train() {
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
        if (!Double.isFinite(loss)) {
            throw stopped(step, rate, loss);
        }
        if (step % SNAPSHOT_EVERY == 0) {
            healthy.take(step);
        }
        adam.step(rate, gradient.tapes);
        return loss;
    }

    private void measure() {
        boolean newBest = log.measured(-Arrays.stream(flow.logProb(heldOut)).average().orElseThrow());
        sinceBest = newBest ? 0 : sinceBest + 1;
        if (newBest && patience > 0) {
            best.take(log.size());
        }
    }

    private boolean patienceUsedUp() { return patience > 0 && sinceBest >= patience; }

    private RuntimeException stopped(int step, double rate, double loss) {
        requireFinite("the batch of step " + (step + 1), gradient.batch);
        int layer = flow.chain().firstBroken(gradient.batch);
        String where = layer == 0 ? "the latent values are too large to square"
            : "layer %d of %d is the first whose output is not finite".formatted(layer, flow.chain().bijectors().size());
        healthy.putBack();
        adam = new Adam(flow.parameters()); // its moments may hold what broke the flow
        return new IllegalStateException("loss is %s at step %d, %s: %s".formatted(loss, step + 1, where, step == 0
            ? "no step was made, so the flow came with it; make a new one" : ("the flow is back at step %d, try a "
                + "learning rate below %s or a smaller maxLogScale").formatted(best.step > 0 ? best.step : healthy.step,
                    rate)));
    }

    private static void requireFinite(String what, Matrix x) {
        if (!x.isFinite()) {
            throw new IllegalArgumentException(what + " must be finite numbers, but one is NaN or infinite");
        }
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
