package realnvp.flow;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tensor;

/**
 * A normalizing flow over N(0, I): log p(x) = log p_Z(f(x)) + log |det ∂f/∂x|, in nats per point, and samples
 * x = f⁻¹(z) with z from N(0, I). Dinh et al. (2017), arXiv:1605.08803.
 *
 * @param chain f, from data to latent
 */
public record RealNvp(Chain chain) implements Density {
    /** The flow through these bijectors, in this order from data to latent. */
    public static RealNvp of(Bijector... bijectors) { return new RealNvp(new Chain(List.of(bijectors))); }

    /**
     * Affine couplings with alternating masks and |s| ≤ 1, starting as the identity.
     *
     * @param features     d, at least 2
     * @param couplings    any number from 1 on, odd ones too
     * @param width        of the hidden layers of s and t
     * @param linearLayers of s and of t
     */
    public static RealNvp create(int features, int couplings, int width, int linearLayers, RandomGenerator rng) {
        List<Mask> masks = IntStream.range(0, couplings).mapToObj(i -> Mask.alternating(features, i)).toList();
        return new RealNvp(new Chain(couplings(masks, width, linearLayers, rng)));
    }

    /**
     * One bijector, such as {@link Standardize}, and then one affine coupling for each mask, with |s| ≤ 1: it starts
     * as that first bijector alone.
     *
     * @param first of as many features as the masks
     * @param masks at least 1, such as {@link Mask#permuting}; the other arguments are as above
     */
    public static RealNvp create(Bijector first, List<Mask> masks, int width, int linearLayers, RandomGenerator rng) {
        Stream<Bijector> couplings = couplings(masks, width, linearLayers, rng).stream();
        return new RealNvp(new Chain(Stream.concat(Stream.of(first), couplings).toList()));
    }

    private static List<Bijector> couplings(List<Mask> masks, int width, int linearLayers, RandomGenerator rng) {
        if (masks.isEmpty()) {
            throw new IllegalArgumentException("couplings must be at least 1, got 0: take 1, or at least 1 mask");
        }
        return IntStream.range(0, masks.size()).<Bijector>mapToObj(k ->
            AffineCoupling.create("coupling " + (k + 1), masks.get(k), width, linearLayers, 1, rng)).toList();
    }

    @Override
    public int features() { return chain.features(); }

    /** N(0, I), where the latent points live. */
    public StandardNormal base() { return new StandardNormal(features()); }

    @Override
    public double[] logProb(Matrix x) {
        double[] logDet = new double[x.rows];
        Matrix z = Batches.map(chain, chain::forwardAndLogDet, x, logDet);
        return MathArrays.ebeAdd(base().logProb(z), logDet);
    }

    /** log p of each point on the tape: (n,d) to (n,1). */
    public Tensor logProb(Tensor x) {
        ValueAndLogDet z = chain.forwardAndLogDet(x);
        return base().logProb(z.value()).add(z.logDet());
    }

    /** The layer, counted from 1, from which on the values at these points (n,d) are not all finite; 0 if they are. */
    public int firstBroken(Matrix x) {
        return IntStream.rangeClosed(1, chain.bijectors().size()).filter(k -> !Double.isFinite(
            Arrays.stream(new RealNvp(chain.prefix(k)).logProb(x)).sum())).findFirst().orElse(0);
    }

    /** Mean negative log-likelihood, in nats per point: (n,d) to (1,1). */
    public Tensor loss(Tensor x) { return logProb(x).mean().neg(); }

    /** z = f(x). */
    public Matrix forward(Matrix x) { return chain.forward(x); }

    /** x = f⁻¹(z). */
    public Matrix inverse(Matrix z) { return chain.inverse(z); }

    @Override
    public Matrix sample(int n, RandomGenerator rng) { return inverse(base().sample(n, rng)); }

    public List<Parameter> parameters() { return chain.parameters(); }

    public int parameterCount() { return parameters().stream().mapToInt(Parameter::size).sum(); }

    /** Moves every parameter by N(0, scale²): an untrained flow that is not the identity. Returns this flow. */
    public RealNvp addNoise(double scale, RandomGenerator rng) {
        for (Parameter parameter : parameters()) {
            parameter.update(numbers -> {
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] += (float) (scale * rng.nextGaussian());
                }
            });
        }
        return this;
    }

    @Override
    public String toString() { return "%s, %,d parameters".formatted(chain, parameterCount()); }
}
