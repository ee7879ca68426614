package realnvp.engine;

/** The activation between two layers of a {@link Perceptron}; its slope is a function of its value. */
public enum Activation {
    RELU, TANH;

    /** Writes tanh h over h; relu is done already, as the floor of the product that gave h. */
    void finish(float[] h, int length) {
        if (this == TANH) {
            for (int i = 0; i < length; i++) {
                h[i] = Float32.tanh(h[i]);
            }
        }
    }

    /** What the product must not give less of: 0 for relu. */
    float floor() { return this == RELU ? 0f : MatrixProduct.NO_FLOOR; }

    /** Multiplies the gradient by the slope where the activation has the value h. */
    void backward(float[] h, float[] gradient, int length) {
        if (this == RELU) {
            for (int i = 0; i < length; i++) {
                gradient[i] *= isPositive(h[i]);
            }
        } else {
            for (int i = 0; i < length; i++) {
                gradient[i] *= 1 - h[i] * h[i];
            }
        }
    }

    /** 1 for v > 0 and 0 for v = 0, without a branch, since a processor guesses the signs of activations badly. */
    private static float isPositive(float v) { return Math.min(v * 0x1p127f * 0x1p127f, 1f); }
}
