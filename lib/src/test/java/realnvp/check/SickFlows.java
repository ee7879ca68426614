package realnvp.check;

import java.util.List;
import java.util.function.UnaryOperator;
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

/** A healthy untrained flow, and copies of it with one mistake each: what the checks are there to catch. */
final class SickFlows {
    private SickFlows() {
    }

    /** Couplings moved away from the identity, but not so far that float32 loses its digits. */
    static RealNvp healthy(int features, int couplings) {
        RandomGenerator rng = new Well19937c(10 * features + couplings);
        return RealNvp.create(features, couplings, 32, 3, rng).addNoise(couplings > 10 ? 0.05 : 0.15, rng);
    }

    static Bijector wrongLogDetSign() {
        return logDet(healthy(2, 4).chain(), Tensor::neg);
    }

    static Bijector noLogDet() {
        return logDet(healthy(2, 4).chain(), logDet -> logDet.mul(0));
    }

    /** Standardising without the log of the standard deviations (VincentStimper/normalizing-flows#24). */
    static Bijector noLogSigma() {
        Standardize standardize = new Standardize(new double[] {0.5, 0.25}, new double[] {0.87, 0.5});
        return new Chain(List.of(logDet(standardize, logDet -> logDet.mul(0)), healthy(2, 4).chain()));
    }

    /** The second layer's s read from x2 instead of the x2 that the first layer made. */
    static Bijector staleS() {
        AffineCoupling first = (AffineCoupling) healthy(2, 4).chain().bijectors().get(0);
        AffineCoupling second = new AffineCoupling(Mask.of(0, 1), x2 -> x2.mul(0.7), x2 -> x2.mul(0.2), 1);
        return new Sick(new Chain(List.of(first, second)), x -> {
            ValueAndLogDet half = first.forwardAndLogDet(x);
            ValueAndLogDet z = second.forwardAndLogDet(half.value());
            Tensor stale = second.forwardAndLogDet(x).logDet();
            return new ValueAndLogDet(z.value(), half.logDet().add(stale));
        }, null);
    }

    /** x2 becomes 0: no bijection at all, and a Jacobian whose condition number is infinite. */
    static Bijector flat() {
        Bijector f = healthy(2, 4).chain();
        return new Sick(f, x -> new ValueAndLogDet(x.mul(x.tape().constant(Matrix.of(new double[] {1, 0}))),
            x.columns(0).mul(0)), null);
    }

    /** Forward run twice (bayesiains/nflows#37). */
    static Bijector forwardForInverse() {
        Bijector f = healthy(2, 4).chain();
        return new Sick(f, f::forwardAndLogDet, f::forwardAndLogDet);
    }

    static Bijector inverseLogDetNotNegated() {
        Bijector f = healthy(2, 4).chain();
        return new Sick(f, f::forwardAndLogDet, z -> {
            ValueAndLogDet x = f.inverseAndLogDet(z);
            return new ValueAndLogDet(x.value(), x.logDet().neg());
        });
    }

    /** A way back that keeps ten binary digits after the point, as half precision does near 1. */
    static Chain fewDigits() {
        Bijector f = healthy(2, 4).chain();
        float swamp = 1.5f * 0x1p13f; // its ulp is 2^-10
        return new Chain(List.of(new Sick(f, f::forwardAndLogDet, z -> {
            ValueAndLogDet x = f.inverseAndLogDet(z);
            return new ValueAndLogDet(x.value().add(swamp).add(-swamp), x.logDet());
        })));
    }

    /** log p without −½d log 2π. */
    static Density noConstant(RealNvp flow) {
        return new Density() {
            @Override
            public int features() {
                return flow.features();
            }

            @Override
            public double[] logProb(Matrix x) {
                double[] logProb = flow.logProb(x);
                for (int r = 0; r < x.rows; r++) {
                    logProb[r] += Math.log(2 * Math.PI);
                }
                return logProb;
            }

            @Override
            public Matrix sample(int n, RandomGenerator rng) {
                return flow.sample(n, rng);
            }
        };
    }

    private static Bijector logDet(Bijector f, UnaryOperator<Tensor> change) {
        return new Sick(f, x -> {
            ValueAndLogDet z = f.forwardAndLogDet(x);
            return new ValueAndLogDet(z.value(), change.apply(z.logDet()));
        }, z -> {
            ValueAndLogDet x = f.inverseAndLogDet(z);
            return new ValueAndLogDet(x.value(), change.apply(x.logDet()));
        });
    }

    private interface Direction {
        ValueAndLogDet apply(Tensor x);
    }

    private record Sick(Bijector healthy, Direction forward, Direction inverse) implements Bijector {
        @Override
        public int features() {
            return healthy.features();
        }

        @Override
        public ValueAndLogDet forwardAndLogDet(Tensor x) {
            return forward.apply(x);
        }

        @Override
        public ValueAndLogDet inverseAndLogDet(Tensor z) {
            return inverse == null ? healthy.inverseAndLogDet(z) : inverse.apply(z);
        }
    }
}
