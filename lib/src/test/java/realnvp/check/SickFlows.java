package realnvp.check;

import java.util.List;
import java.util.function.Function;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Density;
import realnvp.flow.Mask;
import realnvp.flow.RealNvp;
import realnvp.flow.Standardize;
import realnvp.flow.ValueAndLogDet;
import realnvp.lesson.Patient;

/** A healthy untrained flow, and copies of it with one mistake each: what the checks are there to catch. */
final class SickFlows {
    private SickFlows() {
    }

    /** Couplings moved away from the identity, but not so far that float32 loses its digits. */
    static RealNvp healthy(int features, int couplings) {
        RandomGenerator rng = new Well19937c(10 * features + couplings);
        return RealNvp.create(features, couplings, 32, 3, rng).addNoise(couplings > 10 ? 0.05 : 0.15, rng);
    }

    private static Patient patient() {
        return Patient.healthy(new Standardize(new double[2], new double[] {1, 1}), healthy(2, 4).chain());
    }

    static Bijector wrongLogDetSign() {
        Patient patient = patient();
        return patient.withLogDet(x -> patient.logDet().apply(x).neg()).flow();
    }

    static Bijector noLogDet() {
        return patient().withLogDet(x -> x.gather(0).mul(0)).flow();
    }

    /** Standardising without the log of the standard deviations (VincentStimper/normalizing-flows#24). */
    static Density noLogSigma() {
        Standardize standardize = new Standardize(new double[] {0.5, 0.25}, new double[] {0.87, 0.5});
        return Patient.healthy(standardize, healthy(2, 4).chain()).withDataUnits(logQ -> logQ);
    }

    /** The second layer's s read from x2 instead of the x2 that the first layer made. */
    static Bijector staleS() {
        Chain chain = new Chain(List.of(healthy(2, 4).chain().bijectors().get(0),
            new AffineCoupling(Mask.of(0, 1), x2 -> x2.mul(0.7), x2 -> x2.mul(0.2), 1)));
        return patient().withLayers(chain).withLogDet(x -> chain.bijectors().get(0).forwardAndLogDet(x).logDet()
            .add(chain.bijectors().get(1).forwardAndLogDet(x).logDet())).flow();
    }

    /** Forward run twice (bayesiains/nflows#37). */
    static Bijector forwardForInverse() {
        Patient patient = patient();
        return patient.withInverse(x -> patient.layers().forwardAndLogDet(x).value()).flow();
    }

    /** log p without −½d log 2π. */
    static Density noConstant() {
        return patient().withBase(z -> -0.5 * (z[0] * z[0] + z[1] * z[1]));
    }

    /** x2 becomes 0: no bijection at all, and a Jacobian whose condition number is infinite. */
    static Bijector flat() {
        Bijector f = healthy(2, 4).chain();
        return new Sick(x -> new ValueAndLogDet(x.mul(x.tape().constant(Matrix.of(new double[] {1, 0}))),
            x.gather(0).mul(0)), f::inverseAndLogDet);
    }

    static Bijector inverseLogDetNotNegated() {
        Bijector f = healthy(2, 4).chain();
        return new Sick(f::forwardAndLogDet, z -> {
            ValueAndLogDet x = f.inverseAndLogDet(z);
            return new ValueAndLogDet(x.value(), x.logDet().neg());
        });
    }

    /** A way back that keeps ten binary digits after the point, as half precision does near 1. */
    static Chain fewDigits() {
        Bijector f = healthy(2, 4).chain();
        float swamp = 1.5f * 0x1p13f; // its ulp is 2^-10
        return new Chain(List.of(new Sick(f::forwardAndLogDet, z -> {
            ValueAndLogDet x = f.inverseAndLogDet(z);
            return new ValueAndLogDet(x.value().add(swamp).add(-swamp), x.logDet());
        })));
    }

    private record Sick(Function<Tensor, ValueAndLogDet> forward, Function<Tensor, ValueAndLogDet> inverse)
        implements Bijector {
        @Override
        public int features() {
            return 2;
        }

        @Override
        public ValueAndLogDet forwardAndLogDet(Tensor x) {
            return forward.apply(x);
        }

        @Override
        public ValueAndLogDet inverseAndLogDet(Tensor z) {
            return inverse.apply(z);
        }
    }
}
