package realnvp.data;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DiagonalMatrix;
import org.apache.commons.math3.ml.clustering.DoublePoint;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.apache.commons.math3.util.FastMath;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.moons.Quadrature;
import realnvp.train.TrainingLog;

/**
 * A mixture of Gaussians with full covariances: log p(x) = log Σ w_k N(x; μ_k, Σ_k), in nats; the sum is taken in logs,
 * so that it is finite however far away. Points are (n,d).
 */
public final class GaussianMixture extends PointwiseDensity {
    private static final int MOST_STEPS = 1000;
    private static final double LEAST_GAIN = 1e-4; // nats a point, for another step to follow
    private static final double SPREAD = 1e-3; // in interquartile ranges: hides no detail, but no density is infinite
    private static final long SILENCE = 5_000_000_000L; // nanoseconds, then a line says that it goes on

    private final double[] logWeights;
    private final List<Gaussian> components;

    /** Of components that weigh the same; with a narrow one on each point of a sample it is a kernel density. */
    public GaussianMixture(List<Gaussian> components) {
        this(new ArrayRealVector(components.size(), 1).toArray(), components);
    }

    /** Weights, which are divided by their sum, and for each a component; all have the same features. */
    GaussianMixture(double[] weights, List<Gaussian> components) {
        double sum = StatUtils.sum(weights);
        this.logWeights = Arrays.stream(weights).map(weight -> FastMath.log(weight / sum)).toArray();
        this.components = List.copyOf(components);
    }

    /**
     * A local maximum of the likelihood of the points (n,d) by expectation-maximisation, Dempster et al. (1977), from
     * the centres of k-means++ until a step gains less than 1e-4 nats a point or 1,000 are done; an interrupt throws.
     * To the sums of squares of each component come those of one point that is a thousandth of the interquartile range
     * away, so that none shrinks without end, such as onto one far point.
     */
    public static GaussianMixture fit(Matrix x, int components, RandomGenerator rng) {
        Gaussian.fit(x); // refuses a feature that follows from others
        if (components < 1 || components > x.rows / (x.columns + 1)) {
            throw new IllegalArgumentException(("a mixture of points of shape %s has 1 to %d components, "
                + "got %d: take fewer or more points").formatted(x.shape(), x.rows / (x.columns + 1), components));
        }
        double[] unit = new double[x.columns];
        Arrays.setAll(unit, c -> {
            DescriptiveStatistics all = new DescriptiveStatistics(x.column(c));
            return FastMath.max(all.getPercentile(75) - all.getPercentile(25), 1e-9 * all.getStandardDeviation());
        });
        double[] squares = Arrays.stream(unit).map(u -> FastMath.pow(SPREAD * u, 2)).toArray();
        double[][] points = IntStream.range(0, x.rows).mapToObj(x::row).toArray(double[][]::new);
        List<DoublePoint> scaled = Arrays.stream(points).map(p -> new DoublePoint(MathArrays.ebeDivide(p, unit))).toList();
        List<Gaussian> centres = new KMeansPlusPlusClusterer<DoublePoint>(components, MOST_STEPS,
            new EuclideanDistance(), rng).cluster(scaled).stream().map(cluster -> new Gaussian(MathArrays.ebeMultiply(
                cluster.getCenter().getPoint(), unit), new DiagonalMatrix(squares).getData())).toList();
        return new GaussianMixture(centres).climbed(points, squares, MOST_STEPS);
    }

    /** No step makes the points less likely, up to the squares. */
    GaussianMixture climbed(double[][] x, double[] squares, int steps) {
        GaussianMixture mixture = this;
        double[][] shares = new double[logWeights.length][x.length];
        double before = Double.NEGATIVE_INFINITY;
        double now = share(x, shares);
        long next = System.nanoTime() + SILENCE;
        for (int step = 1; step <= steps && now - before >= LEAST_GAIN; step++) {
            if (Thread.interrupted()) {
                throw new CancellationException("stopped at step %d of %d Gaussians".formatted(step, shares.length));
            }
            mixture = new GaussianMixture(Arrays.stream(shares).mapToDouble(StatUtils::sum).toArray(),
                Arrays.stream(shares).parallel().map(share -> Gaussian.fit(x, share, squares)).toList());
            before = now;
            now = mixture.share(x, shares);
            if (System.nanoTime() > next) {
                System.out.println(shares.length + " Gaussians, step " + step + ": loss " + TrainingLog.nats(-now));
                next += SILENCE;
            }
        }
        return mixture;
    }

    /** shares[k][r] becomes the probability that point r came from component k; the mean log p of all points. */
    private double share(double[][] x, double[][] shares) {
        return StatUtils.mean(IntStream.range(0, x.length).parallel().mapToDouble(r -> {
            double[] joint = joint(x[r]);
            double logProb = Quadrature.logSum(joint);
            for (int k = 0; k < joint.length; k++) {
                shares[k][r] = FastMath.exp(joint[k] - logProb);
            }
            return logProb;
        }).toArray());
    }

    public int components() { return components.size(); }

    @Override
    public int features() { return components.get(0).features(); }

    @Override
    double logProb(double[] x) { return Quadrature.logSum(joint(x)); }

    private double[] joint(double[] x) {
        double[] joint = new double[logWeights.length];
        Arrays.setAll(joint, k -> logWeights[k] + components.get(k).logProb(x));
        return joint;
    }

    @Override
    double[] draw(RandomGenerator rng) {
        double u = rng.nextDouble();
        int k = 0;
        while (k < logWeights.length - 1 && u >= FastMath.exp(logWeights[k])) {
            u -= FastMath.exp(logWeights[k++]);
        }
        return components.get(k).draw(rng);
    }
}
