package realnvp.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tensor;

/**
 * A multilayer perceptron: linear layers with an activation between them, none after the last; (n,in) to (n,out).
 * The last layer starts at zero.
 *
 * <pre>{@code
 * Mlp net = Mlp.create("net", Activation.RELU, new Well19937c(1), 1, 32, 32, 1);
 * Matrix y = net.apply(new Tape().constant(Matrix.of(new double[] {0.5}))).value();
 * }</pre>
 */
public final class Mlp implements Module {
    private final List<Linear> layers;
    private final Activation activation;

    public Mlp(List<Linear> layers, Activation activation) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("an Mlp needs at least 1 linear layer, got 0");
        }
        for (int i = 1; i < layers.size(); i++) {
            int from = layers.get(i - 1).weight().columns();
            int to = layers.get(i).weight().rows();
            if (from != to) {
                throw new IllegalArgumentException("layer %d gives %d features but layer %d takes %d"
                    .formatted(i - 1, from, i, to));
            }
        }
        this.layers = List.copyOf(layers);
        this.activation = activation;
    }

    /**
     * @param name   prefix of the parameters' names, such as "coupling 3 s"
     * @param widths features from the input to the output, such as 1, 64, 64, 1: one more than there are linear layers
     */
    public static Mlp create(String name, Activation activation, RandomGenerator rng, int... widths) {
        if (widths.length < 2) {
            throw new IllegalArgumentException("an Mlp needs at least an input and an output width, got "
                + widths.length);
        }
        List<Linear> layers = new ArrayList<>();
        int last = widths.length - 2;
        for (int i = 0; i < last; i++) {
            layers.add(Linear.create(name + " layer " + i, widths[i], widths[i + 1], rng));
        }
        layers.add(Linear.zero(name + " layer " + last, widths[last], widths[last + 1]));
        return new Mlp(layers, activation);
    }

    @Override
    public Tensor apply(Tensor x) {
        Tensor h = layers.get(0).apply(x); // (n,in) -> (n,h)
        for (Linear layer : layers.subList(1, layers.size())) {
            Tensor active = activation.apply(h);
            h = layer.apply(active); // (n,h) -> (n,h) or (n,out)
            active.tape().release(active);
        }
        return h;
    }

    public List<Linear> layers() {
        return layers;
    }

    public Activation activation() {
        return activation;
    }

    @Override
    public List<Parameter> parameters() {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    @Override
    public String toString() {
        return layers.get(0).weight().rows() + layers.stream().map(layer -> " → " + layer.weight().columns())
            .collect(Collectors.joining()) + " with " + activation;
    }
}
