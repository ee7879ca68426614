package realnvp.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.correlation.Covariance;
import org.apache.commons.math3.util.FastMath;
import realnvp.autodiff.Matrix;
import realnvp.moons.KnownDensity;
import realnvp.moons.TwoMoons;

/**
 * The Gaussian N(mean, L Lᵀ) with full covariance: log p(x) = −½|y|² − Σ log L_ii − ½d log 2π with L y = x − mean.
 *
 * <p>Points are (n,d), log densities in nats. It is the model to beat: a flow is worth its training where it is better.
 */
public final class Gaussian extends PointwiseDensity implements KnownDensity {
    private final RealVector mean; // d
    private final RealMatrix l; // (d,d), lower triangle

    /** mean has d numbers, covariance (d,d) is symmetric and has no flat direction. */
    public Gaussian(double[] mean, double[][] covariance) {
        if (covariance.length != mean.length) {
            throw new IllegalArgumentException("a mean of %d numbers needs a (%d,%d) covariance, got %d rows"
                .formatted(mean.length, mean.length, mean.length, covariance.length));
        }
        this.mean = new ArrayRealVector(mean);
        double[] sd = new double[mean.length];
        Arrays.setAll(sd, i -> FastMath.sqrt(covariance[i][i]));
        double[][] correlation = new double[mean.length][mean.length]; // what counts as flat depends on no unit then
        for (int i = 0; i < mean.length; i++) {
            for (int j = 0; j < mean.length; j++) {
                double scale = sd[i] * sd[j];
                correlation[i][j] = scale > 0 ? i == j ? 1 : covariance[i][j] / scale : 0;
            }
        }
        try {
            l = MatrixUtils.createRealDiagonalMatrix(sd)
                .multiply(new CholeskyDecomposition(new Array2DRowRealMatrix(correlation)).getL());
        } catch (NonPositiveDefiniteMatrixException flat) {
            throw new IllegalArgumentException(("the covariance of %d features is flat, so the points lie on a line or "
                + "a plane: leave out a feature that follows from others").formatted(mean.length), flat);
        }
    }

    /** The Gaussian with the mean and covariance of the moons: of all Gaussians, the one with the smallest loss. */
    public static Gaussian of(TwoMoons moons) { return new Gaussian(moons.mean(), moons.covariance()); }

    /** The Gaussian with mean and covariance of the points (n,d), n above d. */
    public static Gaussian fit(Matrix x) {
        if (x.rows <= x.columns) {
            throw new IllegalArgumentException(("a Gaussian of %d features needs at least %d points, got %d: take "
                + "more points").formatted(x.columns, x.columns + 1, x.rows));
        }
        double[][] points = IntStream.range(0, x.rows).mapToObj(x::row).toArray(double[][]::new);
        double[] mean = new double[x.columns];
        for (double[] point : points) {
            Arrays.setAll(mean, c -> mean[c] + point[c] / x.rows);
        }
        return new Gaussian(mean, new Covariance(points, false).getCovarianceMatrix().getData());
    }

    @Override
    public int features() { return mean.getDimension(); }

    @Override
    double logProb(double[] x) {
        RealVector y = new ArrayRealVector(x).subtract(mean);
        MatrixUtils.solveLowerTriangularSystem(l, y); // in place: y becomes L⁻¹(x − mean)
        return logPeak() - 0.5 * y.dotProduct(y);
    }

    @Override
    double[] draw(RandomGenerator rng) {
        double[] epsilon = new double[features()];
        Arrays.setAll(epsilon, c -> rng.nextGaussian());
        return l.operate(new ArrayRealVector(epsilon)).add(mean).toArray();
    }

    /** ½d log 2πe + Σ log L_ii in nats: the mean loss on any data with this mean and covariance. */
    @Override
    public double entropy() { return 0.5 * features() - logPeak(); }

    private double logPeak() {
        double log = -0.5 * features() * FastMath.log(2 * FastMath.PI);
        for (int c = 0; c < features(); c++) {
            log -= FastMath.log(l.getEntry(c, c));
        }
        return log;
    }

    @Override
    public String toString() { return "mean %s, covariance %s".formatted(mean, l.multiply(l.transpose())); }
}
