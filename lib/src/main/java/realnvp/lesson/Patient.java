package realnvp.lesson;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Density;
import realnvp.flow.StandardNormal;
import realnvp.flow.Standardize;
import realnvp.flow.ValueAndLogDet;

/**
 * A flow taken apart into seven parts, each of which can be ill, examined and replaced by itself: u = standardize(x),
 * z = layers(u), log p(x) = dataUnits(sum(base(z), logDet(u))) in nats, and back u = inverse(z). The data are
 * standardised before the flow, as in most projects, so that the units are a part of their own.
 *
 * <p>x, u and z are (n,d), logDet gives (n,1), base takes one point. Each "with" method returns a new patient.
 */
public record Patient(Standardize units, UnaryOperator<Matrix> standardize, Chain layers,
                      Function<Tensor, Tensor> logDet, Function<Tensor, Tensor> inverse,
                      ToDoubleFunction<double[]> base, DoubleBinaryOperator sum, DoubleUnaryOperator dataUnits)
    implements Density {

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
            public int features() {
                return layers.features();
            }

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

    /** z of points in the units of the data. */
    public Matrix forward(Matrix x) {
        return flow().forward(standardize.apply(x));
    }

    /** Points in the units of the data, from latent ones. */
    public Matrix inverse(Matrix z) {
        return units.inverse(flow().inverse(z));
    }

    @Override
    public Matrix sample(int n, RandomGenerator rng) {
        return inverse(new StandardNormal(features()).sample(n, rng));
    }

    @Override
    public int features() { return layers.features(); }
}
