package realnvp.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GradientTest {
    static Arguments op(String name, Function<Tensor[], Tensor> f, int... shapes) {
        return Arguments.of(name, f, shapes);
    }

    static Stream<Arguments> operations() {
        return Stream.of(
            op("exp", x -> x[0].exp(), 5, 3),
            op("tanh", x -> x[0].tanh(), 5, 3),
            op("relu", x -> x[0].relu(), 5, 3),
            op("mul by a number", x -> x[0].mul(-1.7), 5, 3),
            op("add a number", x -> x[0].add(0.3), 5, 3),
            op("neg", x -> x[0].neg(), 5, 3),
            op("add", x -> x[0].add(x[1]), 4, 3, 4, 3),
            op("add a row", x -> x[0].add(x[1]), 4, 3, 1, 3),
            op("add a column", x -> x[0].add(x[1]), 4, 3, 4, 1),
            op("sub", x -> x[0].sub(x[1]), 4, 3, 4, 3),
            op("sub one number", x -> x[0].sub(x[1]), 4, 3, 1, 1),
            op("mul", x -> x[0].mul(x[1]), 4, 3, 4, 3),
            op("mul by a row", x -> x[0].mul(x[1]), 4, 3, 1, 3),
            op("mul by a column", x -> x[0].mul(x[1]), 4, 3, 4, 1),
            op("square of one tensor", x -> x[0].mul(x[0]), 4, 3),
            op("sum", x -> x[0].sum(), 4, 3),
            op("mean", x -> x[0].mean(), 4, 3),
            op("sumColumns", x -> x[0].sumColumns(), 4, 3),
            op("gather", x -> x[0].gather(2, 0), 4, 3),
            op("a column twice", x -> x[0].gather(1, 1), 4, 3),
            op("scatter", x -> Tensor.scatter(x[0], new int[] {2, 0}, x[1], new int[] {1}), 4, 2, 4, 1),
            op("matmul", x -> x[0].matmul(x[1]), 5, 4, 4, 3),
            op("matmul wide", x -> x[0].matmul(x[1]), 9, 6, 6, 21),
            op("matmul to a column", x -> x[0].matmul(x[1]), 11, 6, 6, 1),
            op("matmul from a column", x -> x[0].matmul(x[1]), 11, 1, 1, 6),
            op("linear", x -> x[0].linear(x[1], x[2]), 5, 4, 4, 3, 1, 3),
            op("linear from one feature", x -> x[0].linear(x[1], x[2]), 9, 1, 1, 5, 1, 5),
            op("linear to one feature", x -> x[0].linear(x[1], x[2]), 9, 5, 5, 1, 1, 1),
            op("two paths to one input", x -> x[0].exp().add(x[0].tanh()).mul(x[0]), 4, 3));
    }

    static Matrix[] random(int[] shapes) {
        RandomGenerator rng = new Well19937c(7);
        Matrix[] inputs = new Matrix[shapes.length / 2];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = new Matrix(shapes[2 * i], shapes[2 * i + 1]);
            for (int j = 0; j < inputs[i].data.length; j++) {
                double value = rng.nextGaussian();
                inputs[i].data[j] = (float) (Math.abs(value) < 0.05 ? value + 0.1 : value); // off the kink of relu
            }
        }
        return inputs;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void gradientMatchesCentralDifferences(String name, Function<Tensor[], Tensor> f, int[] shapes) {
        GradientCheck.check(name, f, random(shapes));
    }

    /** Everything about a wrong gradient is in the message: op, input, index, expected and got. */
    @Test
    void aWrongGradientIsNamed() {
        Function<Tensor[], Tensor> exponentialWithWrongGradient = x -> {
            Tensor y = Tensor.result("wrong", 1, 1, x[0]);
            return y.computedBy(() -> y.value().set(0, 0, Math.exp(x[0].value().get(0, 0)))).backTo(x[0], () ->
                x[0].gradient().data[0] += 2 * y.gradient().get(0, 0) * y.value().get(0, 0));
        };
        AssertionError error = assertThrows(AssertionError.class,
            () -> GradientCheck.check("wrong", exponentialWithWrongGradient, Matrix.of(new double[] {0})));
        assertEquals("gradient of wrong, input 0, row 0, column 0: expected 0.500004, got 1.000000",
            error.getMessage().replaceAll("0\\.50000\\d", "0.500004"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void replayGivesTheSameBitsAsTheFirstRun(String name, Function<Tensor[], Tensor> f, int[] shapes) {
        Matrix[] inputs = random(shapes);
        Tape tape = new Tape();
        Tensor[] x = new Tensor[inputs.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = tape.variable(inputs[i].copy());
        }
        Tensor y = f.apply(x);
        Tensor loss = y.sum();
        float[] value = y.value().data.clone();
        tape.backward(loss);
        float[] gradient = x[0].gradient().data.clone();
        tape.forward();
        tape.backward(loss);
        assertArrayEquals(value, y.value().data);
        assertArrayEquals(gradient, x[0].gradient().data);
    }

    @Test
    void whatTheLossDoesNotDependOnAddsNothing() {
        Tape tape = new Tape();
        Tensor x = tape.variable(Matrix.of(new double[] {100}));
        Tensor aside = x.exp().mul(x); // infinite, and so is its slope
        tape.backward(x.mul(x));
        assertEquals(200f, x.gradient().get(0, 0));
        assertEquals(0f, aside.gradient().get(0, 0));
    }

    @Test
    void shapesThatDoNotFitAreBothNamed() {
        Tape tape = new Tape();
        Tensor a = tape.constant(new Matrix(64, 2));
        Tensor b = tape.constant(new Matrix(3, 32));
        assertMessage("matrix product: (64,2) × (3,32)", () -> a.matmul(b));
        assertMessage("add: (64,2) and (3,32)", () -> a.add(b));
        assertMessage("gather: 2 is not a column of (64,2)", () -> a.gather(2));
        assertMessage("backward starts from one number", () -> tape.backward(a));
        assertMessage("depends on no variable", () -> tape.backward(a.sum()));
        assertMessage("another tape", () -> a.add(new Tape().constant(new Matrix(64, 2))));
    }

    private static void assertMessage(String part, Runnable action) {
        String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
