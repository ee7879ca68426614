package realnvp.moons;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;

/**
 * Two interleaving half circles with Gaussian noise: x = c(θ) + noise·ε, where c is one of the arcs
 * (cos θ, sin θ) and (1 − cos θ, ½ − sin θ) with equal chance, θ uniform in [0,π], ε standard normal.
 *
 * <p>The shape is that of scikit-learn's {@code make_moons}, but every point is an independent draw, so the
 * density is known exactly: p(x) = ½ Σ over arcs of (1/π) ∫ N(x; c(θ), noise²·I) dθ. A noise of 0 can be
 * sampled but has no density. A label is 0 on the outer arc and 1 on the inner one. Sines, exponentials and
 * random numbers are commons-math3's: same seed, same bits anywhere.
 */
public final class TwoMoons extends KnownDensity2D {
    private final double noise;

    /** Moons whose points lie off the arcs by the given standard deviation in both coordinates; at least 0. */
    public TwoMoons(double noise) {
        if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise must be a number of at least 0, got " + noise);
        }
        this.noise = noise;
    }

    public double noise() { return noise; }

    @Override
    protected int draw(float[] data, int at, RandomGenerator rng) {
        int label = rng.nextBoolean() ? 1 : 0;
        double theta = FastMath.PI * rng.nextDouble();
        double x = FastMath.cos(theta);
        double y = FastMath.sin(theta);
        data[at] = (float) ((label == 0 ? x : 1 - x) + noise * rng.nextGaussian());
        data[at + 1] = (float) ((label == 0 ? y : 0.5 - y) + noise * rng.nextGaussian());
        return label;
    }

    /** About 10 digits near the arcs, and finite however far away. */
    @Override
    protected double logDensity(double x, double y) {
        requireDensity();
        double outer = logArc(x, y);
        double inner = logArc(1 - x, 0.5 - y); // a half turn about (½, ¼) takes one arc to the other
        return Quadrature.logSum(outer, inner) - FastMath.log(4 * FastMath.PI * FastMath.PI * noise * noise);
    }

    /**
     * log ∫ exp(−|x − c(θ)|² / 2noise²) dθ over the outer arc. With x = r(cos φ, sin φ) and u the angle between c(θ)
     * and x, |x − c|² = (r − 1)² + 4r sin²(u/2). Cut where u turns back, the arc is two stretches of u.
     */
    private double logArc(double x, double y) {
        double r = FastMath.sqrt(x * x + y * y);
        double phi = FastMath.atan2(y, x);
        double k = r / (noise * noise);
        double angles = phi >= 0
            ? Quadrature.logSum(Quadrature.logStretch(k, 0, phi), Quadrature.logStretch(k, 0, FastMath.PI - phi))
            : Quadrature.logSum(Quadrature.logStretch(k, -phi, FastMath.PI),
                Quadrature.logStretch(k, FastMath.PI + phi, FastMath.PI));
        return angles - (r - 1) * (r - 1) / (2 * noise * noise);
    }

    /**
     * By trapezoids with half a noise between nodes, which is exact to about 1e-6 nats since p has no detail finer than
     * the noise. Takes a fraction of a second for a noise of 0.02 or more.
     */
    @Override
    protected double integrateEntropy() {
        requireDensity();
        double margin = Quadrature.REACH * noise;
        return entropyOnGrid(new Box(-1 - margin, 2 + margin, -0.5 - margin, 1 + margin), noise / 2,
            (x, y) -> FastMath.min(distance(x, y), distance(1 - x, 0.5 - y)), margin);
    }

    private static double distance(double x, double y) { // to the outer arc
        return y >= 0 ? FastMath.abs(FastMath.hypot(x, y) - 1) : FastMath.hypot(FastMath.abs(x) - 1, y);
    }

    /** The exact mean of x and of y: (½, ¼). */
    public double[] mean() { return new double[] {0.5, 0.25}; }

    /** The exact covariance (2,2): that inside each arc, that between the arcs, and noise². */
    public double[][] covariance() {
        double apart = 0.25 - 2 / FastMath.PI; // half the distance in y between the means of the arcs
        double xx = 0.75 + noise * noise;
        double yy = 0.5 - 4 / (FastMath.PI * FastMath.PI) + apart * apart + noise * noise;
        return new double[][] {{xx, 0.5 * apart}, {0.5 * apart, yy}};
    }

    /** The exact standard deviations of x and of y. */
    public double[] standardDeviations() {
        double[][] c = covariance();
        return new double[] {FastMath.sqrt(c[0][0]), FastMath.sqrt(c[1][1])};
    }

    public void requireDensity() {
        if (noise == 0) {
            throw new IllegalStateException("noise is 0: points on two curves have no density; take a noise above 0");
        }
    }

    @Override
    public String toString() { return "noise " + noise; }
}
