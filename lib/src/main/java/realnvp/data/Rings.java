package realnvp.data;

import java.util.Arrays;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import realnvp.moons.Box;
import realnvp.moons.KnownDensity2D;
import realnvp.moons.Quadrature;

/**
 * Circles around the origin with Gaussian noise: x = R(cos θ, sin θ) + noise·ε, where R is one of 0.75, 1.5, 2.25, …
 * with equal chance, θ uniform in [0,2π), ε standard normal.
 *
 * <p>With r = |x| and I₀ the modified Bessel function, one circle gives p(x) = e^{−(r² + R²)/2noise²} I₀(rR/noise²) /
 * 2π noise². I₀(k)e^{−k} = (1/π) ∫ exp(−2k sin²(u/2)) du over [0,π] neither overflows nor underflows.
 *
 * <p>Points are (n,2), log densities in nats, to about 10 digits and finite however far away; the entropy is a sum
 * over a grid with half a noise between nodes, to about 1e-6. At least 1 ring, noise above 0. Four rings with noise
 * 0.08 are a usual test of flows: Grathwohl et al. (2019), arXiv:1810.01367.
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
    protected double logDensity(double x, double y) {
        double r = FastMath.hypot(x, y);
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
        double reach = Quadrature.REACH * noise;
        double edge = APART * rings + reach;
        return entropyOnGrid(new Box(-edge, edge, -edge, edge), noise / 2, (x, y) -> {
            double r = FastMath.hypot(x, y);
            return FastMath.abs(r - APART * FastMath.max(1, FastMath.min(rings, FastMath.rint(r / APART))));
        }, reach);
    }

    @Override
    public String toString() { return rings + " rings, noise " + noise; }
}
