package realnvp.data;

import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.util.FastMath;
import realnvp.moons.TwoMoons;

/**
 * The best loss of one affine coupling on two moons, with ideal networks: known before training.
 *
 * <p>With a the kept and b the other coordinate (in units of the given scales), the coupling models a as N(0,1) and b
 * given a as a Gaussian, so the mean loss is log 2π + Σ log scale + ½E[a²] + E[½e^{2s}·(v + (b̄ + t e^{−s})²) − s],
 * where b̄ and v are mean and variance of b given a. The best t is −b̄e^s, the best s is −½ log v cut to the bound.
 */
public final class OneLayerOptimum {
    /** Nodes of a panel one noise long: the integrand is a bell no narrower than that. */
    private static final GaussIntegrator RULE = new GaussIntegratorFactory().legendre(8);
    private static final double REACH = 9; // in noises, as in TwoMoons
    private static final int STEPS_PER_NOISE = 4;

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
        moons.requireDensity();
        if (kept != 0 && kept != 1) {
            throw new IllegalArgumentException("the kept column is 0 or 1, got " + kept);
        }
        if (!(maxLogScale > 0)) {
            throw new IllegalArgumentException("maxLogScale must be above 0, got " + maxLogScale);
        }
        int changed = 1 - kept;
        double noise = moons.noise();
        double h = noise / STEPS_PER_NOISE;
        double conditional = 0;
        for (double a = -1 - REACH * noise; a < 2 + REACH * noise; a += h) {
            double[] slice = slice(moons, kept, a);
            if (slice[0] > 0) {
                double variance = slice[1] / (scale[changed] * scale[changed]);
                double best = -0.5 * FastMath.log(variance);
                double s = FastMath.max(-maxLogScale, FastMath.min(maxLogScale, best));
                conditional += h * slice[0] * (0.5 * FastMath.exp(2 * s) * variance - s);
            }
        }
        double offset = moons.mean()[kept] - shift[kept];
        double secondMoment = moons.covariance()[kept][kept] + offset * offset;
        return FastMath.log(2 * FastMath.PI * scale[0] * scale[1])
            + 0.5 * secondMoment / (scale[kept] * scale[kept]) + conditional;
    }

    /** Density of the kept coordinate at a, and variance of the other coordinate there; {0, NaN} far outside. */
    private static double[] slice(TwoMoons moons, int kept, double a) {
        double noise = moons.noise();
        int panels = (int) FastMath.ceil(FastMath.PI / noise);
        double panel = FastMath.PI / panels;
        double[] sums = new double[3]; // of weight, weight·b, weight·b²
        for (int i = 0; i < panels * RULE.getNumberOfPoints(); i++) {
            int node = i % RULE.getNumberOfPoints();
            double theta = panel * (i / RULE.getNumberOfPoints() + 0.5 * (1 + RULE.getPoint(node)));
            double[] outer = {FastMath.cos(theta), FastMath.sin(theta)};
            for (double[] arc : new double[][] {outer, {1 - outer[0], 0.5 - outer[1]}}) {
                double gap = (a - arc[kept]) / noise;
                if (FastMath.abs(gap) < REACH) {
                    double w = 0.5 * panel * RULE.getWeight(node) * FastMath.exp(-0.5 * gap * gap);
                    sums[0] += w;
                    sums[1] += w * arc[1 - kept];
                    sums[2] += w * arc[1 - kept] * arc[1 - kept];
                }
            }
        }
        double mean = sums[1] / sums[0];
        double density = sums[0] / (2 * FastMath.PI * noise * FastMath.sqrt(2 * FastMath.PI));
        return new double[] {density, sums[2] / sums[0] - mean * mean + noise * noise};
    }
}
