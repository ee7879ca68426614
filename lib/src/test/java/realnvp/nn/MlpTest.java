package realnvp.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.engine.Activation;
import realnvp.engine.Workspace;

/** A network is one fast operation, and a chain of plain ones with the same bits. */
class MlpTest {
    private static final int[] ROWS = {1, 3, 130};

    /** Of one feature or several, to one or several, that fill vectors and panels or not. */
    static Stream<Mlp> networks() {
        int[][] widths = {{1, 1}, {3, 2}, {2, 9, 1, 1, 7, 2}, {1, 64, 1}, {1, 16, 16, 1}, {2, 32, 33, 3}, {1, 20, 64, 20, 1}, {17, 70, 70, 5},
            {1, 130, 1}};
        return Arrays.stream(widths).flatMap(w -> Arrays.stream(Activation.values()).map(activation ->
            random(Mlp.create("net", activation, new Well19937c(w.length), w))));
    }

    private static Mlp random(Mlp net) { // the last layer starts at zero
        RandomGenerator rng = new Well19937c(7);
        net.parameters().forEach(p -> p.assign(points(p.rows(), p.columns(), rng)));
        return net;
    }

    private static Matrix points(int rows, int columns, RandomGenerator rng) {
        Matrix x = new Matrix(rows, columns);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = (float) rng.nextGaussian();
        }
        return x;
    }

    /** Value, gradient of the input, gradients of the parameters. */
    private static List<float[]> results(Mlp net, Tape tape, Tensor y, Tensor x) {
        List<float[]> all = new ArrayList<>(List.of(y.value().data.clone(), x.gradient().data.clone()));
        for (Parameter p : net.parameters()) {
            float[] gradient = new float[p.size()];
            tape.addGradient(p, gradient);
            all.add(gradient);
        }
        return all;
    }

    private static void assertSame(List<float[]> expected, List<float[]> got, String what) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), got.get(i), what + ", array " + i);
        }
    }

    /** A loss whose gradient is another number for each output. */
    private static Tensor loss(Tensor y) {
        return y.mul(y).mul(y.tape().constant(points(y.rows(), y.columns(), new Well19937c(5)))).sum();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void theFastOperationGivesTheBitsOfThePlainOnes(Mlp net) {
        List<BiFunction<Mlp, Tensor, Tensor>> ways = List.of(Mlp::applyLayerByLayer, Mlp::apply);
        int features = net.layers().get(0).weight().rows();
        for (int rows : ROWS) {
            Matrix points = points(rows, features, new Well19937c(rows));
            List<List<float[]>> found = new ArrayList<>();
            for (BiFunction<Mlp, Tensor, Tensor> way : ways) {
                Tape tape = new Tape();
                Tensor x = tape.variable(points.copy());
                Tensor y = way.apply(net, x);
                Tensor loss = loss(y);
                tape.backward(loss);
                found.add(results(net, tape, y, x));
                for (int i = 0; i < points.data.length; i++) {
                    x.value().data[i] *= -0.7f; // replayed with other points
                }
                tape.forward();
                tape.backward(loss);
                found.add(results(net, tape, y, x));
                Tape inference = Tape.forInference();
                assertArrayEquals(y.value().data, way.apply(net, inference.constant(x.value())).value().data);
            }
            assertSame(found.get(0), found.get(2), rows + " rows");
            assertSame(found.get(1), found.get(3), rows + " rows, replayed");
        }
    }

    /** Zeros of both signs, the smallest numbers, and hidden values so large that twice as much is infinity. */
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void theirBitsAreTheSameToTheEndsOfFloat32(Activation activation) {
        float[] ends = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 2e38f, -2e38f, Float.MAX_VALUE};
        Matrix one = Matrix.of(new double[] {1});
        Matrix none = new Matrix(1, 1);
        Mlp net = new Mlp(List.of(Linear.of("first", one, none), Linear.of("last", one, none)), activation);
        List<List<float[]>> found = new ArrayList<>();
        for (BiFunction<Mlp, Tensor, Tensor> way : List.<BiFunction<Mlp, Tensor, Tensor>>of(Mlp::applyLayerByLayer,
            Mlp::apply)) {
            Tape tape = new Tape();
            Matrix points = new Matrix(ends.length, 1);
            System.arraycopy(ends, 0, points.data, 0, ends.length);
            Tensor x = tape.variable(points);
            Tensor y = way.apply(net, x);
            tape.backward(y.sum());
            found.add(results(net, tape, y, x));
        }
        assertSame(found.get(0), found.get(1), "ends of float32");
        assertTrue(Float.isFinite(found.get(0).get(0)[ends.length - 1]), "the largest number stays finite");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void bothSeeEveryChangeOfAParameter(Mlp net) {
        Tape tape = new Tape();
        Tensor x = tape.constant(points(9, net.layers().get(0).weight().rows(), new Well19937c(1)));
        Tensor plain = net.applyLayerByLayer(x);
        Tensor fast = net.apply(x);
        for (Parameter p : net.parameters()) {
            p.update(numbers -> numbers[numbers.length - 1] += 0.5f);
            tape.forward();
            assertArrayEquals(plain.value().data, fast.value().data, "update of " + p);
            Matrix start = points(p.rows(), p.columns(), new Well19937c(2));
            p.assign(start);
            tape.forward();
            float[] before = fast.value().data.clone();
            assertArrayEquals(plain.value().data, before, "assign to " + p);
            start.data[0] = 1e6f; // the parameter has a copy
            p.value().data[0] = 1e6f;
            tape.forward();
            assertArrayEquals(before, plain.value().data);
            assertArrayEquals(before, fast.value().data);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void tapesThatShareAWorkspaceGiveTheGradientsOfTapesThatDoNot(Mlp net) {
        int features = net.layers().get(0).weight().rows();
        List<Matrix> points = Stream.of(9, 130, 5).map(n -> points(n, features, new Well19937c(n))).toList();
        for (boolean inTurn : new boolean[] {true, false}) {
            Workspace shared = new Workspace();
            List<Tape> tapes = new ArrayList<>();
            List<Tensor> inputs = new ArrayList<>(), outputs = new ArrayList<>(), losses = new ArrayList<>();
            for (Matrix some : points) {
                tapes.add(new Tape(shared));
                inputs.add(tapes.get(tapes.size() - 1).variable(some));
                Tensor h = net.apply(inputs.get(inputs.size() - 1));
                outputs.add(net.layers().size() > 1 && h.columns() == features ? net.apply(h) : h); // the same one twice
                losses.add(loss(outputs.get(outputs.size() - 1)));
            }
            for (int i = 0; inTurn && i < points.size(); i++) {
                tapes.get(i).forward();
                tapes.get(i).backward(losses.get(i));
            }
            for (int i = 0; !inTurn && i < points.size(); i++) { // all have overwritten each other
                tapes.get(i).backward(losses.get(i));
            }
            for (int i = 0; i < points.size(); i++) {
                Tape own = new Tape();
                Tensor x = own.variable(points.get(i));
                Tensor h = net.applyLayerByLayer(x);
                Tensor y = net.layers().size() > 1 && h.columns() == features ? net.applyLayerByLayer(h) : h;
                own.backward(loss(y));
                assertSame(results(net, own, y, x), results(net, tapes.get(i), outputs.get(i), inputs.get(i)),
                    "tape " + i + (inTurn ? ", one after the other" : ", mixed"));
            }
        }
    }

    @ParameterizedTest(name = "{0} inputs")
    @ValueSource(ints = {1, 2, 7, 64, 300})
    void freshWeightsAndBiasesAreUniformWithinOneOverTheRootOfTheInputs(int in) {
        Linear layer = Linear.create("fresh", in, 4000 / in + 400, new Well19937c(in));
        double limit = 1 / Math.sqrt(in);
        for (Parameter p : layer.parameters()) {
            double[] numbers = IntStream.range(0, p.size()).mapToDouble(i -> p.value().data[i]).toArray();
            double largest = Arrays.stream(numbers).map(Math::abs).max().orElseThrow();
            assertTrue(largest <= limit && largest > 0.97 * limit, largest + " of " + limit);
            double standardError = limit / Math.sqrt(3.0 * numbers.length);
            assertEquals(0, Arrays.stream(numbers).average().orElseThrow(), 4 * standardError, p.name());
        }
    }

    @Test
    void anInputOfAnotherWidthIsRefused() {
        Mlp net = Mlp.create("net", Activation.RELU, new Well19937c(1), 2, 8, 1);
        assertEquals("this network takes 2 features, shape (n,2), got (5,3)", assertThrows(IllegalArgumentException.class,
            () -> net.apply(new Tape().constant(new Matrix(5, 3)))).getMessage());
    }
}
