package realnvp.lesson;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.check.Check;
import realnvp.check.Jacobian;
import realnvp.check.Mass;
import realnvp.check.RoundTrip;
import realnvp.flow.Bijector;
import realnvp.moons.Box;

/**
 * Checks that each test one statement about one part of a flow, and take all other parts as they are. Such a check
 * fails for one reason only, so that its name is the diagnosis. {@link Jacobian#logDet} and {@link RoundTrip} are of
 * the same kind.
 */
public final class Parts {
    /** Both sides are sums of a few doubles of size 10. */
    private static final double DOUBLE = 1e-9;
    /** A map that changes every coordinate may still leave a few points as they were. */
    private static final double SHARE = 0.1;
    /** Of the mass: both grids have the same points, up to float32 rounding; 1e-8 measured on trained flows. */
    private static final double RELATIVE = 1e-5;
    private static final int CELLS = 50; // as both grids have the same points, they need not be fine

    private Parts() { }

    /** log p_Z is that of N(0, I), by commons-math3's {@link NormalDistribution}, at the rows of z, (n,d). */
    public static Check base(ToDoubleFunction<double[]> base, Matrix z) {
        NormalDistribution normal = new NormalDistribution(null, 0, 1); // null: it is never sampled
        double[] got = new double[z.rows];
        double[] expected = new double[z.rows];
        Arrays.setAll(got, r -> base.applyAsDouble(z.row(r)));
        Arrays.setAll(expected, r -> Arrays.stream(z.row(r)).map(normal::logDensity).sum());
        return new Check("base density", Check.format("against commons-math3 at %,d points", z.rows),
            MathArrays.distanceInf(got, expected), DOUBLE, "The base is not N(0, I): look at its constant.");
    }

    /** log q(u) = log p_Z(f(u)) + log |det ∂f/∂u|, with p_Z, f and the log-determinant as the patient has them. */
    public static Check sum(Patient patient, Matrix u) {
        Matrix z = patient.flow().forward(u.copy());
        double[] expected = patient.flow().forwardLogDet(u.copy());
        Arrays.setAll(expected, r -> expected[r] + patient.base().applyAsDouble(z.row(r)));
        return new Check("sum of the parts", Check.format("log q against log p_Z + log|det J| at %,d points", u.rows),
            MathArrays.distanceInf(patient.logProbOfStandardized(u.copy()), expected), DOUBLE,
            "Base and log-determinant are not put together as the formula says: look at the signs.");
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
            "The density is not per unit of the data: look for the log of a standard deviation.");
    }

    /** f changes every coordinate: the error is the largest share of points at which one coordinate passes as it is. */
    public static Check coordinates(Bijector f, Matrix x) {
        Matrix z = f.forward(x.copy());
        double[] same = new double[x.columns];
        Arrays.setAll(same, c -> IntStream.range(0, x.rows).filter(r -> z.get(r, c) == x.get(r, c)).count());
        int most = new ArrayRealVector(same).getMaxIndex();
        return new Check("coordinates", Check.format("number %d passes as it is at %,.0f of %,d points", most + 1,
            same[most], x.rows), same[most] / x.rows, SHARE,
            "No layer changes this coordinate: look at the masks.");
    }

    /** Points stay as they were, bit for bit, when they are used. */
    public static Check input(Consumer<Matrix> use, Matrix x) {
        Matrix given = x.copy();
        use.accept(given);
        long changed = IntStream.range(0, x.data.length).filter(i ->
            Float.floatToRawIntBits(given.data[i]) != Float.floatToRawIntBits(x.data[i])).count();
        return new Check("input", Check.format("%,d of %,d numbers of the caller changed", changed, x.data.length),
            changed, 0, "Something writes its result into the points it was given: work on a copy.");
    }
}
