package realnvp.flow;

import java.util.List;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tensor;

/** An invertible function z = f(x) that knows its log-determinant. Two methods make a bijector; all others follow. */
public interface Bijector {
    /** Number of features d. */
    int features();

    /** z = f(x) and log |det ∂f/∂x|: (n,d) to (n,d) and (n,1). */
    ValueAndLogDet forwardAndLogDet(Tensor x);

    /** x = f⁻¹(z) and log |det ∂f⁻¹/∂z|, the negative of the forward one at x: (n,d) to (n,d) and (n,1). */
    ValueAndLogDet inverseAndLogDet(Tensor z);

    default List<Parameter> parameters() { return List.of(); }

    /** z = f(x) for any number of points. */
    default Matrix forward(Matrix x) {
        return Batches.map(this, this::forwardAndLogDet, x, new double[x.rows]);
    }

    /** x = f⁻¹(z) for any number of points. */
    default Matrix inverse(Matrix z) {
        return Batches.map(this, this::inverseAndLogDet, z, new double[z.rows]);
    }

    /** log |det ∂f/∂x| at each of any number of points, in nats. */
    default double[] forwardLogDet(Matrix x) {
        double[] logDet = new double[x.rows];
        Batches.map(this, this::forwardAndLogDet, x, logDet);
        return logDet;
    }
}
