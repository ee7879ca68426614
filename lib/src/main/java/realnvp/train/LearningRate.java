package realnvp.train;

import org.apache.commons.math3.util.FastMath;

/** The learning rate of each step. */
@FunctionalInterface
public interface LearningRate {
    /** @param step from 0 to steps - 1 */
    double at(int step, int steps);

    static LearningRate constant(double rate) {
        return (step, steps) -> rate;
    }

    /** Half a cosine from the rate down to almost 0. Loshchilov and Hutter (2017), arXiv:1608.03983. */
    static LearningRate cosine(double rate) {
        return (step, steps) -> rate * 0.5 * (1 + FastMath.cos(Math.PI * (step + 0.5) / steps));
    }
}
