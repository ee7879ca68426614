package realnvp.train;

import org.apache.commons.math3.util.FastMath;

/** The learning rate of each step. */
@FunctionalInterface
public interface LearningRate {
    /** @param step from 0 to steps - 1 */
    double at(int step, int steps);

    static LearningRate constant(double rate) { return (step, steps) -> rate; }

    /** Half a cosine from the rate down to almost 0. Loshchilov and Hutter (2017), arXiv:1608.03983. */
    static LearningRate cosine(double rate) {
        return (step, steps) -> rate * 0.5 * (1 + FastMath.cos(Math.PI * (step + 0.5) / steps));
    }

    /**
     * This rate, but rising in a straight line over the first so many steps: while Adam's means rest on a few
     * gradients, its full steps are too bold for a large model. At least 1. Goyal et al. (2017), arXiv:1706.02677.
     */
    default LearningRate warmUp(int firstSteps) {
        if (firstSteps < 1) {
            throw new IllegalArgumentException("firstSteps must be at least 1, got " + firstSteps);
        }
        return (step, steps) -> at(step, steps) * Math.min(1, (step + 1.0) / firstSteps);
    }
}
