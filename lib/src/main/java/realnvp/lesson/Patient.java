package realnvp.lesson;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;
import realnvp.check.Check;
import realnvp.check.Mass;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Density;
import realnvp.flow.StandardNormal;
import realnvp.flow.Standardize;
import realnvp.flow.ValueAndLogDet;
import realnvp.moons.Box;

/**
 * A flow taken apart into seven parts, each of which can be ill, examined and replaced by itself: u = standardize(x),
 * z = layers(u), log p(x) = dataUnits(sum(base(z), logDet(u))) in nats, and back u = inverse(z). The data are
 * standardised before the flow, as in most projects, so that the units are a part of their own.
 *
 * <p>x, u and z are (n,d), logDet gives (n,1), base takes one point. Each "with" method returns a new patient. Each
 * check tests one statement about one part and takes all others as they are, so that its name is the diagnosis.
 */
public record Patient(Standardize units, UnaryOperator<Matrix> standardize, Chain layers,
                      Function<Tensor, Tensor> logDet, Function<Tensor, Tensor> inverse,
                      ToDoubleFunction<double[]> base, DoubleBinaryOperator sum, DoubleUnaryOperator dataUnits)
    implements Density {
    /** Both sides are sums of a few doubles of size 10. */
    private static final double DOUBLE = 1e-9;
    /** A map that changes every coordinate may still leave a few points as they were. */
    private static final double SHARE = 0.1;
    /** Of the mass: both grids have the same points, up to float32 rounding; 1e-8 measured on trained flows. */
    private static final double RELATIVE = 1e-5;
    private static final int CELLS = 50; // as both grids have the same points, they need not be fine

    /** In good health: every part does what it should. */
    public static Patient healthy(Standardize units, Chain layers) {
        double logSigma = Arrays.stream(units.standardDeviation()).map(Math::log).sum();
        return new Patient(units, units::forward, layers, u -> layers.forwardAndLogDet(u).logDet(),
            z -> layers.inverseAndLogDet(z).value(), z -> new StandardNormal(z.length).logProb(Matrix.of(z))[0],
            (logBase, logDet) -> logBase + logDet, logQ -> logQ - logSigma);
    }

    public Patient withStandardize(UnaryOperator<Matrix> part) {
        return new Patient(units, part, layers, logDet, inverse, base, sum, dataUnits);
    }

    /** With other layers, and the log-determinant and the inverse that belong to them. */
    public Patient withLayers(Chain part) {
        Patient other = healthy(units, part);
        return new Patient(units, standardize, part, other.logDet, other.inverse, base, sum, dataUnits);
    }

    public Patient withLogDet(Function<Tensor, Tensor> part) {
        return new Patient(units, standardize, layers, part, inverse, base, sum, dataUnits);
    }

    public Patient withInverse(Function<Tensor, Tensor> part) {
        return new Patient(units, standardize, layers, logDet, part, base, sum, dataUnits);
    }

    public Patient withBase(ToDoubleFunction<double[]> part) {
        return new Patient(units, standardize, layers, logDet, inverse, part, sum, dataUnits);
    }

    public Patient withSum(DoubleBinaryOperator part) {
        return new Patient(units, standardize, layers, logDet, inverse, base, part, dataUnits);
    }

    public Patient withDataUnits(DoubleUnaryOperator part) {
        return new Patient(units, standardize, layers, logDet, inverse, base, sum, part);
    }

    /** Layers, log-determinant and inverse as one bijector, u to z. */
    public Bijector flow() {
        return new Bijector() {
            @Override
            public int features() { return layers.features(); }

            @Override
            public ValueAndLogDet forwardAndLogDet(Tensor u) {
                return new ValueAndLogDet(layers.forwardAndLogDet(u).value(), logDet.apply(u));
            }

            @Override
            public ValueAndLogDet inverseAndLogDet(Tensor z) {
                Tensor u = inverse.apply(z);
                return new ValueAndLogDet(u, logDet.apply(u).neg());
            }
        };
    }

    /** log q of points in standard units: (n,d) to n numbers. */
    public double[] logProbOfStandardized(Matrix u) {
        Matrix z = flow().forward(u);
        double[] logQ = flow().forwardLogDet(u);
        Arrays.setAll(logQ, r -> sum.applyAsDouble(base.applyAsDouble(z.row(r)), logQ[r]));
        return logQ;
    }

    @Override
    public double[] logProb(Matrix x) {
        return Arrays.stream(logProbOfStandardized(standardize.apply(x))).map(dataUnits).toArray();
    }

    @Override
    public Matrix sample(int n, RandomGenerator rng) {
        return inverse(new StandardNormal(features()).sample(n, rng));
    }

    @Override
    public int features() { return layers.features(); }

    /** z of points in the units of the data. */
    public Matrix forward(Matrix x) { return flow().forward(standardize.apply(x)); }

    /** Points in the units of the data, from latent ones. */
    public Matrix inverse(Matrix z) { return units.inverse(flow().inverse(z)); }

    /** Points (n,d) in the units of the data stay as they were, bit for bit, when their density is computed. */
    public Check checkInput(Matrix x) {
        Matrix given = x.copy();
        logProb(given);
        long changed = IntStream.range(0, x.data.length).filter(i ->
            Float.floatToRawIntBits(given.data[i]) != Float.floatToRawIntBits(x.data[i])).count();
        return new Check("input", Check.format("%,d of %,d numbers of the caller changed", changed, x.data.length),
            changed, 0, "Something writes its result into the points it was given: work on a copy.");
    }

    /** z = f(u) differs from u in every coordinate: the error is the largest share of points that keep one. */
    public Check checkCoordinates(Matrix u) {
        Matrix z = flow().forward(u.copy());
        double[] same = new double[u.columns];
        Arrays.setAll(same, c -> IntStream.range(0, u.rows).filter(r -> z.get(r, c) == u.get(r, c)).count());
        int most = new ArrayRealVector(same).getMaxIndex();
        return new Check("coordinates", Check.format("number %d passes as it is at %,.0f of %,d points", most + 1,
            same[most], u.rows), same[most] / u.rows, SHARE, "No layer changes this coordinate: look at the masks.");
    }

    /** The base is log p_Z of N(0, I), by commons-math3's {@link NormalDistribution}, at the points z, (n,d). */
    public Check checkBase(Matrix z) {
        NormalDistribution normal = new NormalDistribution(null, 0, 1); // null: it is never sampled
        double error = IntStream.range(0, z.rows).mapToObj(z::row).mapToDouble(each ->
            Math.abs(base.applyAsDouble(each) - Arrays.stream(each).map(normal::logDensity).sum())).max().orElseThrow();
        return new Check("base density", Check.format("against commons-math3 at %,d points", z.rows), error, DOUBLE,
            "The base is not N(0, I): look at its constant.");
    }

    /** log q(u) = log p_Z(f(u)) + log |det ∂f/∂u|, with p_Z, f and the log-determinant as this patient has them. */
    public Check checkSum(Matrix u) {
        Matrix z = flow().forward(u.copy());
        double[] expected = flow().forwardLogDet(u.copy());
        Arrays.setAll(expected, r -> expected[r] + base.applyAsDouble(z.row(r)));
        return new Check("sum of the parts", Check.format("log q against log p_Z + log|det J| at %,d points", u.rows),
            MathArrays.distanceInf(logProbOfStandardized(u.copy()), expected), DOUBLE,
            "Base and log-determinant are not put together as the formula says: look at the signs.");
    }

    /** A box holds the same mass in the units of the data as in standard units, whatever that mass is. */
    public Check checkUnits(Box box) {
        Matrix corners = units.forward(Matrix.of(new double[] {box.xMin(), box.yMin()},
            new double[] {box.xMax(), box.yMax()}));
        Box standard = new Box(corners.get(0, 0), corners.get(1, 0), corners.get(0, 1), corners.get(1, 1));
        double inData = Mass.inside(this::logProb, box, CELLS);
        double inStandard = Mass.inside(this::logProbOfStandardized, standard, CELLS);
        return new Check("units", Check.format("a box holds %.4f in data units, %.4f in standard units", inData,
            inStandard), Math.abs(inData / inStandard - 1), RELATIVE,
            "The density is not per unit of the data: look for the log of a standard deviation.");
    }
}
