package realnvp.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.engine.Activation;
import realnvp.nn.Linear;
import realnvp.nn.Mlp;

/**
 * With the same weights and points, PyTorch in double and this library in float32 find the same latent points,
 * log-determinants, loss and gradients, but for rounding. The numbers are in peer/pytorch.txt, with the script that
 * made them.
 */
class PeerTest {
    /** Of the largest number of its kind. Measured: 2e-7 through up to 5 couplings, 7e-7 through 50. */
    private static final double ROUNDING = 2e-6;

    private record Peer(String name, RealNvp flow, Matrix x, double[] latent, double[] logDet, double loss,
                        double[] gradient) {
        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void thePeerHasEveryKindOfFlow() throws IOException {
        List<Peer> peers = peers();
        for (int couplings : new int[] {1, 4, 50}) {
            assertTrue(peers.stream().anyMatch(peer -> peer.flow.chain().bijectors().stream()
                .filter(AffineCoupling.class::isInstance).count() == couplings));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    void latentPoints(Peer peer) {
        close(peer.latent, numbers(peer.flow.forward(peer.x)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    void theWayBack(Peer peer) {
        Matrix z = new Matrix(peer.x.rows, peer.x.columns);
        for (int i = 0; i < z.data.length; i++) {
            z.data[i] = (float) peer.latent[i];
        }
        close(numbers(peer.x), numbers(peer.flow.inverse(z)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    void logDeterminants(Peer peer) {
        close(peer.logDet, peer.flow.chain().forwardLogDet(peer.x));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    void lossAndGradient(Peer peer) {
        Tape tape = new Tape();
        Tensor loss = peer.flow.loss(tape.constant(peer.x));
        tape.backward(loss);
        close(new double[] {peer.loss}, numbers(loss.value()));
        DoubleStream all = peer.flow.parameters().stream()
            .flatMapToDouble(parameter -> Arrays.stream(numbers(tape.parameter(parameter).gradient())));
        close(peer.gradient, all.toArray());
    }

    private static void close(double[] expected, double[] got) {
        assertEquals(expected.length, got.length);
        double size = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        double largest = 0;
        for (int i = 0; i < got.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i] - got[i]) / size);
        }
        assertTrue(largest <= ROUNDING, "off by " + largest + " of the largest number, tolerance " + ROUNDING);
    }

    private static double[] numbers(Matrix m) {
        double[] numbers = new double[m.data.length];
        Arrays.setAll(numbers, i -> m.data[i]);
        return numbers;
    }

    // *** the file: a line for each thing, its name first ***

    static List<Peer> peers() throws IOException {
        try (InputStream in = PeerTest.class.getResourceAsStream("/peer/pytorch.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("\ncase ")).skip(1).map(PeerTest::peer).toList();
        }
    }

    private static Peer peer(String text) {
        Deque<String> lines = new ArrayDeque<>(text.lines().toList());
        String name = lines.remove();
        List<Bijector> layers = new ArrayList<>();
        if (lines.element().startsWith("mean ")) {
            layers.add(new Standardize(take(lines, "mean"), take(lines, "sd")));
        }
        while (lines.element().startsWith("coupling ")) {
            Mask mask = Mask.of(integers(take(lines, "coupling")));
            double bound = take(lines, "bound")[0];
            layers.add(new AffineCoupling(mask, network(lines, "s"), network(lines, "t"), bound));
        }
        RealNvp flow = RealNvp.of(layers.toArray(Bijector[]::new));
        double[] points = all(lines, "point");
        Matrix x = new Matrix(points.length / flow.features(), flow.features());
        for (int i = 0; i < points.length; i++) {
            x.data[i] = (float) points[i];
        }
        Peer peer = new Peer(name, flow, x, all(lines, "latent"), all(lines, "logdet"), all(lines, "loss")[0],
            all(lines, "gradient"));
        assertTrue(lines.isEmpty(), name + ": nobody reads " + lines.peek());
        return peer;
    }

    private static Mlp network(Deque<String> lines, String name) {
        int[] widths = integers(take(lines, name));
        List<Linear> linears = new ArrayList<>();
        for (int i = 1; i < widths.length; i++) {
            Linear linear = Linear.of(name + i, new Matrix(widths[i - 1], widths[i]), new Matrix(1, widths[i]));
            set(linear.weight(), take(lines, "weight"));
            set(linear.bias(), take(lines, "bias"));
            linears.add(linear);
        }
        return new Mlp(linears, Activation.RELU);
    }

    private static void set(Parameter parameter, double[] values) {
        assertEquals(parameter.size(), values.length);
        parameter.update(numbers -> {
            for (int i = 0; i < values.length; i++) {
                numbers[i] = (float) values[i];
                assertEquals(values[i], numbers[i], "float32 must hold the weight exactly");
            }
        });
    }

    private static double[] all(Deque<String> lines, String name) {
        double[] numbers = {};
        while (!lines.isEmpty() && lines.element().startsWith(name + " ")) {
            numbers = DoubleStream.concat(Arrays.stream(numbers), Arrays.stream(take(lines, name))).toArray();
        }
        return numbers;
    }

    private static double[] take(Deque<String> lines, String name) {
        String[] words = lines.remove().split(" ");
        assertEquals(name, words[0]);
        return Arrays.stream(words).skip(1).mapToDouble(word -> word.equals("inf") ? Double.POSITIVE_INFINITY
            : Double.parseDouble(word)).toArray();
    }

    private static int[] integers(double[] numbers) {
        return Arrays.stream(numbers).mapToInt(number -> (int) number).toArray();
    }
}
