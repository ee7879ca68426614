package realnvp.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.autodiff.GradientCheck;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.engine.Activation;
import realnvp.nn.Mlp;

/** What every bijector owes, for a list of them. */
class BijectorTest {
    /** float32 keeps about 1e-7 of a coordinate in each of 50 layers that stretch by up to e. */
    private static final double ROUND_TRIP_TOLERANCE = 2e-3;
    private static final double LOG_DET_TOLERANCE = 2e-3;

    static Stream<Arguments> bijectors() {
        List<Arguments> all = new ArrayList<>();
        for (int d : new int[] {2, 3, 7}) {
            all.add(Arguments.of("standardize d=" + d, new Standardize(ramp(d, -1, 0.7), ramp(d, 0.3, 0.4))));
            for (int layers : new int[] {1, 2, 3, 4, 50}) {
                all.add(Arguments.of(layers + " couplings d=" + d, untrained(d, layers).chain()));
            }
        }
        for (int d : new int[] {2, 3, 8, 64}) {
            RandomGenerator rng = new Well19937c(d);
            RealNvp flow = RealNvp.create(new Standardize(ramp(d, -1, 0.1), ramp(d, 0.8, 0.01)),
                Mask.permuting(d, 7, rng), 16, 3, rng).addNoise(0.1, rng);
            all.add(Arguments.of("standardize and 7 permuting couplings d=" + d, flow.chain()));
        }
        all.add(Arguments.of("unbounded", RealNvp.of(AffineCoupling.create(Mask.of(0, 1, 0), 8, 2,
            Double.POSITIVE_INFINITY, new Well19937c(1))).addNoise(0.2, new Well19937c(2)).chain()));
        all.add(Arguments.of("s and t by hand", new AffineCoupling(Mask.of(1, 0), x -> x.tanh(), x -> x.mul(x), 2)));
        all.add(Arguments.of("standardize, then couplings", new Chain(List.of(
            new Standardize(new double[] {0.5, 0.25}, new double[] {0.87, 0.5}), untrained(2, 3).chain()))));
        return all.stream();
    }

    static RealNvp untrained(int d, int layers) {
        RandomGenerator rng = new Well19937c(100 * d + layers);
        return RealNvp.create(d, layers, 16, 3, rng).addNoise(0.1, rng);
    }

    private static double[] ramp(int d, double start, double step) {
        double[] values = new double[d];
        Arrays.setAll(values, i -> start + i * step);
        return values;
    }

