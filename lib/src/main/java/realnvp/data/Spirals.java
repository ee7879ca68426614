package realnvp.data;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import realnvp.moons.Box;
import realnvp.moons.KnownDensity2D;
import realnvp.moons.Quadrature;

/**
 * Two spiral arms, the second turned by half a turn, with Gaussian noise: x = ±c(t) + noise·ε with
 * c(t) = t/3·(−cos t, sin t), t = 3π√u, u uniform in [0,1], ε standard normal.
 *
 * <p>p(x) = ½ Σ over arms of ∫ N(x; ±c(t), noise²·I)·2t/9π² dt, by a Gauss–Legendre rule whose nodes lie along the
 * arm, several for each noise of its length.
 *
 * <p>Points are (n,2); log densities are in nats, to about 10 digits within 10 noises of an arm and finite however far
 * away. The noise is above 0; below 0.02 the entropy, a sum over a grid, takes minutes. The shape is close to the two
 * spirals of Grathwohl et al. (2019), arXiv:1810.01367, whose noise is 0.1.
 */
public final class Spirals extends KnownDensity2D {
    private static final double END = 3 * FastMath.PI; // of t: one and a half turns
    /** Eight nodes for each half noise hold exp(−10·u), the steepest that is promised, to 1e-10. */
    private static final GaussIntegrator RULE = new GaussIntegratorFactory().legendre(8);
    private static final double PANELS_PER_NOISE = 2;

    private final double noise;
    private final double[][] nodes; // (m,3): ±c(t) and the weight of the node

    public Spirals(double noise) {
        this.noise = requireNoise(noise);
        List<double[]> along = new ArrayList<>();
        for (double t = 0; t < END; ) {
            double speed = FastMath.hypot(1, t) / 3; // |dc/dt|
            double panel = FastMath.min(END - t, noise / PANELS_PER_NOISE / speed);
            for (int i = 0; i < RULE.getNumberOfPoints(); i++) {
                double node = t + 0.5 * panel * (1 + RULE.getPoint(i));
                double weight = 0.5 * panel * RULE.getWeight(i) * node / (END * END);
                for (double radius : new double[] {node / 3, -node / 3}) { // one for each arm
                    along.add(new double[] {-radius * FastMath.cos(node), radius * FastMath.sin(node), weight});
                }
            }
            t += panel;
        }
        nodes = along.toArray(new double[0][]);
    }

    @Override
    protected int draw(float[] data, int at, RandomGenerator rng) {
        int arm = rng.nextBoolean() ? 1 : 0;
        double t = END * FastMath.sqrt(rng.nextDouble());
        double radius = (arm == 0 ? t : -t) / 3;
        data[at] = (float) (-radius * FastMath.cos(t) + noise * rng.nextGaussian());
        data[at + 1] = (float) (radius * FastMath.sin(t) + noise * rng.nextGaussian());
        return arm;
    }

    @Override
    protected double logDensity(double x, double y) {
        double nearest = Double.POSITIVE_INFINITY;
        for (double[] node : nodes) {
            nearest = FastMath.min(nearest, exponent(x, y, node));
        }
        double sum = 0;
        for (double[] node : nodes) {
            double further = exponent(x, y, node) - nearest;
            sum += further < Quadrature.NEGLIGIBLE ? node[2] * FastMath.exp(-further) : 0;
        }
        return FastMath.log(sum) - nearest - FastMath.log(2 * FastMath.PI * noise * noise);
    }

    private double exponent(double x, double y, double[] node) {
        double dx = (x - node[0]) / noise;
        double dy = (y - node[1]) / noise;
        return 0.5 * (dx * dx + dy * dy);
    }

    @Override
    protected double integrateEntropy() {
        double edge = END / 3 + Quadrature.REACH * noise;
        return entropyOnGrid(new Box(-edge, edge, -edge, edge), noise / 2, FastMath::hypot, edge);
    }

    @Override
    public String toString() { return "noise " + noise; }
}
