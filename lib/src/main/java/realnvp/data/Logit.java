package realnvp.data;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.util.FastMath;
import realnvp.autodiff.Tensor;
import realnvp.flow.Bijector;
import realnvp.flow.ValueAndLogDet;

/**
 * z = log(y / (1 − y)) with y = α + (1 − 2α)·x / levels and α = 0.01: from numbers between 0 and levels to all numbers,
 * so that a sample leaves the range by less than 1.1 % of it; (n,d) to (n,d).
 *
 * <p>log |det ∂z/∂x| = Σ log((1 − 2α) / levels) − log y − log(1 − y). Points that give a y outside 0 to 1 are refused.
 * Dinh et al. (2017), arXiv:1605.08803, section 4.1; the margin on both sides is that of Papamakarios et al. (2017),
 * arXiv:1705.07057.
 *
 * @param levels the end of the range: 17 for pixels 0 to 16 with noise from 0 to 1 on them
 */
public record Logit(int features, double levels) implements Bijector {
    private static final double MARGIN = 0.01; // α: the logit of a black pixel is −4.6 and not −∞

    public Logit {
        if (features < 1 || !(levels > 0 && levels < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a logit needs at least 1 feature and levels above 0, got %d and %s"
                .formatted(features, levels));
        }
    }

    @Override
    public ValueAndLogDet forwardAndLogDet(Tensor x) {
        Tensor y = x.mul(slope()).add(MARGIN);
        Tensor z = each("logit", y, Logit::logit, v -> 1 / (v * (1 - v)));
        return new ValueAndLogDet(z, logSlope(z).neg().add(features * FastMath.log(slope())));
    }

    @Override
    public ValueAndLogDet inverseAndLogDet(Tensor z) {
        Tensor y = z.mul(0.5).tanh().mul(0.5).add(0.5); // 1 / (1 + e⁻ᶻ)
        return new ValueAndLogDet(y.add(-MARGIN).mul(1 / slope()), logSlope(z).add(-features * FastMath.log(slope())));
    }

    private double slope() { return (1 - 2 * MARGIN) / levels; } // dy/dx

    private static double logit(double y) {
        if (!(y > 0 && y < 1)) {
            throw new IllegalArgumentException(("a logit takes numbers between 0 and its levels, got one that is %.2f "
                + "of them: set the levels to the end of the range").formatted((y - MARGIN) / (1 - 2 * MARGIN)));
        }
        return FastMath.log(y / (1 - y));
    }

    /** Σ log dy/dz = Σ log y(1 − y) of each point, from z alone, so that nothing is lost where y is near 0 or 1. */
    private static Tensor logSlope(Tensor z) {
        return each("log y(1-y)", z, v -> -FastMath.abs(v) - 2 * FastMath.log1p(FastMath.exp(-FastMath.abs(v))),
            v -> -FastMath.tanh(v / 2)).sumColumns();
    }

    private static Tensor each(String op, Tensor x, DoubleUnaryOperator f, DoubleUnaryOperator slope) {
        Tensor y = Tensor.result(op, x.rows(), x.columns(), x);
        float[] from = x.value().data, to = y.value().data, g = x.gradient().data, gy = y.gradient().data;
        return y.computedBy(() -> {
            for (int i = 0; i < to.length; i++) {
                to[i] = (float) f.applyAsDouble(from[i]);
            }
        }).backTo(x, () -> {
            for (int i = 0; i < to.length; i++) {
                g[i] += gy[i] * (float) slope.applyAsDouble(from[i]);
            }
        });
    }
}
