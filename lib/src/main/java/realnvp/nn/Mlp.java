package realnvp.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.engine.Activation;
import realnvp.engine.Perceptron;

/**
 * A multilayer perceptron: linear layers with an activation between them, none after the last; (n,in) to (n,out).
 * The last layer starts at zero.
 *
 * @param layers at least 1, each with as many inputs as the one before has outputs
 */
public record Mlp(List<Linear> layers, Activation activation) implements Module {
    public Mlp {
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
        layers = List.copyOf(layers);
    }

    /**
     * @param name   prefix of the parameters' names, such as "coupling 3 s"
     * @param widths features from the input to the output, such as 1, 64, 64, 1: one more than there are linear layers
     */
    public static Mlp create(String name, Activation activation, RandomGenerator rng, int... widths) {
        if (widths.length < 2) {
            throw new IllegalArgumentException("an Mlp needs at least two widths, in and out, got " + widths.length);
        }
        List<Linear> layers = new ArrayList<>();
        int last = widths.length - 2;
        for (int i = 0; i < last; i++) {
            layers.add(Linear.create(name + " layer " + i, widths[i], widths[i + 1], rng));
        }
        layers.add(Linear.of(name + " layer " + last, new Matrix(widths[last], widths[last + 1]),
            new Matrix(1, widths[last + 1])));
        return new Mlp(layers, activation);
    }

    /** All layers as one operation, which gives the bits of {@link #applyLayerByLayer} in less time. */
    @Override
    public Tensor apply(Tensor x) {
        int in = layers.get(0).weight().rows();
        int last = layers.size() - 1;
        if (x.columns() != in) {
            throw new IllegalArgumentException("this network takes %d features, shape (n,%d), got (%d,%d)"
                .formatted(in, in, x.rows(), x.columns()));
        }
        Tape tape = x.tape();
        List<Tensor> weights = layers.stream().map(layer -> tape.parameter(layer.weight())).toList();
        List<Tensor> biases = layers.stream().map(layer -> tape.parameter(layer.bias())).toList();
        List<Tensor> parents = Stream.of(List.of(x), weights, biases).flatMap(List::stream).toList();
        Tensor y = Tensor.result("mlp", x.rows(), weights.get(last).columns(), parents.toArray(Tensor[]::new));
        Perceptron perceptron = new Perceptron(x.rows(), layers.stream().map(layer -> layer.inEngine(tape))
            .toArray(Perceptron.Layer[]::new), activation, y.wantsGradient(), tape.workspace());
        float[] vx = x.value().data, vy = y.value().data, gy = y.gradient().data;
        float[] gx = x.wantsGradient() ? x.gradient().data : null;
        float[][] gw = weights.stream().map(weight -> weight.gradient().data).toArray(float[][]::new);
        float[][] gb = biases.stream().map(bias -> bias.gradient().data).toArray(float[][]::new);
        parents.forEach(parent -> y.backTo(parent, () -> { })); // their sums begin before the line that adds to all
        return y.computedBy(() -> perceptron.forward(vx, vy))
            .backTo(weights.get(0), () -> perceptron.backward(vx, gy, gw, gb, gx));
    }

    /** The same in plain operations of the tape: linear, activation, linear, … */
    public Tensor applyLayerByLayer(Tensor x) {
        Tensor h = layers.get(0).apply(x); // (n,in) -> (n,h)
        for (Linear layer : layers.subList(1, layers.size())) {
            h = layer.apply(activation == Activation.RELU ? h.relu() : h.tanh()); // (n,h) -> (n,h) or (n,out)
        }
        return h;
    }

    @Override
    public List<Parameter> parameters() {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).distinct().toList();
    }

    @Override
    public String toString() {
        return layers.get(0).weight().rows() + layers.stream().map(layer -> " → " + layer.weight().columns())
            .collect(Collectors.joining()) + " with " + activation;
    }
}
