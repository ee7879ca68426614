package realnvp.data;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import org.apache.commons.math3.util.MathArrays;
import realnvp.moons.KnownDensity;
import realnvp.moons.Quadrature;

/**
 * 2^m clusters in d dimensions whose entropy is known: x = Q·(scale∘y) with Q orthogonal; the first m coordinates of y
 * are ½N(−1, 0.3²) + ½N(1, 0.3²), the others N(0,1), all independent.
 *
 * <p>In the turned frame log p is a sum over coordinates: log p(x) = Σ log p_i(y_i) − Σ log scale_i. The entropy is m
 * integrals over a line, d − m times ½ log 2πe, and Σ log scale_i, to about 1e-12. No coordinate of x is independent of
 * another, and a Gaussian sees none of the clusters.
 *
 * <p>Points are (n,d), log densities in nats, finite however far away; d at least 1 and m from 0 to d. Q is the
 * orthogonal factor of a Gaussian matrix; the scales go from 1 to 4, each the same factor above the last.
 */
public final class RotatedMixture extends PointwiseDensity implements KnownDensity {
    private static final double NOISE = 0.3; // of a cluster around -1 or 1

    private final int clustered; // m
    private final double[] scale; // d
    private final Array2DRowRealMatrix q; // (d,d), orthogonal

    /** d features, m of them with two clusters each, turned by a matrix that is drawn from the generator. */
    public RotatedMixture(int features, int clustered, RandomGenerator rng) {
        if (features < 1 || clustered < 0 || clustered > features) {
            throw new IllegalArgumentException(("features must be at least 1 and clustered from 0 to features, got %d "
                + "and %d").formatted(features, clustered));
        }
        this.clustered = clustered;
        scale = new double[features];
        double[][] gaussian = new double[features][features];
        for (int i = 0; i < features; i++) {
            scale[i] = FastMath.pow(2, features == 1 ? 0 : 2.0 * i / (features - 1));
            Arrays.setAll(gaussian[i], j -> rng.nextGaussian());
        }
        q = new Array2DRowRealMatrix(new QRDecomposition(new Array2DRowRealMatrix(gaussian)).getQ().getData());
    }

    @Override
    public int features() { return scale.length; }

    @Override
    double[] draw(RandomGenerator rng) {
        double[] scaled = new double[features()]; // scale∘y
        Arrays.setAll(scaled, i -> scale[i] * (i < clustered ? (rng.nextBoolean() ? 1 : -1) + NOISE * rng.nextGaussian()
            : rng.nextGaussian()));
        return q.operate(scaled);
    }

    @Override
    double logProb(double[] x) {
        double[] y = MathArrays.ebeDivide(q.preMultiply(x), scale); // the same as Qᵀx/scale
        double logProb = 0;
        for (int i = 0; i < y.length; i++) {
            logProb += (i < clustered ? logTwoClusters(y[i]) : logNormal(y[i])) - FastMath.log(scale[i]);
        }
        return logProb;
    }

    private static double logNormal(double y) { return -0.5 * (y * y + FastMath.log(2 * FastMath.PI)); }

    private static double logTwoClusters(double y) {
        return Quadrature.logSum(logNormal((y - 1) / NOISE), logNormal((y + 1) / NOISE)) - FastMath.log(2 * NOISE);
    }

    @Override
    public double entropy() {
        double step = NOISE / 8; // the integrand is as smooth as a Gaussian, so that a sum is exact
        double edge = 1 + Quadrature.REACH * NOISE;
        double entropy = (features() - clustered) * 0.5 * (1 + FastMath.log(2 * FastMath.PI))
            + Arrays.stream(scale).map(FastMath::log).sum();
        for (double y = -edge; y < edge; y += step) {
            entropy -= clustered * step * FastMath.exp(logTwoClusters(y)) * logTwoClusters(y);
        }
        return entropy;
    }

    @Override
    public String toString() { return "%d features, 2^%d clusters".formatted(features(), clustered); }
}
