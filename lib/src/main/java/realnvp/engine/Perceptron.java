package realnvp.engine;

import java.util.Arrays;

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
    private final Workspace.Kept kept; // null: without a backward pass nothing is kept
    private final int firstKept; // of the hidden layers; those before it are computed again
    private final PackedMatrix[] packedGradients; // of the outputs of the layers
    private final PackedMatrix[] packedInputs; // of the layers
    private final float[] zeros;
    private float[] gradient; // of the layer's output, on the way back

    /** y = h W + b: the weights (in,out), packed, their transpose, packed, and the biases. */
    public record Layer(PackedMatrix weight, PackedMatrix transposedWeight, float[] bias) {
        int in() {
            return weight.rows;
        }

        int out() {
            return weight.columns;
        }
    }

    public Perceptron(int rows, Layer[] layers, Activation activation, boolean backward, Workspace workspace) {
        this.rows = rows;
        this.layers = layers;
        this.activation = activation;
        this.workspace = workspace;
        firstKept = layers[0].in() <= FEW_INPUTS ? 1 : 0;
        int[] lengths = new int[layers.length - 1];
        int widest = layers[0].in();
        for (int l = 0; l < lengths.length; l++) {
            lengths[l] = l < firstKept ? 0 : rows * layers[l].out();
            widest = Math.max(widest, layers[l].out());
        }
        kept = backward ? workspace.keep(lengths) : null;
        packedGradients = Arrays.stream(layers).map(layer -> backward ? workspace.packed(rows, layer.out()) : null)
            .toArray(PackedMatrix[]::new);
        packedInputs = Arrays.stream(layers).map(layer -> backward ? workspace.packed(rows, layer.in()) : null)
            .toArray(PackedMatrix[]::new);
        zeros = new float[widest];
    }

    /** Writes y, (n,out), for the x, (n,in). */
    public void forward(float[] x, float[] y) {
        int last = layers.length - 1;
        linear(last, hiddenLayers(x), y);
    }

    /** Begins a way back through the layers, last to first, from the gradient of y. */
    public void startBackward(float[] x, float[] gradientOfY) {
        if (kept.writer != this) {
            hiddenLayers(x); // another computation has used the same room since forward
        }
        gradient = gradientOfY;
    }

    /** Adds hᵀ g to the gradient of the layer's weights, with g the gradient of its output. */
    public void addToWeight(int l, float[] x, float[] gradientOfWeight) {
        float[] h = l == 0 ? x : hidden(l - 1);
        if (0 < l && l <= firstKept) {
            hiddenLayer(l - 1, x, h);
        }
        int in = layers[l].in();
        int out = layers[l].out();
        if (out == 1) { // the same sums as one row, gᵀ h, which is faster
            packedInputs[l].pack(h, in, 1);
            workspace.product.multiply(gradientOfWeight, 0, gradient, 0, 1, packedInputs[l], gradientOfWeight, 1);
        }
        packedGradients[l].pack(gradient, out, 1);
        if (out > 1) {
            workspace.product.multiply(gradientOfWeight, out, h, 1, in, packedGradients[l], gradientOfWeight, in);
        }
    }

    /** Adds the column sums of g to the gradient of the layer's biases; after {@link #addToWeight}. */
    public void addToBias(int l, float[] gradientOfBias) {
        workspace.product.multiply(gradientOfBias, 0, ONE, 0, 0, packedGradients[l], gradientOfBias, 1);
    }

    /** Goes on to the layer before: its g is g Wᵀ times the slope of the activation. */
    public void passOn(int l) {
        float[] next = workspace.scratch(l % 2, rows * layers[l].in());
        workspace.product.multiply(zeros, 0, gradient, layers[l].out(), 1, layers[l].transposedWeight, next, rows);
        activation.backward(hidden(l - 1), next, rows * layers[l].in());
        gradient = next;
    }

    /** Adds g Wᵀ of the first layer to the gradient of x. */
    public void addToInput(float[] gradientOfX) {
        workspace.product.multiply(gradientOfX, layers[0].in(), gradient, layers[0].out(), 1,
            layers[0].transposedWeight, gradientOfX, rows);
    }

    /** Computes all layers but the last; returns the values that the last one reads. */
    private float[] hiddenLayers(float[] x) {
        float[] h = x;
        for (int l = 0; l < layers.length - 1; l++) {
            hiddenLayer(l, h, hidden(l));
            h = hidden(l);
        }
        if (kept != null) {
            kept.writer = this;
        }
        return h;
    }

    private float[] hidden(int l) {
        return kept == null || l < firstKept ? workspace.scratch(2 + l % 2, rows * layers[l].out()) : kept.layers[l];
    }

    private void hiddenLayer(int l, float[] in, float[] out) {
        linear(l, in, out);
        activation.apply(out, rows * layers[l].out());
    }

    private void linear(int l, float[] h, float[] y) {
        workspace.product.multiply(layers[l].bias, 0, h, layers[l].in(), 1, layers[l].weight, y, rows);
    }
}
