package realnvp.train;

import java.util.Arrays;

/**
 * What happened in each step of a training: losses in nats per point, and the seconds of training until then.
 *
 * <pre>{@code
 * RealNvp flow = RealNvp.create(2, 4, 16, 3, new Well19937c(1));
 * TrainingLog log = new Trainer(flow, BatchSource.fresh(new TwoMoons(0.05), new Well19937c(2))).steps(50).train();
 * PlotlyFigure loss = CurvePlots.loss("Loss", log, Map.of("floor", new TwoMoons(0.05).entropy()));
 * }</pre>
 */
public final class TrainingLog {
    private int size;
    private int bestStep;
    private double[] loss = new double[0];
    private double[] heldOutLoss = new double[0]; // NaN where it was not measured
    private double[] learningRate = new double[0];
    private double[] seconds = new double[0];

    /** Makes room, so that adding does not allocate. */
    void reserve(int steps) {
        if (loss.length < steps) {
            loss = Arrays.copyOf(loss, steps);
            heldOutLoss = Arrays.copyOf(heldOutLoss, steps);
            learningRate = Arrays.copyOf(learningRate, steps);
            seconds = Arrays.copyOf(seconds, steps);
        }
    }

    void add(double loss, double learningRate, double seconds) {
        this.loss[size] = loss;
        this.heldOutLoss[size] = Double.NaN;
        this.learningRate[size] = learningRate;
        this.seconds[size] = seconds;
        size++;
    }

    /** Whether it is the lowest so far. */
    boolean measured(double heldOutLoss) {
        this.heldOutLoss[size - 1] = heldOutLoss;
        boolean best = heldOutLoss < (bestStep == 0 ? Double.POSITIVE_INFINITY : bestHeldOutLoss());
        bestStep = best ? size : bestStep;
        return best;
    }

    /** Steps done. */
    public int size() {
        return size;
    }

    /** 1, 2, 3, … */
    public double[] steps() {
        double[] steps = new double[size];
        for (int i = 0; i < size; i++) {
            steps[i] = i + 1;
        }
        return steps;
    }

    /** Loss of each step's batch, before the step. */
    public double[] losses() {
        return Arrays.copyOf(loss, size);
    }

    /** Loss on the held-out points after each step, NaN where it was not measured. */
    public double[] heldOutLosses() {
        return Arrays.copyOf(heldOutLoss, size);
    }

    /** The last measured loss on the held-out points; NaN if there is none. */
    public double heldOutLoss() {
        for (int i = size - 1; i >= 0; i--) {
            if (!Double.isNaN(heldOutLoss[i])) {
                return heldOutLoss[i];
            }
        }
        return Double.NaN;
    }

    /** The lowest measured loss on the held-out points; NaN if there is none. */
    public double bestHeldOutLoss() {
        return bestStep == 0 ? Double.NaN : heldOutLoss[bestStep - 1];
    }

    /** After how many steps that was; 0 if it was not measured. */
    public int bestStep() {
        return bestStep;
    }

    /** Seconds of training in all. */
    public double seconds() {
        return size == 0 ? 0 : seconds[size - 1];
    }

    /** The learning rate of each step. */
    public double[] learningRates() {
        return Arrays.copyOf(learningRate, size);
    }

    /** Seconds of training until the end of each step. */
    public double[] secondsOfSteps() {
        return Arrays.copyOf(seconds, size);
    }

    @Override
    public String toString() {
        return size == 0 ? "no step done"
            : "%d steps in %.1f s, last loss %.4f nats".formatted(size, seconds(), loss[size - 1]) + (bestStep == 0 ? ""
                : ", best held-out loss %.4f nats at step %d".formatted(bestHeldOutLoss(), bestStep));
    }
}
