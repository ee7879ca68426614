package realnvp.check;

import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.flow.Bijector;
import realnvp.flow.ValueAndLogDet;

/**
 * How far from x a point ends on its path x → z → x: the largest |x − f⁻¹(f(x))| over all points, in units of the data
 * and in ulps (float32 steps at the largest coordinate of the point), and the largest |log-det there + log-det back|.
 */
public record RoundTrip(int points, double absolute, double ulps, double logDet) {
    private static final int BATCH = 128; // bounds the memory of a deep tape
    private static final double TOLERANCE = 1e-3;

    /** Of the points (n,d) through f and back. */
    public static RoundTrip of(Bijector f, Matrix x) {
        double absolute = 0;
        double ulps = 0;
        double logDet = 0;
        for (int from = 0; from < x.rows; from += BATCH) {
            Matrix batch = x.rows(from, Math.min(x.rows, from + BATCH));
            ValueAndLogDet there = f.forwardAndLogDet(Tape.forInference().constant(batch.copy()));
            ValueAndLogDet back = f.inverseAndLogDet(there.value());
            for (int r = 0; r < batch.rows; r++) {
                double error = MathArrays.distanceInf(batch.row(r), back.value().value().row(r));
                double size = MathArrays.distanceInf(batch.row(r), new double[x.columns]);
                absolute = Math.max(absolute, error);
                ulps = Math.max(ulps, error / Math.ulp((float) Math.max(size, Float.MIN_NORMAL)));
                logDet = Math.max(logDet,
                    Math.abs((double) there.logDet().value().get(r, 0) + back.logDet().value().get(r, 0)));
            }
        }
        return new RoundTrip(x.rows, Broken.orElse(f, x, absolute), ulps, Broken.orElse(f, x, logDet));
    }

    /** The larger of the two errors against a tolerance in units of the data and in nats. */
    public Check within(double tolerance) {
        return new Check("x to z and back",
            Check.format("%,d points return to within %.1e (%.0f ulps), log-determinants cancel to %.1e",
                points, absolute, ulps, logDet), Math.max(absolute, logDet), tolerance,
            !(absolute <= logDet) ? "The inverse does not undo the forward map: reverse the layers and their signs."
                : "The log-determinant of the inverse must be minus the forward one.");
    }

    /** Prints the errors, and throws if the larger of the two is above 0.001. */
    public static void check(Bijector f, Matrix x) { of(f, x).within(TOLERANCE).report(); }
}
