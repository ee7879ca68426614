package realnvp.data;

import java.util.Arrays;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import realnvp.moons.KnownDensity2D;
import realnvp.moons.Quadrature;

/**
 * Circles around the origin with Gaussian noise: x = R(cos θ, sin θ) + noise·ε, where R is one of 0.75, 1.5, 2.25, …
 * with equal chance, θ uniform in [0,2π), ε standard normal.
 *
 * <p>With r = |x| and I₀ the modified Bessel function, one circle gives p(x) = e^{−(r² + R²)/2noise²} I₀(rR/noise²) /
 * 2π noise². I₀(k)e^{−k} = (1/π) ∫ exp(−2k sin²(u/2)) du over [0,π] neither overflows nor underflows.
 *
 * <p>Points are (n,2), log densities in nats, to about 10 digits and finite however far away; the entropy is an
 * integral over r, to about 1e-9. At least 1 ring, noise above 0. Four rings with noise 0.08 are a usual test of flows:
 * Grathwohl et al. (2019), arXiv:1810.01367.
 */
public final class Rings extends KnownDensity2D {
    private static final double APART = 0.75;

    private final int rings;
    private final double noise;

    public Rings(int rings, double noise) {
        if (rings < 1) {
            throw new IllegalArgumentException("rings must be at least 1, got " + rings);
        }
        this.rings = rings;
        this.noise = requireNoise(noise);
    }

    @Override
    protected int draw(float[] data, int at, RandomGenerator rng) {
        int ring = rng.nextInt(rings);
        double theta = 2 * FastMath.PI * rng.nextDouble();
        double radius = APART * (ring + 1);
        data[at] = (float) (radius * FastMath.cos(theta) + noise * rng.nextGaussian());
        data[at + 1] = (float) (radius * FastMath.sin(theta) + noise * rng.nextGaussian());
        return ring;
    }

    @Override
    protected double logDensity(double x, double y) { return logDensity(FastMath.hypot(x, y)); }

    private double logDensity(double r) {
        double[] each = new double[rings];
        Arrays.setAll(each, i -> {
            double radius = APART * (i + 1);
            double off = (r - radius) / noise;
            return Quadrature.logStretch(r * radius / (noise * noise), 0, FastMath.PI) - FastMath.log(FastMath.PI)
                - 0.5 * off * off;
        });
        return Quadrature.logSum(each) - FastMath.log(2 * FastMath.PI * noise * noise * rings);
    }

    @Override
    protected double integrateEntropy() {
        return Quadrature.panels(r -> {
            double logProb = logDensity(r);
            return -2 * FastMath.PI * r * FastMath.exp(logProb) * logProb;
        }, 0, APART * rings + Quadrature.REACH * noise, noise);
    }

    @Override
    public String toString() { return rings + " rings, noise " + noise; }
}
