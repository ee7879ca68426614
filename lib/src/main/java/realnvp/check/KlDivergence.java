package realnvp.check;

import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;

/**
 * KL(p‖q) = E[log p(x) − log q(x)] with x from p: by how many nats q's mean loss lies above p's. The mean over draws
 * x of p, and its standard error.
 *
 * <p>Both losses are taken on the same points, so most of the sampling error is in both and cancels.
 */
public record KlDivergence(int points, double nats, double standardError) {
    /** A mean of independent draws is further than this many standard errors too low once in 740 tries. */
    private static final double STANDARD_ERRORS = 3;

    /** From the truth p to the model q, over draws of the truth (n,d), n at least 2. */
    public static KlDivergence of(Density truth, Density model, Matrix draws) {
        return of(truth.logProb(draws), model.logProb(draws));
    }

    /** From log p and log q of the same draws, in nats; at least 2 of each; infinity where q is 0 at one of them. */
    public static KlDivergence of(double[] logTruth, double[] logModel) {
        if (logTruth.length != logModel.length || logTruth.length < 2) {
            throw new IllegalArgumentException("log p and log q must be of the same 2 or more points, got %d and %d"
                .formatted(logTruth.length, logModel.length));
        }
        double[] logRatio = MathArrays.ebeSubtract(logTruth, logModel);
        for (int r = 0; r < logRatio.length; r++) {
            if (!Double.isFinite(logTruth[r]) || !(logModel[r] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(("at draw %d log p is %s and log q %s: p must be finite at its own "
                    + "draws, and q no NaN and no infinity: look at the flow with RoundTrip.check").formatted(r,
                    logTruth[r], logModel[r]));
            }
        }
        boolean apart = Double.isInfinite(StatUtils.max(logRatio)); // a draw where q is 0 is a proof: no error
        return new KlDivergence(logRatio.length, apart ? Double.POSITIVE_INFINITY : StatUtils.mean(logRatio),
            apart ? 0 : Math.sqrt(StatUtils.variance(logRatio) / logRatio.length));
    }

    /** At most so many nats; the tolerance grows by three standard errors, for the choice of the points. */
    public Check within(double most) {
        return new Check("nats above the truth", Check.format("%.4f, s.e. %.4f, over %,d points", nats,
            standardError, points), nats, most + STANDARD_ERRORS * standardError,
            "The model is further from the truth than that: train it longer, or give it more layers.");
    }

    /** No model is better than the truth: the divergence is not below 0 by more than three standard errors. */
    public Check notBelowZero() {
        return new Check("not better than the truth", Check.format("%.4f nats above it, s.e. %.4f, over %,d points",
            nats, standardError, points), Math.max(0, -nats), STANDARD_ERRORS * standardError,
            "A loss below that of the truth is a bug, most likely in a log-determinant.");
    }
}
