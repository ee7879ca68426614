package realnvp.flow;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tensor;
import realnvp.engine.Activation;
import realnvp.nn.Mlp;
import realnvp.nn.Module;

/**
 * The coupling layer of Real NVP. With a the coordinates that the mask keeps and b those that change:
 * <ul>
 * <li>forward: z_a = x_a, z_b = x_b·exp(s(x_a)) + t(x_a)</li>
 * <li>log |det ∂z/∂x| = Σ s(x_a)</li>
 * <li>inverse: x_a = z_a, x_b = (z_b - t(z_a))·exp(-s(z_a))</li>
 * <li>log |det ∂x/∂z| = -Σ s(z_a)</li>
 * </ul>
 * The scale is bounded, s = c·tanh(ŝ/c) with ŝ the network's output and c the largest log-scale, so that a coupling
 * never stretches by more than exp(c) in any coordinate.
 *
 * <p>Shapes: x and z (n,d); s and t map (n,kept) to (n,changed). Dinh et al. (2017), arXiv:1605.08803, eq. 4 to 8.
 *
 * @param s           ŝ, before the bound; any function of the kept coordinates, it need not be invertible
 * @param t           the translation
 * @param maxLogScale c, above 0; positive infinity for no bound
 */
public record AffineCoupling(Mask mask, Module s, Module t, double maxLogScale) implements Bijector {
    public AffineCoupling {
        if (!(maxLogScale > 0)) {
            throw new IllegalArgumentException(
                "maxLogScale must be above 0 (infinity for no bound), got " + maxLogScale);
        }
    }

    /**
     * A coupling whose s and t are networks of their own with ReLU between their layers; it starts as the identity.
     *
     * @param width        h, of the hidden layers
     * @param linearLayers of each network, at least 1
     */
    public static AffineCoupling create(Mask mask, int width, int linearLayers, double maxLogScale,
                                        RandomGenerator rng) {
        return create("coupling", mask, width, linearLayers, maxLogScale, rng);
    }

    static AffineCoupling create(String name, Mask mask, int width, int linearLayers, double maxLogScale,
                                 RandomGenerator rng) {
        if (width < 1 || linearLayers < 1) {
            throw new IllegalArgumentException("width and linearLayers must be at least 1, got %d and %d"
                .formatted(width, linearLayers));
        }
        int[] widths = new int[linearLayers + 1];
        Arrays.fill(widths, width);
        widths[0] = mask.kept().length;
        widths[linearLayers] = mask.changed().length;
        return new AffineCoupling(mask, Mlp.create(name + " s", Activation.RELU, rng, widths),
            Mlp.create(name + " t", Activation.RELU, rng, widths), maxLogScale);
    }

    @Override
    public int features() { return mask.features(); }

    @Override
    public ValueAndLogDet forwardAndLogDet(Tensor x) {
        Tensor xa = x.gather(mask.kept()); // (n,d) -> (n,kept)
        Tensor xb = x.gather(mask.changed()); // (n,d) -> (n,changed)
        Tensor logScale = logScale(xa);
        Tensor zb = xb.mul(logScale.exp()).add(applied("t", t, xa));
        return new ValueAndLogDet(Tensor.scatter(xa, mask.kept(), zb, mask.changed()), logScale.sumColumns());
    }

    @Override
    public ValueAndLogDet inverseAndLogDet(Tensor z) {
        Tensor za = z.gather(mask.kept());
        Tensor zb = z.gather(mask.changed());
        Tensor minusLogScale = logScale(za).neg();
        Tensor xb = zb.sub(applied("t", t, za)).mul(minusLogScale.exp());
        return new ValueAndLogDet(Tensor.scatter(za, mask.kept(), xb, mask.changed()), minusLogScale.sumColumns());
    }

    private Tensor logScale(Tensor xa) {
        Tensor raw = applied("s", s, xa);
        if (maxLogScale == Double.POSITIVE_INFINITY) {
            return raw;
        }
        return maxLogScale == 1 ? raw.tanh() : raw.mul(1 / maxLogScale).tanh().mul(maxLogScale);
    }

    private Tensor applied(String name, Module network, Tensor xa) {
        Tensor y = network.apply(xa);
        if (y.rows() != xa.rows() || y.columns() != mask.changed().length) {
            throw new IllegalArgumentException(("%s must give one number for each changed coordinate, shape (%d,%d), "
                + "got (%d,%d)").formatted(name, xa.rows(), mask.changed().length, y.rows(), y.columns()));
        }
        return y;
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.of(s, t).flatMap(network -> network.parameters().stream()).distinct().toList();
    }

    @Override
    public String toString() {
        return "%s, |s| ≤ %s, %,d parameters".formatted(mask, maxLogScale,
            parameters().stream().mapToInt(Parameter::size).sum());
    }
}
