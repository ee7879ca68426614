package realnvp.check;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import realnvp.autodiff.Matrix;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;

/**
 * How far float32 may carry each point astray on its way x → z → x, and how far it does: the error
 * |x − f⁻¹(f(x))| against ½ε·Σ_k |A_k⁻¹|·r_k with ε = 2⁻²³, the largest coordinate of both.
 *
 * <p>Layer k rounds what it makes of y to y' by about half an ulp of r_k = |y'| + |∂y'/∂y|·|y| in each coordinate that
 * it changes, and on the way back this is stretched as the inverse of all layers up to k stretches, A_k = ∂y'/∂x. So
 * the way back is exact where the values on the way stay small and the layers before them do not squeeze, at any depth.
 * (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, doi:10.1137/1.9780898718027, chapter 3.)
 *
 * @param errors one per point, in units of the data
 * @param bounds one per point, in units of the data
 * @param sizes  the largest coordinate of each point
 */
public record Rounding(double[] errors, double[] bounds, double[] sizes) {
    private static final double HALF_ULP = 0x1p-24;
    /** A bound beyond this share of the point's size is no small change, and derivatives promise nothing. */
    private static final double SMALL = 0.01;
    /**
     * Measured at 1 to 100 couplings, trained or not, |x| up to 100: the error is 0.1 to 0.3 of the bound for
     * half of the points, and up to 25 times it far away, where the networks round sums that cancel.
     */
    private static final double TIMES = 64;

    /** Of the points (n,d) through the chain; the layers may be any bijectors, but no chains. */
    public static Rounding of(Chain f, Matrix x) {
        double[][] allowed = new double[x.rows][x.columns];
        RealMatrix[] back = new RealMatrix[x.rows]; // A_k⁻¹ of each point
        Arrays.setAll(back, r -> MatrixUtils.createRealIdentityMatrix(x.columns));
        Matrix y = x;
        for (Bijector layer : f.bijectors()) {
            double[][][] jacobians = Jacobian.reverseMode(layer, y);
            Matrix next = layer.forward(y);
            for (int r = 0; r < x.rows; r++) {
                back[r] = back[r].multiply(inverse(jacobians[r]));
                add(allowed[r], back[r], rounded(jacobians[r], y.row(r), next.row(r)));
            }
            y = next;
        }
        Matrix home = f.inverse(y);
        Rounding found = new Rounding(new double[x.rows], new double[x.rows], new double[x.rows]);
        for (int r = 0; r < x.rows; r++) {
            for (int c = 0; c < x.columns; c++) {
                found.errors[r] = Math.max(found.errors[r], Math.abs((double) x.get(r, c) - home.get(r, c)));
                found.bounds[r] = Math.max(found.bounds[r], HALF_ULP * allowed[r][c]);
                found.sizes[r] = Math.max(found.sizes[r], Math.abs(x.get(r, c)));
            }
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
    private static double[] rounded(double[][] jacobian, double[] from, double[] to) {
        double[] size = new double[to.length];
        for (int i = 0; i < to.length; i++) {
            size[i] = Math.abs(to[i]);
            for (int j = 0; j < from.length; j++) {
                size[i] += Math.abs(jacobian[i][j] * from[j]);
            }
            size[i] = to[i] == from[i] ? 0 : size[i];
        }
        return size;
    }

    private static void add(double[] sum, RealMatrix back, double[] rounded) {
        for (int i = 0; i < sum.length; i++) {
            for (int j = 0; j < sum.length; j++) {
                sum[i] += Math.abs(back.getEntry(i, j)) * rounded[j];
            }
        }
    }

    /** The points of which float32 keeps less than two digits: their bound is above 1 % of their size. */
    public int lost() { return bounds.length - kept().length; }

    private int[] kept() {
        return IntStream.range(0, bounds.length).filter(r -> bounds[r] <= SMALL * sizes[r]).toArray();
    }

    /** The largest error / bound, of the points that are not {@link #lost}, against a tolerance in such units. */
    public Check within(double times) {
        double worst = Arrays.stream(kept()).mapToDouble(r -> errors[r] / bounds[r]).max().orElse(Double.NaN);
        double error = Arrays.stream(kept()).mapToDouble(r -> errors[r]).max().orElse(Double.NaN);
        return new Check("what float32 rounds, there and back", Check.format(
            "%,d points stray by at most %.1e, %,d lost; error / bound", kept().length, error, lost()), worst, times,
            "That is more than rounding: the inverse is not that of the forward map, or a layer has fewer digits.");
    }

    /** Prints the finding, and throws if the way back loses more than rounding explains, or every point. */
    public static void check(Chain f, Matrix x) {
        of(f, x).within(TIMES).report();
    }

    @Override
    public String toString() {
        return Check.format("%d points stray by at most %.1e, where their bounds reach %.1e", errors.length,
            Arrays.stream(errors).max().orElse(0), Arrays.stream(bounds).max().orElse(0));
    }
}
