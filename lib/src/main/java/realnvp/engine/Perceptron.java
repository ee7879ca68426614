package realnvp.engine;

import static realnvp.engine.MatrixProduct.NO_FLOOR;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A multilayer perceptron in one piece, forward and back: h_0 = x, h_l = a(h_{l-1} W_l + b_l) with the activation a,
 * and y = h_{L-1} W_L + b_L without one. It gives, bit for bit, what a chain of linear layers and activations gives on
 * the tape, in fewer passes over memory.
 *
 * <p>Shapes: x (n,in), h_l (n,width of layer l), y (n,out). An instance belongs to one thread at a time.
 */
public final class Perceptron {
    private static final float[] ONE = {1f};
    /** From so few inputs the first hidden layer is computed faster than it comes back from memory. */
    private static final int FEW_INPUTS = 2;

    private final int rows;
    private final Layer[] layers;
    private final Activation activation;
    private final Workspace workspace;
    private final int room; // number of the one that keeps the hidden layers; -1 without a backward pass
    private final int firstKept; // of the hidden layers; those before it are computed again
    private final PackedMatrix[] packedGradients; // of the outputs of the layers
    private final PackedMatrix[] packedInputs; // of the layers
    private final float[] zeros;

    /** y = h W + b: the weights (in,out), packed, their transpose, packed, and the biases. */
    public record Layer(PackedMatrix weight, PackedMatrix transposedWeight, float[] bias) {
        int in() { return weight.rows; }
        int out() { return weight.columns; }
    }

    public Perceptron(int rows, Layer[] layers, Activation activation, boolean backward, Workspace workspace) {
        this.rows = rows;
        this.layers = layers;
        this.activation = activation;
        this.workspace = workspace;
        firstKept = layers[0].in() <= FEW_INPUTS ? 1 : 0;
        room = backward ? workspace.keep(IntStream.range(0, layers.length - 1)
            .map(l -> l < firstKept ? 0 : rows * layers[l].out()).toArray()) : -1;
        packedGradients = Arrays.stream(layers).map(layer -> backward ? workspace.packed(rows, layer.out()) : null)
            .toArray(PackedMatrix[]::new);
        packedInputs = Arrays.stream(layers).map(layer -> backward ? workspace.packed(rows, layer.in()) : null)
            .toArray(PackedMatrix[]::new);
        zeros = new float[Arrays.stream(layers).mapToInt(Layer::in).max().orElseThrow()];
    }

    /** Writes y, (n,out), for the x, (n,in). */
    public void forward(float[] x, float[] y) {
        float[] h = x;
        for (int l = 0; l < layers.length - 1; l++) {
            hiddenLayer(l, h, hidden(l));
            h = hidden(l);
        }
        linear(layers.length - 1, h, y, NO_FLOOR);
    }

    /**
     * Adds what y's gradient g says about all that y was computed from, last layer first: hᵀ g to the gradient of the
     * weights, the column sums of g to that of the biases, and g Wᵀ to that of x, unless it is null. The layer before
     * has g Wᵀ times the slope of the activation for its own g.
     */
    public void backward(float[] x, float[] g, float[][] ofWeights, float[][] ofBiases, float[] ofX) {
        for (int l = layers.length - 1; l >= 0; l--) {
            int in = layers[l].in();
            addToWeight(l, x, g, ofWeights[l]);
            workspace.product.multiply(ofBiases[l], 0, ONE, 0, 0, packedGradients[l], ofBiases[l], 1, NO_FLOOR);
            float[] next = l == 0 ? ofX : workspace.scratch(l % 2, rows * in);
            if (next != null) {
                workspace.product.multiply(l == 0 ? ofX : zeros, l == 0 ? in : 0, g, layers[l].out(), 1,
                    layers[l].transposedWeight, next, rows, NO_FLOOR);
            }
            if (l > 0) {
                activation.backward(hidden(l - 1), next, rows * in);
            }
            g = next;
        }
    }

    private void addToWeight(int l, float[] x, float[] g, float[] gradientOfWeight) {
        float[] h = l == 0 ? x : hidden(l - 1);
        if (0 < l && l <= firstKept) {
            hiddenLayer(l - 1, x, h);
        }
        int in = layers[l].in();
        int out = layers[l].out();
        if (out == 1) { // the same sums as one row, gᵀ h, which is faster
            packedInputs[l].pack(h, in, 1);
            workspace.product.multiply(gradientOfWeight, 0, g, 0, 1, packedInputs[l], gradientOfWeight, 1, NO_FLOOR);
        }
        packedGradients[l].pack(g, out, 1); // may be the same matrix
        if (out > 1) {
            workspace.product.multiply(gradientOfWeight, out, h, 1, in, packedGradients[l], gradientOfWeight, in,
                NO_FLOOR);
        }
    }

    private float[] hidden(int l) {
        return room < 0 || l < firstKept ? workspace.scratch(2 + l % 2, rows * layers[l].out())
            : workspace.kept(room, l);
    }

    private void hiddenLayer(int l, float[] in, float[] out) {
        linear(l, in, out, activation.floor());
        activation.finish(out, rows * layers[l].out());
    }

    private void linear(int l, float[] h, float[] y, float floor) {
        workspace.product.multiply(layers[l].bias, 0, h, layers[l].in(), 1, layers[l].weight, y, rows, floor);
    }
}
