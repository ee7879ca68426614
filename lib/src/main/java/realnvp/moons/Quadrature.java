package realnvp.moons;

import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.util.FastMath;

/** The integrals that known densities share, by commons-math3's Gauss–Legendre rules. */
public final class Quadrature {
    /** Parts of an integrand below exp(−36), about one rounding error of the whole, are left out. */
    public static final double NEGLIGIBLE = 36;
    /** Beyond this many noises a density adds less than 1e-15 to an integral. */
    public static final double REACH = 9;
    /** 24 nodes hold any integrand that falls from 1 to exp(−36), straight or bell-shaped, to 1e-10. */
    private static final GaussIntegrator RULE = new GaussIntegratorFactory().legendre(24);

    private Quadrature() { }

    /** log ∫ exp(−2k sin²(u/2)) du from a to b, 0 ≤ a ≤ b ≤ π; nodes only where the integrand is not negligible. */
    public static double logStretch(double k, double a, double b) {
        double length = FastMath.min(b - a, reach(k, a));
        double sum = 0;
        for (int i = 0; i < RULE.getNumberOfPoints(); i++) {
            double w = 0.5 * length * (1 + RULE.getPoint(i));
            // sin²((a+w)/2) − sin²(a/2), written so that nothing cancels
            double rise = FastMath.sin(a + 0.5 * w) * FastMath.sin(0.5 * w);
            sum += 0.5 * RULE.getWeight(i) * FastMath.exp(-2 * k * rise);
        }
        double sine = FastMath.sin(0.5 * a);
        return FastMath.log(length * sum) - 2 * k * sine * sine;
    }

    /** The w with 2k (sin²((a+w)/2) − sin²(a/2)) = NEGLIGIBLE: a quadratic in tan(w/2); π where there is none. */
    private static double reach(double k, double a) {
        double c = NEGLIGIBLE / (2 * k);
        double sine = FastMath.sin(a);
        double root = sine * sine + 4 * c * (FastMath.cos(a) - c);
        return root >= 0 ? 2 * FastMath.atan(2 * c / (sine + FastMath.sqrt(root))) : FastMath.PI;
    }

    /** log Σ eᵃ over all, which neither overflows nor underflows; minus infinity where all are. */
    public static double logSum(double... all) {
        double largest = StatUtils.max(all);
        if (largest == Double.NEGATIVE_INFINITY) {
            return largest;
        }
        double sum = 0;
        for (double a : all) {
            sum += FastMath.exp(a - largest);
        }
        return largest + FastMath.log(sum);
    }
}
