package realnvp.train;

import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.ResizableDoubleArray;

/** The losses of each step of a training, in nats per point, and how long it took. */
public final class TrainingLog {
    private final ResizableDoubleArray losses = new ResizableDoubleArray(4096);
    private final ResizableDoubleArray heldOutLosses = new ResizableDoubleArray(4096); // NaN where it was not measured
    private double seconds;
    private double heldOutLoss = Double.NaN;
    private double bestHeldOutLoss = Double.NaN;
    private int bestStep;

    void add(double loss, double secondsUntilNow) {
        losses.addElement(loss);
        heldOutLosses.addElement(Double.NaN);
        seconds = secondsUntilNow;
    }

    /** Whether it is the lowest so far. */
    boolean measured(double loss) {
        heldOutLosses.setElement(size() - 1, loss);
        heldOutLoss = loss;
        boolean best = bestStep == 0 ? loss < Double.POSITIVE_INFINITY : loss < bestHeldOutLoss;
        if (best) {
            bestHeldOutLoss = loss;
            bestStep = size();
        }
        return best;
    }

    /** Steps done. */
    public int size() { return losses.getNumElements(); }

    /** 1, 2, 3, … */
    public double[] steps() { return IntStream.rangeClosed(1, size()).asDoubleStream().toArray(); }

    /** Loss of each step's batch, before the step. */
    public double[] losses() { return losses.getElements(); }

    /** Loss on the held-out points after each step, NaN where it was not measured. */
    public double[] heldOutLosses() { return heldOutLosses.getElements(); }

    /** The last measured loss on the held-out points; NaN if there is none. */
    public double heldOutLoss() { return heldOutLoss; }

    /** The lowest measured loss on the held-out points; NaN if there is none. */
    public double bestHeldOutLoss() { return bestHeldOutLoss; }

    /** After how many steps that was; 0 if it was not measured. */
    public int bestStep() { return bestStep; }

    /** Seconds of training in all. */
    public double seconds() { return seconds; }

    @Override
    public String toString() {
        return size() == 0 ? "no step done" : String.format(Locale.ROOT, "%d steps in %.1f s, last loss %s%s%s", size(),
            seconds, nats(losses.getElement(size() - 1)), bestStep == 0 ? ""
                : ", best held-out loss " + nats(bestHeldOutLoss) + " at step " + bestStep,
            losses.getElement(size() - 1) <= losses.getElement(0) + 1 ? ""
                : "; it was " + nats(losses.getElement(0)) + " at first, so try a smaller learning rate");
    }

    /** A loss with four digits after the point, or, where it is so large that they mean nothing, four in all. */
    public static String nats(double loss) {
        return String.format(Locale.ROOT, Math.abs(loss) < 1e6 ? "%.4f nats" : "%.4g nats", loss);
    }
}
