package realnvp.check;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;

/**
 * How far rounding to float32 may move each point on its path x → z → x, and how far it does: the error
 * |x − f⁻¹(f(x))| against ½ε·Σ_k |A_k⁻¹|·r_k with ε = 2⁻²³, the largest coordinate of both.
 *
 * <p>Layer k rounds what it makes of y to y' by about half an ulp of r_k = |y'| + |∂y'/∂y|·|y| in each coordinate that
 * it changes. The inverse of all layers up to k stretches this error on its return, A_k = ∂y'/∂x. So x comes back with
 * nearly all its digits, at any depth, where the values between stay small and the layers before them do not squeeze.
 * Errors, bounds and sizes, the largest coordinates, are one for each point, in units of the data.
 * (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, doi:10.1137/1.9780898718027, chapter 3.)
 */
public record Rounding(double[] errors, double[] bounds, double[] sizes) {
    private static final double HALF_ULP = 0x1p-24;
    /** A change above this share of the point's size is not small, and a derivative does not predict its effect. */
    private static final double SMALL = 0.01;

    /** Of the points (n,d) through the chain; the layers may be any bijectors, but no chains. */
    public static Rounding of(Chain f, Matrix x) {
        double[][] rounded = new double[x.rows][x.columns]; // Σ_k |A_k⁻¹|·r_k of each point
        RealMatrix[] back = new RealMatrix[x.rows]; // A_k⁻¹ of each point
        Arrays.setAll(back, r -> MatrixUtils.createRealIdentityMatrix(x.columns));
        Matrix y = x;
        for (Bijector layer : f.bijectors()) {
            double[][][] jacobians = Jacobian.reverseMode(layer, y);
            Matrix next = layer.forward(y);
            for (int r = 0; r < x.rows; r++) {
                back[r] = back[r].multiply(inverse(jacobians[r]));
                double[] ofLayer = roundedBy(jacobians[r], y.row(r), next.row(r));
                rounded[r] = MathArrays.ebeAdd(rounded[r], absoluteProduct(back[r].getData(), ofLayer));
            }
            y = next;
        }
        Matrix home = f.inverse(y);
        Rounding found = new Rounding(new double[x.rows], new double[x.rows], new double[x.rows]);
        double[] origin = new double[x.columns];
        for (int r = 0; r < x.rows; r++) {
            found.errors[r] = MathArrays.distanceInf(x.row(r), home.row(r));
            found.bounds[r] = HALF_ULP * MathArrays.distanceInf(rounded[r], origin);
            found.sizes[r] = MathArrays.distanceInf(x.row(r), origin);
        }
        return found;
    }

    private static RealMatrix inverse(double[][] jacobian) {
        DecompositionSolver solver =
            new LUDecomposition(new Array2DRowRealMatrix(jacobian), Double.MIN_NORMAL).getSolver();
        if (!solver.isNonSingular()) {
            throw new IllegalArgumentException("a layer has a Jacobian of determinant 0 at one of the points, so it "
                + "has no inverse there: look at it with Jacobian.check");
        }
        return solver.getInverse();
    }

    /** |y'| + |∂y'/∂y|·|y| of each coordinate that changes; 0 for the others, which are copied. */
    private static double[] roundedBy(double[][] jacobian, double[] y, double[] next) {
        double[] size = absoluteProduct(jacobian, y);
        Arrays.setAll(size, i -> next[i] == y[i] ? 0 : Math.abs(next[i]) + size[i]);
        return size;
    }

    /** Σ_j |m_ij|·|v_j| for each row i. */
    private static double[] absoluteProduct(double[][] m, double[] v) {
        return Arrays.stream(m).mapToDouble(row -> Arrays.stream(MathArrays.ebeMultiply(row, v)).map(Math::abs).sum())
            .toArray();
    }

    /** The points of which float32 keeps less than two digits: their bound is above 1 % of their size. */
    public int lost() { return bounds.length - kept().length; }

    private int[] kept() {
        return IntStream.range(0, bounds.length).filter(r -> bounds[r] <= SMALL * sizes[r]).toArray();
    }

    /** The largest error / bound, of the points that are not {@link #lost}, against a tolerance in such units. */
    public Check within(double times) {
        double worst = Arrays.stream(kept()).mapToDouble(r -> errors[r] == 0 ? 0 : errors[r] / bounds[r]) // not 0/0
            .max().orElse(Double.NaN);
        double error = Arrays.stream(kept()).mapToDouble(r -> errors[r]).max().orElse(Double.NaN);
        return new Check("rounding of x to z to x", Check.format(
            "%,d points return to within %.1e, %,d lost; error / bound", kept().length, error, lost()), worst, times,
            "That is more than rounding: the inverse is not that of the forward map, or a layer has fewer digits.");
    }

    /**
     * The largest error / bound that {@link #check} accepts. Measured at 1 to 100 couplings, trained or not, |x| up to
     * 100: 0.1 to 0.3 for half of the points, and up to 25 far away, where the networks round sums that cancel.
     */
    public static double limit() { return 64; }

    /** Prints the finding, and throws if the error at a point is above the limit, or if every point is lost. */
    public static void check(Chain f, Matrix x) { of(f, x).within(limit()).report(); }

    @Override
    public String toString() {
        return Check.format("%d points return to within %.1e, where their bounds reach %.1e", errors.length,
            Arrays.stream(errors).max().orElse(0), Arrays.stream(bounds).max().orElse(0));
    }
}
