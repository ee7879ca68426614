package realnvp.data;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import realnvp.moons.KnownDensity2D;

/**
 * A bent Gaussian: y = 4ε₂ and x = y²/4 + ε₁ with ε standard normal, so p(x, y) = N(x; y²/4, 1)·N(y; 0, 4²).
 *
 * <p>Its entropy is that of two independent normals, log 4 + log 2πe = 4.2242 nats: bending moves points but stretches
 * no area. On standardised points one coupling that keeps y can therefore reach the truth, if its log-scale may be
 * 1.75; one that keeps x cannot.
 *
 * <p>Points are (n,2), log densities in nats, finite however far away. Source: Eric Jang (2018), Normalizing Flows
 * Tutorial, part 1, blog.evjang.com/2018/01/nf1.html.
 */
public final class Banana extends KnownDensity2D {
    private static final double LENGTH = 4; // standard deviation of y

    @Override
    protected int draw(float[] data, int at, RandomGenerator rng) {
        double y = LENGTH * rng.nextGaussian();
        data[at] = (float) (0.25 * y * y + rng.nextGaussian());
        data[at + 1] = (float) y;
        return 0;
    }

    @Override
    protected double logDensity(double x, double y) {
        double across = x - 0.25 * y * y;
        double along = y / LENGTH;
        return -0.5 * (across * across + along * along) - FastMath.log(2 * FastMath.PI * LENGTH);
    }

    @Override
    protected double integrateEntropy() { return 1 + FastMath.log(2 * FastMath.PI * LENGTH); }

    @Override
    public String toString() { return "bent along x = y²/4"; }
}
