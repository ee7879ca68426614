package realnvp.data;

import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;

/**
 * Two interleaving half circles with Gaussian noise: x = c(θ) + noise·ε, where c is one of the arcs
 * (cos θ, sin θ) and (1 − cos θ, ½ − sin θ) with equal chance, θ uniform in [0,π], ε standard normal.
 *
 * <p>The shape is that of scikit-learn's {@code make_moons}, but every point is an independent draw, so the
 * density is known exactly: p(x) = ½ Σ over arcs of (1/π) ∫ N(x; c(θ), noise²·I) dθ. A noise of 0 can be
 * sampled but has no density. Sines, exponentials and random numbers are commons-math3's: same seed, same
 * bits anywhere.
 *
 * <pre>{@code
 * TwoMoons moons = new TwoMoons(0.05);
 * Matrix x = moons.sample(1000, new Well19937c(42));
 * double bestPossibleLoss = moons.entropy();
 * }</pre>
 */
public final class TwoMoons implements Density {
    /** Parts of the integrand below exp(−36), about one rounding error of the whole, are left out. */
    private static final double NEGLIGIBLE = 36;
    /** 24 nodes hold any integrand that falls from 1 to exp(−36), straight or bell-shaped, to 1e-10. */
    private static final GaussIntegrator RULE = new GaussIntegratorFactory().legendre(24);
    /** Beyond this many noises from both arcs the density adds less than 1e-15 to an integral. */
    private static final double REACH = 9;

    private final double noise;
    private volatile double entropy = Double.NaN; // computed when first asked for

