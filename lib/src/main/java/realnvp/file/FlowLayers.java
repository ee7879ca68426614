package realnvp.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import realnvp.autodiff.Matrix;
import realnvp.file.Safetensors.Numbers;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Mask;
import realnvp.flow.Standardize;
import realnvp.engine.Activation;
import realnvp.nn.Linear;
import realnvp.nn.Mlp;
import realnvp.nn.Module;

/**
 * Takes bijectors apart into JSON and tensors, and puts them together again. A chain within a chain stays one: the
 * log-determinants are added in the same order, so that they are the same bits.
 */
final class FlowLayers {
    private static final String F32 = "F32";
    private static final String F64 = "F64"; // mean and standard deviation, which the library holds in double

    private final ObjectNode layers;
    private final Map<String, Numbers> tensors;
    private int couplings; // met so far, for the names of the parameters

    /**
     * @param layers  the bijectors that are no chain, from data to latent: JSON by their names, which tell the chains
     * @param tensors the numbers by their names, which begin with the layer's
     */
    FlowLayers(ObjectNode layers, Map<String, Numbers> tensors) {
        this.layers = layers;
        this.tensors = tensors;
    }

    /** Adds what makes the chain. Its name, and every name here, is empty or ends with a dot. */
    void add(Chain chain, String name) {
        for (int i = 0; i < chain.bijectors().size(); i++) {
            String layer = name + "layers." + i;
            if (chain.bijectors().get(i) instanceof Chain inner) {
                add(inner, layer + ".");
            } else {
                layers.set(layer, describe(chain.bijectors().get(i), layer + "."));
            }
        }
    }

    private ObjectNode describe(Bijector bijector, String name) {
        ObjectNode json = Safetensors.JSON.createObjectNode();
        if (bijector instanceof Standardize standardize) {
            json.put("type", "standardize").put("features", standardize.features());
            put(name + "mean", F64, standardize.mean(), standardize.features());
            put(name + "standard_deviation", F64, standardize.standardDeviation(), standardize.features());
        } else if (bijector instanceof AffineCoupling coupling) {
            int[] bits = new int[coupling.features()];
            Arrays.stream(coupling.mask().kept()).forEach(kept -> bits[kept] = 1);
            json.put("type", "coupling").set("mask", Safetensors.JSON.valueToTree(bits));
            double bound = coupling.maxLogScale();
            json.put("maxLogScale", bound == Double.POSITIVE_INFINITY ? null : (Double) bound); // JSON has no infinity
            json.set("s", describe(coupling.s(), name + "s."));
            json.set("t", describe(coupling.t(), name + "t."));
        } else {
            throw unkept(name, "is a %s: a file knows Standardize, AffineCoupling and Chain".formatted(
                bijector.getClass().getName().replaceAll(".*\\.", "")));
        }
        return json;
    }

    private ObjectNode describe(Module module, String name) {
        if (!(module instanceof Mlp mlp)) {
            throw unkept(name, "is no Mlp: a file holds the numbers of a network, but no code");
        }
        ObjectNode json = Safetensors.JSON.createObjectNode();
        ArrayNode widths = json.putArray("widths").add(mlp.layers().get(0).weight().rows());
        for (Linear linear : mlp.layers()) {
            String here = name + (widths.size() - 1);
            int out = linear.weight().columns();
            put(here + ".weight", F32, numbers(transpose(linear.weight().value())), out, linear.weight().rows());
            put(here + ".bias", F32, numbers(linear.bias().value()), out);
            widths.add(out);
        }
        return json.put("activation", name(mlp.activation()));
    }

    private void put(String name, String dtype, double[] values, Integer... shape) {
        tensors.put(name, new Numbers(dtype, List.of(shape), requireFinite(name, values)));
    }

    /** Takes out what makes the chain; an IllegalArgumentException where names and numbers do not fit together. */
    Chain take(String name) {
        List<Bijector> bijectors = new ArrayList<>();
        while (true) {
            String layer = name + "layers." + bijectors.size();
            if (layers.has(layer)) {
                bijectors.add(bijector(layers.remove(layer), layer + "."));
            } else if (layers.properties().stream().anyMatch(inner -> inner.getKey().startsWith(layer + "."))) {
                bijectors.add(take(layer + "."));
            } else {
                return new Chain(bijectors);
            }
        }
    }

