package realnvp.data;

import org.apache.commons.math3.util.FastMath;
import realnvp.moons.Quadrature;
import realnvp.moons.TwoMoons;

/**
 * The best loss of one affine coupling on two moons, with ideal networks: known before training.
 *
 * <p>With a the kept and b the other coordinate (in units of the given scales), the coupling models a as N(0,1) and b
 * given a as a Gaussian, so the mean loss is log 2π + Σ log scale + ½E[a²] + E[½e^{2s}·(v + (b̄ + t e^{−s})²) − s],
 * where b̄ and v are mean and variance of b given a. The best t is −b̄e^s, the best s is −½ log v cut to the bound.
 *
 * <p>The expectations are trapezoids over the known density: four nodes for each noise along a, where the bound makes a
 * kink, and one along b, which is exact to 1e-8.
 */
public final class OneLayerOptimum {
    private OneLayerOptimum() { }

    /**
     * The smallest mean loss, in nats, of ONE coupling that keeps column {@code kept} (0 or 1) and whose log-scale is
     * at most {@code maxLogScale} in size (infinity: unbounded), on the data as they are.
     */
    public static double of(TwoMoons moons, int kept, double maxLogScale) {
        return loss(moons, kept, maxLogScale, new double[] {0, 0}, new double[] {1, 1});
    }

    /** The same loss, in the same units, for a flow that first standardises the data. */
    public static double ofStandardized(TwoMoons moons, int kept, double maxLogScale) {
        return loss(moons, kept, maxLogScale, moons.mean(), moons.standardDeviations());
    }

    private static double loss(TwoMoons moons, int kept, double maxLogScale, double[] shift, double[] scale) {
        if (kept != 0 && kept != 1) {
            throw new IllegalArgumentException("the kept column is 0 or 1, got " + kept);
        }
        if (!(maxLogScale > 0)) {
            throw new IllegalArgumentException("maxLogScale must be above 0, got " + maxLogScale);
        }
        moons.requireDensity();
        double noise = moons.noise();
        double margin = Quadrature.REACH * noise; // around both arcs
        double[] low = {-1 - margin, -0.5 - margin};
        double[] high = {2 + margin, 1 + margin};
        double loss = FastMath.log(2 * FastMath.PI * scale[0] * scale[1]);
        for (double a = low[kept]; a < high[kept]; a += noise / 4) {
            double[] sums = new double[3]; // of p, b·p, b²·p
            for (double b = low[1 - kept]; b < high[1 - kept]; b += noise) {
                double p = noise / 4 * noise * FastMath.exp(kept == 0 ? moons.logProb(a, b) : moons.logProb(b, a));
                sums[0] += p;
                sums[1] += b * p;
                sums[2] += b * b * p;
            }
            if (sums[0] > 1e-20) { // far outside there is nothing to add, and no digits for a variance
                double mean = sums[1] / sums[0];
                double variance = (sums[2] / sums[0] - mean * mean) / FastMath.pow(scale[1 - kept], 2);
                double s = FastMath.max(-maxLogScale, FastMath.min(maxLogScale, -0.5 * FastMath.log(variance)));
                double standardised = (a - shift[kept]) / scale[kept];
                loss += sums[0] * (0.5 * (standardised * standardised + FastMath.exp(2 * s) * variance) - s);
            }
        }
        return loss;
    }
}
