package realnvp.lesson;

import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.NormalDistribution;
import realnvp.autodiff.Matrix;
import realnvp.check.Check;
import realnvp.check.Jacobian;
import realnvp.check.Mass;
import realnvp.check.RoundTrip;
import realnvp.flow.Bijector;
import realnvp.flow.Density;
import realnvp.moons.Box;

/**
 * Checks that test one statement about one part of a flow each, and take all other parts as they are. Such a check
 * fails for one reason only, so that its name is the diagnosis; {@link Jacobian#logDet} and {@link RoundTrip} are of
 * the same kind.
 */
public final class Parts {
    /** Both sides are sums of a few doubles of size 10. */
    private static final double DOUBLE = 1e-9;
    /** A map that passes nothing on may still return some points as they were, where it crosses the identity. */
    private static final double SHARE = 0.1;
    /** Of the mass: both grids have the same points but for float32 rounding; 1e-8 measured on trained flows. */
    private static final double RELATIVE = 1e-5;
    private static final int CELLS = 50; // as both grids have the same points, they need not be fine

    private Parts() {
    }

    /** log p_Z is that of N(0, I), by commons-math3's {@link NormalDistribution}, at the rows of z, (n,d). */
    public static Check base(ToDoubleFunction<double[]> base, Matrix z) {
        NormalDistribution normal = new NormalDistribution(null, 0, 1); // null: it is never sampled
        double largest = 0;
        for (int r = 0; r < z.rows; r++) {
            double expected = 0;
            for (double v : z.row(r)) {
                expected += normal.logDensity(v);
            }
            largest = Math.max(largest, Math.abs(base.applyAsDouble(z.row(r)) - expected));
        }
        return new Check("base density", Check.format("against commons-math3 at %,d points", z.rows), largest, DOUBLE,
            "The base is not N(0, I): look at its constant.");
    }

    /** log q(u) = log p_Z(f(u)) + log |det ∂f/∂u|, with p_Z, f and the log-determinant as the patient has them. */
    public static Check sum(Patient patient, Matrix u) {
        Matrix z = patient.flow().forward(u.copy());
        double[] logDet = patient.flow().forwardLogDet(u.copy());
        double[] logQ = patient.logProbOfStandardized(u.copy());
        double largest = 0;
        for (int r = 0; r < u.rows; r++) {
            double expected = patient.base().applyAsDouble(z.row(r)) + logDet[r];
            largest = Math.max(largest, Math.abs(logQ[r] - expected));
        }
        return new Check("sum of the parts", Check.format("log q against log p_Z + log|det J| at %,d points", u.rows),
            largest, DOUBLE, "Base and log-determinant are not put together as the formula says: look at the signs.");
    }

    /** A box holds the same mass in the units of the data as in standard units, whatever that mass is. */
    public static Check units(Patient patient, Box box) {
        Matrix corners = patient.units().forward(Matrix.of(new double[] {box.xMin(), box.yMin()},
            new double[] {box.xMax(), box.yMax()}));
        Box standard = new Box(corners.get(0, 0), corners.get(1, 0), corners.get(0, 1), corners.get(1, 1));
        double inData = Mass.inside(patient::logProb, box, CELLS);
        double inStandard = Mass.inside(patient::logProbOfStandardized, standard, CELLS);
        return new Check("units", Check.format("a box holds %.4f in data units, %.4f in standard units", inData,
            inStandard), Math.abs(inData / inStandard - 1), RELATIVE,
            "The density is per unit of something else than the data: look for the log of a standard deviation.");
    }

    /** No coordinate passes through f as it is: the largest share of points at which one does. */
    public static Check coordinates(Bijector f, Matrix x) {
        Matrix z = f.forward(x.copy());
        int[] same = new int[x.columns]; // points at which a coordinate passes as it is
        int which = 0;
        for (int c = 0; c < x.columns; c++) {
            for (int r = 0; r < x.rows; r++) {
                same[c] += z.get(r, c) == x.get(r, c) ? 1 : 0;
            }
            which = same[c] > same[which] ? c : which;
        }
        return new Check("coordinates", Check.format("number %d passes as it is at %,d of %,d points", which + 1,
            same[which], x.rows), (double) same[which] / x.rows, SHARE,
            "No layer changes this coordinate: look at the masks.");
    }

    /** The use of points leaves them as they were, to the bit. */
    public static Check input(Consumer<Matrix> use, Matrix x) {
        Matrix given = x.copy();
        use.accept(given);
        int changed = 0;
        for (int i = 0; i < x.data.length; i++) {
            changed += Float.floatToRawIntBits(given.data[i]) == Float.floatToRawIntBits(x.data[i]) ? 0 : 1;
        }
        return new Check("input", Check.format("%,d of %,d numbers of the caller changed", changed, x.data.length),
            changed, 0, "Something writes its result into the points it was given: work on a copy.");
    }
}
