package realnvp.check;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.flow.Bijector;

/**
 * J_ij = ∂z_i/∂x_j of a function of d numbers, (d,d), by methods that have nothing in common: the tape run
 * backwards (float32), and central differences of any function. {@link ReferenceFlow} has a third, in double.
 */
public final class Jacobian {
    /** float32 carries 7 digits, of which a chain of 50 couplings costs 2 to 3. */
    private static final double TOLERANCE = 1e-3;
    /** Beyond this no more is allowed: a singular Jacobian must not excuse every error. */
    private static final double WORST_CONDITION = 1e5;

    private Jacobian() { }

    /** By reverse-mode autodiff: one backward pass for each row. float32. */
    public static double[][] reverseMode(Bijector f, double... x) {
        return reverseMode(f, Matrix.of(x))[0];
    }

    /** One Jacobian for each point (n,d). The points are independent, so one pass serves row i of all of them. */
    public static double[][][] reverseMode(Bijector f, Matrix points) {
        double[][][] jacobians = new double[points.rows][f.features()][];
        Tape tape = new Tape();
        Tensor x = tape.variable(points.copy());
        Tensor z = f.forwardAndLogDet(x).value();
        for (int i = 0; i < f.features(); i++) {
            tape.backward(z.gather(i).sum());
            for (int r = 0; r < points.rows; r++) {
                jacobians[r][i] = x.gradient().row(r);
            }
        }
        return jacobians;
    }

    /**
     * By central differences: (f(x + h e_j) − f(x − h e_j)) / 2h for each column j. The error falls as h²
     * until the rounding of f, divided by h, takes over: in double h near 1e-5 is a good start.
     */
    public static double[][] centralDifferences(UnaryOperator<double[]> f, double[] x, double h) {
        if (!(h > 0)) {
            throw new IllegalArgumentException("the step h must be above 0, got " + h);
        }
        double[][] columns = new double[x.length][];
        for (int j = 0; j < x.length; j++) {
            double[] right = x.clone();
            double[] left = x.clone();
            right[j] += h;
            left[j] -= h;
            double[] rise = MathArrays.ebeSubtract(f.apply(right), f.apply(left));
            columns[j] = MathArrays.scale(1 / (right[j] - left[j]), rise); // the step as rounded
        }
        return new Array2DRowRealMatrix(columns).transpose().getData();
    }

    /**
     * By central differences D at two steps, (4·D(h/2) − D(h)) / 3: the h² in the error cancels and leaves
     * h⁴, so that the step may be larger and rounding counts for less. In double h near 1e-4 is a good start.
     * Richardson (1911), doi:10.1098/rsta.1911.0009.
     */
    public static double[][] extrapolatedDifferences(UnaryOperator<double[]> f, double[] x, double h) {
        double[][] whole = centralDifferences(f, x, h);
        double[][] half = centralDifferences(f, x, h / 2);
        return new Array2DRowRealMatrix(half).scalarMultiply(4).subtract(new Array2DRowRealMatrix(whole))
            .scalarMultiply(1 / 3.0).getData();
    }

    /**
     * log |det J| in nats, Σ log |pivot| by commons-math3's {@code LUDecomposition}: finite where a double cannot hold
     * det J. −∞ for a singular matrix, NaN for one that holds NaN or infinity.
     */
    public static double logAbsDet(double[][] jacobian) {
        if (!Arrays.stream(jacobian).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
            return Double.NaN;
        }
        // The default threshold takes a pivot below 1e-11 for zero, and deep flows have such pivots.
        RealMatrix u = new LUDecomposition(new Array2DRowRealMatrix(jacobian), Double.MIN_VALUE).getU();
        return u == null ? Double.NEGATIVE_INFINITY : IntStream.range(0, jacobian.length)
            .mapToDouble(i -> Math.log(Math.abs(u.getEntry(i, i)))).sum();
    }

    /** Largest over smallest singular value: by how much rounding errors can grow in a determinant. */
    static double condition(double[][] jacobian) {
        return new SingularValueDecomposition(new Array2DRowRealMatrix(jacobian)).getConditionNumber();
    }

    /** What float32 entries cost a log-determinant: measured, up to 4 half-ulps for each unit of the condition. */
    static double float32Allowance(double condition) {
        return 8 * 0x1p-24 * Math.min(condition, WORST_CONDITION);
    }

    /** Largest difference between the entries of two Jacobians. */
    public static double largestDifference(double[][] a, double[][] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> MathArrays.distanceInf(a[i], b[i])).max().orElse(0);
    }

    /**
     * The log-determinant that f reports against that of its Jacobian by autodiff, for any bijector. The
     * tolerance grows by what float32 costs where J is badly conditioned, at most 0.05.
     */
    public static Check logDet(Bijector f, Matrix points, double tolerance) {
        double[][][] jacobians = reverseMode(f, points);
        double[] exact = Arrays.stream(jacobians).mapToDouble(Jacobian::logAbsDet).toArray();
        double error = Broken.orElse(f, points, MathArrays.distanceInf(f.forwardLogDet(points), exact));
        double condition = Arrays.stream(jacobians).mapToDouble(Jacobian::condition).max().orElseThrow();
        return new Check("log|det J|", Check.format("the flow's own against autodiff at %,d points", points.rows),
            error, tolerance + float32Allowance(condition),
            "The log-determinant does not belong to the map: look at its sign, and at what s is read from.");
    }

    /** Prints the largest difference, and throws if f reports another log-determinant than its Jacobian has. */
    public static void check(Bijector f, Matrix points) { logDet(f, points, TOLERANCE).report(); }
}