    /**
     * Moons whose points lie off the arcs by the given standard deviation in both coordinates; at least 0.
     */
    public TwoMoons(double noise) {
        if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise must be a number of at least 0, got " + noise);
        }
        this.noise = noise;
    }

    public double noise() {
        return noise;
    }

    @Override
    public int features() {
        return 2;
    }

    // *** samples ***

    @Override
    public Matrix sample(int n, RandomGenerator rng) {
        return sampleWithLabels(n, rng).points();
    }

    /** n draws (n,2) and the arc of each: 0 outer, 1 inner. The points are those of {@link #sample}. */
    public LabelledPoints sampleWithLabels(int n, RandomGenerator rng) {
        Matrix points = new Matrix(n, 2);
        int[] labels = new int[n];
        for (int r = 0; r < n; r++) {
            labels[r] = drawInto(points.data, 2 * r, rng);
        }
        return new LabelledPoints(points, labels);
    }

    /** Overwrites every row of the batch (n,2) with a fresh draw and allocates nothing: for training. */
    @Override
    public void sampleInto(Matrix batch, RandomGenerator rng) {
        requireTwoColumns(batch);
        for (int r = 0; r < batch.rows; r++) {
            drawInto(batch.data, 2 * r, rng);
        }
    }

    private int drawInto(float[] data, int at, RandomGenerator rng) {
        int label = rng.nextBoolean() ? 1 : 0;
        double theta = FastMath.PI * rng.nextDouble();
        double x = FastMath.cos(theta);
        double y = FastMath.sin(theta);
        data[at] = (float) ((label == 0 ? x : 1 - x) + noise * rng.nextGaussian());
        data[at + 1] = (float) ((label == 0 ? y : 0.5 - y) + noise * rng.nextGaussian());
        return label;
    }

    // *** density ***

    @Override
    public double[] logProb(Matrix x) {
        requireTwoColumns(x);
        double[] logProb = new double[x.rows];
        for (int r = 0; r < x.rows; r++) {
            logProb[r] = logProb(x.get(r, 0), x.get(r, 1));
        }
        return logProb;
    }

    /** log p(x, y) of one point in nats: about 10 digits near the arcs, and finite however far away. */
    public double logProb(double x, double y) {
        requireDensity();
        if (!Double.isFinite(x) || !Double.isFinite(y)) {
            throw new IllegalArgumentException("a point must be finite, got (" + x + ", " + y + ")");
        }
        double outer = logArc(x, y);
        double inner = logArc(1 - x, 0.5 - y); // a half turn about (½, ¼) takes one arc to the other
        return logSum(outer, inner) - FastMath.log(4 * FastMath.PI * FastMath.PI * noise * noise);
    }

    /**
     * log ∫ exp(−|x − c(θ)|² / 2noise²) dθ over the outer arc. With x = r(cos φ, sin φ) and u the angle
     * between c(θ) and x, |x − c|² = (r − 1)² + 4r sin²(u/2). Cut where u turns back, the arc is two
     * stretches of u.
     */
    private double logArc(double x, double y) {
        double r = FastMath.sqrt(x * x + y * y);
        double phi = FastMath.atan2(y, x);
        double k = r / (noise * noise);
        double angles = phi >= 0
            ? logSum(logStretch(k, 0, phi), logStretch(k, 0, FastMath.PI - phi))
            : logSum(logStretch(k, -phi, FastMath.PI), logStretch(k, FastMath.PI + phi, FastMath.PI));
        return angles - (r - 1) * (r - 1) / (2 * noise * noise);
    }

    /**
     * log ∫ exp(−2k sin²(u/2)) du from a to b, 0 ≤ a ≤ b ≤ π; nodes only where the integrand is not
     * negligible.
     */
    private static double logStretch(double k, double a, double b) {
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

    /**
     * The w with 2k (sin²((a+w)/2) − sin²(a/2)) = NEGLIGIBLE: a quadratic in tan(w/2); π where there is none.
     */
    private static double reach(double k, double a) {
        double c = NEGLIGIBLE / (2 * k);
        double sine = FastMath.sin(a);
        double root = sine * sine + 4 * c * (FastMath.cos(a) - c);
        return root >= 0 ? 2 * FastMath.atan(2 * c / (sine + FastMath.sqrt(root))) : FastMath.PI;
    }

    private static double logSum(double a, double b) {
        double largest = FastMath.max(a, b);
        return largest + FastMath.log1p(FastMath.exp(FastMath.min(a, b) - largest));
    }

    // *** numbers to compare with ***

    /**
     * −∫ p log p in nats: the smallest mean loss that any model can reach on these data.
     *
     * <p>Trapezoids with half a noise between nodes, which is exact to about 1e-6 nats since p has no detail
     * finer than the noise. Takes a fraction of a second for a noise of 0.02 or more, and is kept.
     */
    public double entropy() {
        requireDensity();
        if (Double.isNaN(entropy)) {
            entropy = integrateEntropy();
        }
        return entropy;
    }

    private double integrateEntropy() {
        double h = noise / 2;
        double margin = REACH * noise;
        double sum = 0;
        for (double x = -1 - margin; x < 2 + margin; x += h) {
            for (double y = -0.5 - margin; y < 1 + margin; y += h) {
                if (FastMath.min(distance(x, y), distance(1 - x, 0.5 - y)) < margin) {
                    double logProb = logProb(x, y);
                    sum -= FastMath.exp(logProb) * logProb;
                }
            }
        }
        return sum * h * h;
    }

    private static double distance(double x, double y) { // to the outer arc
        return y >= 0 ? FastMath.abs(FastMath.hypot(x, y) - 1) : FastMath.hypot(FastMath.abs(x) - 1, y);
    }

    /** The exact mean of x and of y: (½, ¼). */
    public double[] mean() {
        return new double[] {0.5, 0.25};
    }

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

    /** The Gaussian with the same mean and covariance: of all Gaussians, the one with the smallest loss. */
    public Gaussian gaussian() {
        return new Gaussian(mean(), covariance());
    }

    /**
     * The smallest mean loss, in nats, of ONE coupling that keeps column {@code kept} (0 or 1) and whose
     * log-scale is at most {@code maxLogScale} in size (infinity: unbounded), on the data as they are; see
     * {@link OneLayerOptimum}.
     */
    public double oneLayerOptimum(int kept, double maxLogScale) {
        return new OneLayerOptimum(this).loss(kept, maxLogScale, new double[] {0, 0}, new double[] {1, 1});
    }

    /** As {@link #oneLayerOptimum}, in the same units, for a flow that first standardises the data. */
    public double oneLayerOptimumStandardized(int kept, double maxLogScale) {
        return new OneLayerOptimum(this).loss(kept, maxLogScale, mean(), standardDeviations());
    }

    void requireDensity() {
        if (noise == 0) {
            throw new IllegalStateException(
                "noise is 0: the points lie on two curves, which have no density; take a noise above 0");
        }
    }

    private static void requireTwoColumns(Matrix x) {
        if (x.columns != 2) {
            throw new IllegalArgumentException("two moons have 2 features, got points of shape " + x.shape());
        }
    }

    @Override
    public String toString() {
        return "noise " + noise;
    }
}
