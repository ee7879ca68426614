package realnvp.autodiff;

import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares the gradient by the tape with central differences: df/dx ≈ (f(x + h) - f(x - h)) / 2h for every element of
 * every input, for the weighted sum of all outputs.
 */
public final class GradientCheck {
    /** In float32 the rounding of f, 6e-8·|f|/h, and the curvature, about h²/6, are both near 1e-5 here. */
    private static final double STEP = 5e-3;
    /** Ten times the error seen over all operations, relative to gradients of size 1. */
    public static final double TOLERANCE = 2e-3;

    private GradientCheck() { }

    /**
     * The largest difference between both gradients, relative to max(1, |gradient|).
     *
     * @param op     what is checked, for the message
     * @param f      from variables of one tape to a tensor of any shape
     * @param inputs where to check; for relu and the like, away from their kinks
     * @throws AssertionError naming op, input, index, expected and got, if they differ by more than the tolerance
     */
    public static double check(String op, Function<Tensor[], Tensor> f, Matrix... inputs) {
        Tape tape = new Tape();
        Tensor[] variables = Stream.of(inputs).map(input -> tape.variable(input.copy())).toArray(Tensor[]::new);
        Tensor y = f.apply(variables);
        Matrix weights = new Matrix(y.rows(), y.columns());
        for (int i = 0; i < weights.data.length; i++) {
            weights.data[i] = 0.5f + (float) (i * 0.6180339887 % 1.0); // all different, so that no two errors cancel
        }
        Tensor loss = y.mul(tape.constant(weights)).sum();
        tape.backward(loss);
        double largest = 0;
        for (int i = 0; i < variables.length; i++) {
            float[] x = variables[i].value().data;
            float[] got = variables[i].gradient().data.clone();
            for (int j = 0; j < x.length; j++) {
                float at = x[j];
                x[j] = (float) (at + STEP);
                double above = weightedSum(tape, y, weights);
                double width = x[j];
                x[j] = (float) (at - STEP);
                double below = weightedSum(tape, y, weights);
                width -= x[j];
                x[j] = at;
                double expected = (above - below) / width;
                double error = Math.abs(got[j] - expected) / Math.max(1, Math.abs(expected));
                if (!(error <= TOLERANCE)) {
                    throw new AssertionError("gradient of %s, input %d, row %d, column %d: expected %.6f, got %.6f"
                        .formatted(op, i, j / variables[i].columns(), j % variables[i].columns(), expected, got[j]));
                }
                largest = Math.max(largest, error);
            }
        }
        return largest;
    }

    private static double weightedSum(Tape tape, Tensor y, Matrix weights) {
        tape.forward();
        float[] v = y.value().data; // summed in double, since a float32 sum would drown the difference
        return IntStream.range(0, v.length).mapToDouble(i -> (double) weights.data[i] * v[i]).sum();
    }
}