    private Bijector bijector(JsonNode json, String name) {
        String type = json.path("type").asText();
        switch (type) {
            case "standardize" -> {
                int features = json.path("features").asInt();
                return new Standardize(takeNumbers(name + "mean", F64, features),
                    takeNumbers(name + "standard_deviation", F64, features));
            }
            case "coupling" -> {
                Mask mask = Mask.of(integers(json.path("mask")));
                JsonNode bound = json.path("maxLogScale"); // null for no bound: JSON has no infinity
                String speaking = "coupling " + ++couplings;
                return new AffineCoupling(mask, network(json.path("s"), name + "s.", speaking + " s", mask),
                    network(json.path("t"), name + "t.", speaking + " t", mask),
                    bound.isNull() ? Double.POSITIVE_INFINITY : bound.asDouble());
            }
            default -> throw new IllegalArgumentException("%s is of an unknown type, %s"
                .formatted(plain(name), type));
        }
    }

    private Mlp network(JsonNode json, String name, String speaking, Mask mask) {
        int[] widths = integers(json.path("widths"));
        int last = widths.length - 1;
        if (last < 1 || widths[0] != mask.kept().length || widths[last] != mask.changed().length) {
            throw new IllegalArgumentException("the widths of %s are %s, but its %s keeps %d and changes %d coordinates"
                .formatted(plain(name), Arrays.toString(widths), mask, mask.kept().length, mask.changed().length));
        }
        List<Linear> layers = new ArrayList<>();
        for (int i = 0; i < last; i++) {
            double[] weight = takeNumbers(name + i + ".weight", F32, widths[i + 1], widths[i]);
            double[] bias = takeNumbers(name + i + ".bias", F32, widths[i + 1]);
            layers.add(Linear.of(speaking + " layer " + i, transpose(matrix(widths[i + 1], widths[i], weight)),
                matrix(1, widths[i + 1], bias)));
        }
        return new Mlp(layers, activation(json.path("activation").asText()));
    }

    private static Activation activation(String name) {
        return Arrays.stream(Activation.values()).filter(activation -> name(activation).equals(name)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no activation here is called " + name));
    }

    /** As PyTorch calls it: torch.relu, torch.tanh. */
    private static String name(Activation activation) {
        return activation.name().toLowerCase(Locale.ROOT);
    }

    private double[] takeNumbers(String name, String dtype, Integer... shape) {
        Numbers found = tensors.remove(name);
        if (found == null || !found.dtype().equals(dtype) || !found.shape().equals(List.of(shape))) {
            throw new IllegalArgumentException("%s must be %s of shape %s, got %s".formatted(name, dtype,
                List.of(shape), found == null ? "none" : found.dtype() + " of shape " + found.shape()));
        }
        return requireFinite(name, found.values());
    }

    private static double[] requireFinite(String name, double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("%s holds %s, and with that no flow can be used"
                    .formatted(name, value));
            }
        }
        return values;
    }

    private static IllegalArgumentException unkept(String name, String why) {
        return new IllegalArgumentException("this flow cannot be kept, since %s %s".formatted(plain(name), why));
    }

    private static String plain(String name) {
        return name.substring(0, Math.max(0, name.length() - 1));
    }

    private static int[] integers(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }

    private static double[] numbers(Matrix m) {
        return IntStream.range(0, m.data.length).mapToDouble(i -> m.data[i]).toArray();
    }

    private static Matrix matrix(int rows, int columns, double[] values) {
        Matrix m = new Matrix(rows, columns);
        for (int i = 0; i < values.length; i++) {
            m.data[i] = (float) values[i];
        }
        return m;
    }

    /** From (in,out), as the library multiplies, to (out,in), as PyTorch does; and back. */
    private static Matrix transpose(Matrix m) {
        Matrix transposed = new Matrix(m.columns, m.rows);
        for (int r = 0; r < m.rows; r++) {
            for (int c = 0; c < m.columns; c++) {
                transposed.data[c * m.rows + r] = m.data[r * m.columns + c];
            }
        }
        return transposed;
    }
}