    private static Matrix points(Bijector bijector) {
        return new StandardNormal(bijector.features()).sample(300, new Well19937c(5));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bijectors")
    void inverseUndoesForward(String name, Bijector bijector) {
        Matrix x = points(bijector);
        Matrix back = bijector.inverse(bijector.forward(x));
        for (int i = 0; i < x.data.length; i++) {
            assertEquals(x.data[i], back.data[i], ROUND_TRIP_TOLERANCE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bijectors")
    void logDeterminantsOfBothDirectionsAreOpposite(String name, Bijector bijector) {
        Matrix x = points(bijector);
        double[] forward = bijector.forwardLogDet(x);
        double[] inverse = new double[x.rows];
        Batches.map(bijector, bijector::inverseAndLogDet, bijector.forward(x), inverse);
        double largest = 0;
        for (int i = 0; i < x.rows; i++) {
            assertEquals(0, forward[i] + inverse[i], LOG_DET_TOLERANCE);
            largest = Math.max(largest, Math.abs(forward[i]));
        }
        assertTrue(largest > 1e-3, "a flow that stretches nothing would test nothing");
    }

    /** With tanh in the conditioners, since a difference across a kink of ReLU says nothing about the gradient. */
    @ParameterizedTest(name = "{0} couplings")
    @ValueSource(ints = {1, 2, 3, 6})
    void gradientMatchesCentralDifferences(int couplings) {
        RandomGenerator rng = new Well19937c(couplings);
        List<AffineCoupling> layers = new ArrayList<>();
        for (int i = 0; i < couplings; i++) {
            layers.add(new AffineCoupling(Mask.alternating(3, i), smooth(3, i, rng), smooth(3, i, rng), 1.5));
        }
        RealNvp flow = RealNvp.of(layers.toArray(new Bijector[0])).addNoise(0.3, rng);
        Matrix x = new StandardNormal(3).sample(4, rng);
        GradientCheck.check(couplings + " couplings, forward", v -> both(flow.chain().forwardAndLogDet(v[0])), x);
        GradientCheck.check(couplings + " couplings, inverse", v -> both(flow.chain().inverseAndLogDet(v[0])), x);
    }

    private static Mlp smooth(int features, int layer, RandomGenerator rng) {
        Mask mask = Mask.alternating(features, layer);
        return Mlp.create("smooth", Activation.TANH, rng, mask.kept().length, 5, mask.changed().length);
    }

    private static Tensor both(ValueAndLogDet result) {
        return result.value().add(result.logDet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bijectors")
    void resultsDoNotDependOnTheBatch(String name, Bijector bijector) {
        Matrix x = points(bijector); // 300 points: two full batches and a part
        Matrix z = bijector.forward(x);
        for (int r : new int[] {0, 127, 128, 299}) {
            assertArrayEquals(z.row(r), bijector.forward(x.rows(r, r + 1)).row(0));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bijectors")
    void lossOnATapeIsMinusTheMeanLogDensity(String name, Bijector bijector) {
        RealNvp flow = RealNvp.of(bijector);
        Matrix x = points(bijector);
        double mean = Arrays.stream(flow.logProb(x)).average().orElseThrow();
        assertEquals(-mean, flow.loss(Tape.forInference().constant(x)).value().get(0, 0), LOG_DET_TOLERANCE);
    }

    @Test
    void keptCoordinatesAreBitEqualAndTheOthersDependOnThemAlone() {
        Mask mask = Mask.of(1, 0, 0, 1, 0);
        RandomGenerator rng = new Well19937c(3);
        AffineCoupling coupling = AffineCoupling.create(mask, 16, 3, 1, rng);
        RealNvp.of(coupling).addNoise(0.5, rng);
        Matrix x = new StandardNormal(5).sample(200, rng);
        Matrix z = coupling.forward(x);
        Matrix back = coupling.inverse(z);
        double[] logDet = coupling.forwardLogDet(x);
        for (int c : mask.kept()) {
            assertArrayEquals(x.column(c), z.column(c));
            assertArrayEquals(x.column(c), back.column(c));
        }
        for (int c : mask.changed()) {
            for (int r = 0; r < x.rows; r++) {
                x.set(r, c, x.get(r, c) + 1);
            }
        }
        assertArrayEquals(logDet, coupling.forwardLogDet(x), "the log-determinant reads the kept coordinates only");
    }

    /** A layer of one's own may map a matrix while it computes, with more points than one batch and more than one thread. */
    @Test
    void aLayerMayMapAMatrixWhileItComputes() {
        Chain inner = untrained(2, 2).chain();
        Bijector outer = new Bijector() {
            @Override
            public int features() {
                return 2;
            }

            @Override
            public ValueAndLogDet forwardAndLogDet(Tensor x) {
                Matrix many = new StandardNormal(2).sample(1000, new Well19937c(1));
                inner.forward(many); // as a student does who looks at a value on the way
                inner.forward(x.value());
                return inner.forwardAndLogDet(x);
            }

            @Override
            public ValueAndLogDet inverseAndLogDet(Tensor z) {
                inner.inverse(z.value());
                return inner.inverseAndLogDet(z);
            }
        };
        Matrix x = new StandardNormal(2).sample(3000, new Well19937c(2));
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            assertArrayEquals(inner.forward(x).data, outer.forward(x).data);
            assertArrayEquals(inner.inverse(x).data, outer.inverse(x).data);
            assertArrayEquals(inner.forwardLogDet(x), outer.forwardLogDet(x));
        });
    }

    @Test
    void aFreshFlowIsTheIdentity() {
        for (int layers : new int[] {1, 3, 50}) {
            RealNvp flow = RealNvp.create(3, layers, 8, 3, new Well19937c(1));
            Matrix x = points(flow.chain());
            assertArrayEquals(x.data, flow.forward(x).data);
            assertArrayEquals(new StandardNormal(3).logProb(x), flow.logProb(x));
        }
    }

    @Test
    void oneLayerWithAnyMaskAndOddNumbersOfLayersAlternate() {
        List<Mask> masks = RealNvp.create(2, 3, 4, 2, new Well19937c(1)).chain().bijectors().stream()
            .map(layer -> ((AffineCoupling) layer).mask()).toList();
        assertEquals(List.of(Mask.of(1, 0), Mask.of(0, 1), Mask.of(1, 0)), masks);
    }

    @ParameterizedTest(name = "d={0}")
    @ValueSource(ints = {2, 3, 8, 9, 64})
    void permutingMasksChangeEverythingInTwoLayersAndPairUpAllCoordinates(int d) {
        int layers = 41; // of 21 random halves, two given coordinates share a side in all with a chance of 2⁻²⁰
        List<Mask> masks = Mask.permuting(d, layers, new Well19937c(d));
        assertEquals(layers, masks.size());
        boolean[][] apart = new boolean[d][d];
        for (int i = 0; i < layers; i++) {
            assertEquals(i % 2 == 0 ? d - d / 2 : d / 2, masks.get(i).kept().length);
            if (i % 2 == 1) {
                assertEquals(masks.get(i - 1).complement(), masks.get(i));
            }
            assertTrue(i == 0 || !masks.get(i).equals(masks.get(i - 1)), "the same mask twice in a row");
            for (int a : masks.get(i).kept()) {
                for (int b : masks.get(i).changed()) {
                    apart[a][b] = true;
                }
            }
        }
        for (int a = 0; a < d; a++) {
            for (int b = 0; b < d; b++) {
                assertTrue(a == b || apart[a][b], a + " never helps to change " + b);
            }
        }
        assertEquals(masks, Mask.permuting(d, layers, new Well19937c(d)), "same seed, same masks");
    }

    @Test
    void oneCouplingForEachMaskAfterTheFirstBijector() {
        Standardize standardize = new Standardize(new double[] {1, 2, 3}, new double[] {2, 2, 2});
        List<Mask> masks = Mask.permuting(3, 4, new Well19937c(1));
        List<Bijector> layers = RealNvp.create(standardize, masks, 8, 2, new Well19937c(2)).chain().bijectors();
        assertEquals(standardize, layers.get(0));
        assertEquals(masks, layers.stream().skip(1).map(layer -> ((AffineCoupling) layer).mask()).toList());
    }

    @Test
    void bothWaysToCreateGiveTheSameBits() {
        Bijector unit = new Standardize(new double[3], new double[] {1, 1, 1});
        List<Mask> masks = List.of(Mask.of(1, 0, 1), Mask.of(0, 1, 0), Mask.of(1, 0, 1));
        RealNvp withMasks = RealNvp.create(unit, masks, 8, 3, new Well19937c(1));
        RealNvp alternating = RealNvp.create(3, 3, 8, 3, new Well19937c(1));
        for (int i = 0; i < alternating.parameters().size(); i++) {
            assertArrayEquals(alternating.parameters().get(i).value().data, withMasks.parameters().get(i).value().data);
            assertEquals(alternating.parameters().get(i).toString(), withMasks.parameters().get(i).toString());
        }
    }

    @Test
    void standardizeFitsAndKeepsDensitiesInTheUnitsOfTheData() {
        Matrix x = Matrix.of(new double[] {1, 10}, new double[] {3, 30});
        Standardize standardize = Standardize.fit(x);
        assertArrayEquals(new double[] {2, 20}, standardize.mean());
        assertArrayEquals(new double[] {1, 10}, standardize.standardDeviation());
        double[] logProb = RealNvp.of(standardize).logProb(x);
        double expected = -Math.log(2 * Math.PI) - 1 - Math.log(10); // N(0,I) at (±1,±1), minus log 1 and log 10
        assertEquals(expected, logProb[0], 1e-6);
    }

    @Test
    void badInputIsRefusedWithAWayOut() {
        assertMessage("at least 2 features", () -> RealNvp.create(1, 4, 8, 2, new Well19937c(1)));
        assertMessage("couplings must be at least 1, got 0", () -> RealNvp.create(2, 0, 8, 2, new Well19937c(1)));
        assertMessage("at least one 1", () -> Mask.of(1, 1));
        assertMessage("at least 2 features", () -> Mask.permuting(1, 4, new Well19937c(1)));
        assertMessage("layers must be at least 1, got 0", () -> Mask.permuting(4, 0, new Well19937c(1)));
        Standardize two = new Standardize(new double[2], new double[] {1, 1});
        assertMessage("at least 1 mask", () -> RealNvp.create(two, List.of(), 8, 2, new Well19937c(1)));
        assertMessage("same number of features, got 2 and 3",
            () -> RealNvp.create(two, List.of(Mask.of(1, 0, 1)), 8, 2, new Well19937c(1)));
        assertMessage("at least one 1", () -> Mask.of(0, 0));
        assertMessage("only 0 and 1", () -> Mask.of(1, 2));
        assertMessage("maxLogScale must be above 0", () -> new AffineCoupling(Mask.of(1, 0), x -> x, x -> x, 0));
        assertMessage("points need 2 features, got points of shape (4,3): choose 2 columns",
            () -> RealNvp.create(2, 1, 8, 2, new Well19937c(1)).logProb(new Matrix(4, 3)));
        assertMessage("s must give one number for each changed coordinate, shape (5,2)",
            () -> new AffineCoupling(Mask.of(1, 0, 0), x -> x, x -> x, 1).forward(new Matrix(5, 3)));
        for (double[] bad : new double[][] {{0, 0}, {0, -1}, {0, Double.NaN}, {0, Double.POSITIVE_INFINITY},
                {Double.NaN, 1}, {Double.NEGATIVE_INFINITY, 1}}) {
            assertMessage("feature 1 has mean " + bad[0] + " and standard deviation " + bad[1] + ", which must be",
                () -> new Standardize(new double[] {0.5, bad[0]}, new double[] {1, bad[1]}));
        }
    }

    private static void assertMessage(String part, Runnable action) {
        String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
