package realnvp.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import realnvp.autodiff.Matrix;
import realnvp.data.Logit;
import realnvp.engine.Activation;
import realnvp.file.Safetensors.Tensor;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Mask;
import realnvp.flow.RealNvp;
import realnvp.flow.Standardize;
import realnvp.nn.Linear;
import realnvp.nn.Mlp;
import realnvp.nn.Module;

/** Takes the layers of a flow apart into tensors and texts, named as {@link FlowFile} says, and puts them together. */
record FlowLayers(Safetensors file) {
    /** Adds a layer; an IllegalArgumentException of one sentence where a file cannot hold it. */
    void add(String name, Bijector layer) {
        if (layer instanceof Standardize standardize) {
            put(name + ".mean", standardize.mean(), layer.features());
            put(name + ".standard_deviation", standardize.standardDeviation(), layer.features());
        } else if (layer instanceof Logit logit) {
            put(name + ".levels", DoubleStream.generate(logit::levels).limit(layer.features()).toArray(),
                layer.features());
        } else if (layer instanceof AffineCoupling coupling) {
            double[] mask = new double[layer.features()];
            Arrays.stream(coupling.mask().kept()).forEach(kept -> mask[kept] = 1);
            put(name + ".mask", mask, mask.length);
            double[] bound = {coupling.maxLogScale()}; // may be infinite
            file.tensors().put(name + ".max_log_scale", new Tensor(bound, 1));
            add(name + ".s", coupling.s());
            add(name + ".t", coupling.t());
        } else {
            throw new IllegalArgumentException(("this flow cannot be kept, since %s is a %s: a file holds Standardize, "
                + "Logit and AffineCoupling, in one chain").formatted(name, layer.getClass().getSimpleName()));
        }
    }

    private void add(String name, Module network) {
        if (!(network instanceof Mlp mlp)) {
            throw new IllegalArgumentException(("this flow cannot be kept, since %s is not an Mlp: a file holds the "
                + "numbers of a network, but no code").formatted(name));
        }
        file.texts().put(FlowFile.OURS + name, mlp.activation().name().toLowerCase(Locale.ROOT)); // as in PyTorch
        for (int i = 0; i < mlp.layers().size(); i++) {
            Matrix weight = mlp.layers().get(i).weight().value();
            double[] transposed = IntStream.range(0, weight.columns).mapToObj(weight::column)
                .flatMapToDouble(Arrays::stream).toArray();
            put(name + "." + i + ".weight", transposed, weight.columns, weight.rows);
            put(name + "." + i + ".bias", mlp.layers().get(i).bias().value().row(0), weight.columns);
        }
    }

    private void put(String name, double[] numbers, int... shape) {
        Arrays.stream(numbers).filter(number -> !Double.isFinite(number)).findFirst().ifPresent(number -> {
            throw new IllegalArgumentException(("%s holds %s, but all numbers of a flow must be finite: train it "
                + "again or take another file").formatted(name, number));
        });
        file.tensors().put(name, new Tensor(numbers, shape));
    }

    /** The flow that the file seems to hold. */
    RealNvp flow() throws IOException {
        List<Bijector> layers = new ArrayList<>();
        while (true) {
            String name = "layers." + layers.size();
            if (file.tensors().containsKey(name + ".mean")) {
                layers.add(new Standardize(file.numbers(name + ".mean"), file.numbers(name + ".standard_deviation")));
            } else if (file.tensors().containsKey(name + ".levels")) {
                double[] levels = file.numbers(name + ".levels");
                layers.add(new Logit(levels.length, levels[0]));
            } else if (file.tensors().containsKey(name + ".mask")) {
                int[] bits = Arrays.stream(file.numbers(name + ".mask")).mapToInt(bit -> (int) bit).toArray();
                layers.add(new AffineCoupling(Mask.of(bits), network(name + ".s"), network(name + ".t"),
                    file.numbers(name + ".max_log_scale")[0]));
            } else if (layers.isEmpty()) {
                throw new IOException("it is damaged: layers.0 is missing; take another copy");
            } else {
                return RealNvp.of(layers.toArray(Bijector[]::new));
            }
        }
    }

    private Mlp network(String name) throws IOException {
        List<Linear> layers = new ArrayList<>();
        while (file.tensors().containsKey(name + "." + layers.size() + ".bias")) {
            String layer = name + "." + layers.size();
            double[] bias = file.numbers(layer + ".bias");
            double[] transposed = file.numbers(layer + ".weight");
            Matrix weight = new Matrix(transposed.length / bias.length, bias.length);
            for (int k = 0; k < weight.data.length; k++) {
                weight.set(k % weight.rows, k / weight.rows, transposed[k]);
            }
            layers.add(Linear.of(layer, weight, Matrix.of(bias)));
        }
        String activation = file.texts().get(FlowFile.OURS + name);
        return new Mlp(layers, Arrays.stream(Activation.values()).filter(a -> a.name().equalsIgnoreCase(activation))
            .findFirst().orElseThrow(() -> new IOException("no activation here is called " + activation)));
    }
}
