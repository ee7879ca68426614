package realnvp.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DiagonalMatrix;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularMatrixException;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.util.FastMath;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.moons.KnownDensity;
import realnvp.moons.TwoMoons;

/**
 * The Gaussian N(mean, L Lᵀ) with full covariance: log p(x) = −½|y|² − Σ log L_ii − ½d log 2π with L y = x − mean.
 * Points are (n,d), log densities in nats. It is the model to beat: a flow is worth its training where it is better.
 */
public final class Gaussian extends PointwiseDensity implements KnownDensity {
    private final double[] mean; // d
    private final double[][] l; // (d,d), lower triangle
    private final double logPeak; // log p(mean)

    /** mean has d numbers, covariance (d,d) is symmetric and has no flat direction. */
    public Gaussian(double[] mean, double[][] covariance) {
        if (covariance.length != mean.length) {
            throw new IllegalArgumentException("the covariance has %d rows, and the mean %d numbers: take as many"
                .formatted(covariance.length, mean.length));
        }
        this.mean = mean.clone();
        DiagonalMatrix sd = new DiagonalMatrix(IntStream.range(0, mean.length)
            .mapToDouble(i -> covariance[i][i] > 0 ? FastMath.sqrt(covariance[i][i]) : 0).toArray());
        try {
            RealMatrix perUnit = sd.inverse(); // what counts as flat depends on no unit then
            RealMatrix correlation = perUnit.multiply(new Array2DRowRealMatrix(covariance)).multiply(perUnit);
            l = sd.multiply(new CholeskyDecomposition(correlation, 1e-12, 1e-10).getL()).getData();
        } catch (NonPositiveDefiniteMatrixException | SingularMatrixException flat) {
            throw new IllegalArgumentException(("the covariance of %d features is flat, so the points lie on a line or "
                + "a plane: leave out a feature that follows from others").formatted(mean.length), flat);
        }
        logPeak = -0.5 * mean.length * FastMath.log(2 * FastMath.PI)
            - IntStream.range(0, mean.length).mapToDouble(c -> FastMath.log(l[c][c])).sum();
    }

    /** The Gaussian with the mean and covariance of the moons: of all Gaussians, the one with the smallest loss. */
    public static Gaussian of(TwoMoons moons) { return new Gaussian(moons.mean(), moons.covariance()); }

    /** The Gaussian with mean and covariance of the points (n,d), n above d. */
    public static Gaussian fit(Matrix x) {
        if (x.rows <= x.columns) {
            throw new IllegalArgumentException("a Gaussian of %d features needs at least %d points, got %d: take more"
                .formatted(x.columns, x.columns + 1, x.rows));
        }
        x.requireWithin(Float.MAX_VALUE, "point", "leave it out");
        return fit(IntStream.range(0, x.rows).mapToObj(x::row).toArray(double[][]::new),
            new ArrayRealVector(x.rows, 1).toArray(), new double[x.columns]);
    }

    /** Of points (n,d) with n weights, for speed without those below 1e-16; squares (d) add to the sums of squares. */
    static Gaussian fit(double[][] x, double[] weights, double[] squares) {
        double once = 1 / FastMath.max(StatUtils.sum(weights), 1e-100); // there may be no point
        double[] mean = MathArrays.scale(once, new Array2DRowRealMatrix(x, false).preMultiply(weights));
        double[][] covariance = new DiagonalMatrix(MathArrays.scale(once, squares)).getData();
        for (int r : IntStream.range(0, x.length).filter(r -> weights[r] > 1e-16).toArray()) {
            double[] off = MathArrays.ebeSubtract(x[r], mean);
            for (int i = 0; i < off.length; i++) {
                for (int j = 0; j < off.length; j++) {
                    covariance[i][j] += once * weights[r] * (off[i] * off[j]);
                }
            }
        }
        return new Gaussian(mean, covariance);
    }

    @Override
    public int features() { return mean.length; }

    @Override
    double logProb(double[] x) {
        double[] y = new double[mean.length]; // L⁻¹(x − mean)
        double square = 0;
        for (int i = 0; i < y.length; i++) {
            double rest = x[i] - mean[i];
            for (int j = 0; j < i; j++) {
                rest -= l[i][j] * y[j];
            }
            y[i] = rest / l[i][i];
            square += y[i] * y[i];
        }
        return logPeak - 0.5 * square;
    }

    @Override
    double[] draw(RandomGenerator rng) {
        double[] epsilon = new double[features()];
        Arrays.setAll(epsilon, c -> rng.nextGaussian());
        return MathArrays.ebeAdd(new Array2DRowRealMatrix(l).operate(epsilon), mean);
    }

    /** ½d log 2πe + Σ log L_ii in nats: the mean loss on any data with this mean and covariance. */
    @Override
    public double entropy() { return 0.5 * features() - logPeak; }
}
