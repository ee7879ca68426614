package realnvp.flow;

import java.util.Arrays;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.util.FastMath;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;

/**
 * z = (x - mean) / standard deviation, with log |det ∂z/∂x| = -Σ log standard deviation; (n,d) to (n,d). As a layer of
 * the flow it keeps densities in the units of the data.
 */
public final class Standardize implements Bijector {
    private final double[] mean;
    private final double[] standardDeviation;

    public Standardize(double[] mean, double[] standardDeviation) {
        if (mean.length != standardDeviation.length || mean.length == 0) {
            throw new IllegalArgumentException(("mean and standard deviation need the same number of features, "
                + "got %d and %d").formatted(mean.length, standardDeviation.length));
        }
        for (int c = 0; c < mean.length; c++) {
            if (!Double.isFinite(mean[c]) || !(standardDeviation[c] > 0 && Double.isFinite(standardDeviation[c]))) {
                throw new IllegalArgumentException(("feature %d has mean %s and standard deviation %s, which must be "
                    + "finite and above 0: leave it out if it is constant").formatted(c, mean[c], standardDeviation[c]));
            }
        }
        this.mean = mean.clone();
        this.standardDeviation = standardDeviation.clone();
    }

    /** Mean and population standard deviation of these points, (n,d). */
    public static Standardize fit(Matrix x) {
        double[] mean = new double[x.columns];
        double[] standardDeviation = new double[x.columns];
        for (int c = 0; c < x.columns; c++) {
            double[] column = x.column(c);
            mean[c] = Arrays.stream(column).sum() / x.rows;
            standardDeviation[c] = new StandardDeviation(false).evaluate(column, mean[c]);
        }
        return new Standardize(mean, standardDeviation);
    }

    @Override
    public int features() { return mean.length; }

    @Override
    public ValueAndLogDet forwardAndLogDet(Tensor x) {
        double[] perUnit = Arrays.stream(standardDeviation).map(sd -> 1 / sd).toArray();
        return new ValueAndLogDet(x.sub(row(x, mean)).mul(row(x, perUnit)), logDet(x, -1));
    }

    @Override
    public ValueAndLogDet inverseAndLogDet(Tensor z) {
        return new ValueAndLogDet(z.mul(row(z, standardDeviation)).add(row(z, mean)), logDet(z, 1));
    }

    public double[] mean() { return mean.clone(); }

    public double[] standardDeviation() { return standardDeviation.clone(); }

    private static Tensor row(Tensor like, double[] values) {
        return like.tape().constant(Matrix.of(values)); // (1,d)
    }

    /** ±Σ log standard deviation for each point, (n,1). */
    private Tensor logDet(Tensor like, int sign) {
        Matrix logDet = new Matrix(like.rows(), 1);
        Arrays.fill(logDet.data, (float) (sign * Arrays.stream(standardDeviation).map(FastMath::log).sum()));
        return like.tape().constant(logDet);
    }

    @Override
    public String toString() {
        return "mean %s, standard deviation %s".formatted(Arrays.toString(mean), Arrays.toString(standardDeviation));
    }
}
