package realnvp.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import realnvp.autodiff.Matrix;
import realnvp.moons.Box;
import realnvp.moons.KnownDensity2D;
import realnvp.moons.KnownDensity;
import realnvp.moons.LabelledPoints;
import realnvp.moons.TwoMoons;

/** What every known density owes, for a list of them. */
class KnownDensityTest {
    /** A mean of n draws strays further than this many standard errors once in 16,000 tries. */
    private static final double STANDARD_ERRORS = 4;
    /** Midpoints half a noise apart are exact for p but for their rounding to float32, and to 1e-6 for p log p. */
    private static final double MASS = 1e-7;
    private static final double ENTROPY = 2e-6;
    /** Rarer than this, a draw is not of the density. */
    private static final double CHANCE = 1e-4;
    private static final int DRAWS = 20_000;

    /** A density, and for those in the plane a box that holds all of it, one that shows it, and a fine step. */
    record Case(KnownDensity truth, Box whole, Box shown, double step) {
        @Override
        public String toString() {
            return truth.getClass().getSimpleName() + " " + truth;
        }
    }

    static Stream<Case> plane() {
        return Stream.of(
            new Case(new TwoMoons(0.05), square(0.5, 2.5), Box.MOONS, 0.025),
            new Case(new TwoMoons(0.5), square(0.5, 7), new Box(-2, 3, -2, 3), 0.25),
            new Case(new Banana(), new Box(-9, 330, -36, 36), new Box(-6, 50, -12, 12), 0.5),
            new Case(new Rings(4, 0.08), square(0, 3.8), square(0, 3.3), 0.04),
            new Case(new Rings(1, 0.5), square(0, 5.5), square(0, 2.5), 0.25),
            new Case(new Spirals(0.1), square(0, 4.1), square(0, 3.5), 0.05),
            new Case(new Spirals(0.4), square(0, 7), square(0, 4.5), 0.2),
            new Case(new Checkerboard(), square(0, 5), square(0, 5), 0.0625),
            new Case(new Gaussian(new double[] {1, -2}, new double[][] {{2, 0.5}, {0.5, 1}}),
                new Box(-14, 16, -12, 8), new Box(-3, 5, -5, 1), 0.4),
            new Case(new RotatedMixture(2, 1, new Well19937c(3)), square(0, 38), square(0, 8), 0.15),
            new Case(new Independent(new RotatedMixture(1, 1, new Well19937c(1)), new RotatedMixture(1, 0, new Well19937c(1))),
                square(0, 9), square(0, 3), 0.15));
    }

    static Stream<Case> all() {
        List<Case> all = new ArrayList<>(plane().toList());
        for (int d : new int[] {1, 8, 16, 32, 64}) {
            all.add(new Case(new RotatedMixture(d, d / 4, new Well19937c(d)), null, null, 0));
        }
        all.add(new Case(new RotatedMixture(6, 6, new Well19937c(6)), null, null, 0));
        all.add(new Case(new Independent(new TwoMoons(0.1), new RotatedMixture(3, 1, new Well19937c(3))), null, null, 0));
        all.add(new Case(new Gaussian(new double[5], new double[][] {{2, 1, 0, 0, 0}, {1, 2, 1, 0, 0}, {0, 1, 2, 1, 0},
            {0, 0, 1, 2, 1}, {0, 0, 0, 1, 2}}), null, null, 0));
        return all.stream();
    }

    private static Box square(double middle, double reach) {
        return new Box(middle - reach, middle + reach, middle - reach, middle + reach);
    }

    private static Matrix cells(Box box, double step) {
        int columns = (int) Math.round((box.xMax() - box.xMin()) / step);
        int rows = (int) Math.round((box.yMax() - box.yMin()) / step);
        Matrix x = new Matrix(rows * columns, 2);
        for (int i = 0; i < x.rows; i++) {
            x.set(i, 0, box.xMin() + (i % columns + 0.5) * step);
            x.set(i, 1, box.yMin() + (i / columns + 0.5) * step);
        }
        return x;
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("plane")
    void massIsOneAndEntropyIsTheIntegral(Case c) {
        double mass = 0;
        double entropy = 0;
        for (double logProb : c.truth.logProb(cells(c.whole, c.step))) {
            double p = Math.exp(logProb) * c.step * c.step;
            mass += p;
            entropy -= p == 0 ? 0 : p * logProb;
        }
        assertEquals(1, mass, MASS);
        assertEquals(c.truth.entropy(), entropy, ENTROPY);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void entropyIsTheMeanLossOfItsDraws(Case c) {
        double[] logProb = c.truth.logProb(c.truth.sample(DRAWS, new Well19937c(7)));
        double standardError = Math.sqrt(StatUtils.variance(logProb) / DRAWS);
        assertEquals(c.truth.entropy(), -StatUtils.mean(logProb), STANDARD_ERRORS * standardError + 1e-12);
    }

    /** Counts of draws in 16 × 16 cells against the integral over each; all that is rare is counted as one cell. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("plane")
    void drawsFallWhereTheDensityIs(Case c) {
        int side = 16;
        int fine = 24; // in each cell, each way
        double width = (c.shown.xMax() - c.shown.xMin()) / side;
        double height = (c.shown.yMax() - c.shown.yMin()) / side;
        double[] expected = new double[side * side];
        for (int cell = 0; cell < side * side; cell++) {
            Matrix x = new Matrix(fine * fine, 2);
            for (int i = 0; i < x.rows; i++) {
                x.set(i, 0, c.shown.xMin() + width * (cell % side + (i % fine + 0.5) / fine));
                x.set(i, 1, c.shown.yMin() + height * (cell / side + (i / fine + 0.5) / fine));
            }
            expected[cell] = DRAWS * width * height * Arrays.stream(c.truth.logProb(x)).map(Math::exp).average().orElseThrow();
        }
        long[] observed = new long[side * side];
        Matrix draws = c.truth.sample(DRAWS, new Well19937c(8));
        for (int r = 0; r < DRAWS; r++) {
            if (c.shown.contains(draws.get(r, 0), draws.get(r, 1))) {
                int column = Math.min(side - 1, (int) ((draws.get(r, 0) - c.shown.xMin()) / width));
                int row = Math.min(side - 1, (int) ((draws.get(r, 1) - c.shown.yMin()) / height));
                observed[row * side + column]++;
            }
        }
        List<Double> expectedOften = new ArrayList<>();
        List<Long> observedOften = new ArrayList<>();
        for (int cell = 0; cell < side * side; cell++) {
            if (expected[cell] >= 5) { // as a chi-square test wants
                expectedOften.add(expected[cell]);
                observedOften.add(observed[cell]);
            }
        }
        double rest = DRAWS - expectedOften.stream().mapToDouble(e -> e).sum();
        if (rest >= 5) {
            expectedOften.add(rest);
            observedOften.add(DRAWS - observedOften.stream().mapToLong(o -> o).sum());
        }
        double chance = new ChiSquareTest().chiSquareTest(expectedOften.stream().mapToDouble(e -> e).toArray(),
            observedOften.stream().mapToLong(o -> o).toArray());
        assertTrue(expectedOften.size() > 20 && chance > CHANCE, expectedOften.size() + " cells, chance " + chance);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void sameSeedGivesTheSameBitsByEveryRoad(Case c) {
        Matrix batch = new Matrix(64, c.truth.features());
        c.truth.sampleInto(batch, new Well19937c(42));
        assertArrayEquals(batch.data, c.truth.sample(64, new Well19937c(42)).data);
        if (c.truth instanceof KnownDensity2D shape) {
            assertArrayEquals(batch.data, shape.sampleWithLabels(64, new Well19937c(42)).points().data);
        }
        assertFalse(Arrays.equals(batch.data, c.truth.sample(64, new Well19937c(43)).data));
    }

    /** Pinned: the same bits on every JDK and processor. */
    @Test
    void firstDrawsAreTheSameBitsEverywhere() {
        List<String> first = all().filter(c -> c.whole != null || c.truth instanceof RotatedMixture)
            .map(c -> Float.toHexString(c.truth.sample(1, new Well19937c(42)).data[0])).toList();
        assertEquals(PINNED, first);
    }

    private static final List<String> PINNED = List.of("0x1.c8b498p-1", "0x1.4fa4dp0", "0x1.423262p2",
        "0x1.70056ap-1", "0x1.935c7ap-1", "0x1.f16a82p-1", "0x1.403c44p0", "-0x1.a42d6cp0", "-0x1.6913fp-2",
        "0x1.d53392p2", "0x1.73aaa4p-1", "0x1.e9b2fp-1", "0x1.23506p-2", "-0x1.bac31cp2", "-0x1.28e1f2p1", "0x1.428c14p0",
        "-0x1.c2342cp-1");

    @Test
    void shapesDrawIntoABatchWithoutAllocating() {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Matrix batch = new Matrix(512, 2);
        Well19937c rng = new Well19937c(1);
        for (Case c : plane().filter(c -> c.truth instanceof KnownDensity2D).toList()) {
            // FastMath's sine makes an object for each large angle, until compiled code keeps it in registers.
            long least = Long.MAX_VALUE;
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (least > 0 && System.nanoTime() < deadline) {
                long before = thread.getCurrentThreadAllocatedBytes();
                c.truth.sampleInto(batch, rng);
                least = Math.min(least, thread.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, c.toString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void logDensityFallsAsASquareFarAwayAndStaysFinite(Case c) {
        double last = Double.NaN;
        for (double far : new double[] {1e2, 1e4, 1e6, 1e17, 1e18}) {
            Matrix x = new Matrix(1, c.truth.features());
            x.set(0, x.columns - 1, -far);
            double logProb = c.truth.logProb(x)[0];
            assertEquals(c.truth instanceof Checkerboard, logProb == Double.NEGATIVE_INFINITY, "at " + far);
            assertFalse(Double.isNaN(logProb));
            if (far == 1e6 || far == 1e18) {
                double power = far == 1e18 ? Math.log10(logProb / last) : Math.log10(logProb / last) / 2;
                double expected = c.truth instanceof Banana ? 4 : 2; // its ridge is itself a square away
                assertEquals(c.truth instanceof Checkerboard ? Double.NaN : expected, power, 0.01, "at " + far);
            }
            last = logProb;
        }
    }

    // *** single densities ***

    @Test
    void knownEntropies() {
        assertEquals(4.2242, new Banana().entropy(), 5e-5);
        assertEquals(Math.log(32), new Checkerboard().entropy(), 1e-15);
        // A thin ring is a line of length 2πR with a normal across it; the rest is of order (noise/R)².
        double thin = Math.log(2 * Math.PI * 0.75) + 0.5 * Math.log(2 * Math.PI * Math.E * 0.01 * 0.01);
        assertEquals(thin, new Rings(1, 0.01).entropy(), 1e-3);
        assertEquals(thin + Math.log(0.1), new Rings(1, 0.001).entropy(), 1e-5);
        double normal = 0.5 * Math.log(2 * Math.PI * Math.E) + Math.log(2); // the scales are 2 in the mean of logs
        assertEquals(8 * normal, new RotatedMixture(8, 0, new Well19937c(1)).entropy(), 1e-12);
        // Two clusters far apart have log 2 more than one; these overlap by 4e-4.
        assertEquals(8 * normal + 3 * (Math.log(2) + Math.log(0.3)),
            new RotatedMixture(8, 3, new Well19937c(1)).entropy(), 3e-2);
    }

    @Test
    void ringsAreABruteForceSumOverAngles() {
        for (double noise : new double[] {0.01, 0.08, 0.5, 4}) {
            Rings rings = new Rings(3, noise);
            for (double[] p : new double[][] {{0, 0}, {0.75, 0}, {0.3, -1.46}, {2, 2}, {-10, 4}}) {
                assertSameDensity(bruteForce(3 * 20_000, noise, p, i -> {
                    double angle = 2 * Math.PI * (i / 3 + 0.5) / 20_000;
                    double radius = 0.75 * (i % 3 + 1);
                    return new double[] {radius * Math.cos(angle), radius * Math.sin(angle), 1};
                }), rings.logProb(p[0], p[1]));
            }
        }
    }

    @Test
    void spiralsAreABruteForceSumAlongTheArms() {
        int n = 400_000;
        for (double noise : new double[] {0.02, 0.1, 0.5}) {
            Spirals spirals = new Spirals(noise);
            double r = 3 + 5 * noise;
            for (double[] p : new double[][] {{0, 0}, {Math.PI, 0}, {-1, 0.5}, {0.01, 1.6}, {2, -2.5}, {r, 1}, {-r, -1}}) {
                assertSameDensity(bruteForce(2 * n, noise, p, i -> {
                    double share = (i / 2 + 0.5) / n;
                    double t = 3 * Math.PI * share;
                    double radius = (i % 2 == 0 ? t : -t) / 3;
                    return new double[] {-radius * Math.cos(t), radius * Math.sin(t), 2 * share};
                }), spirals.logProb(p[0], p[1]));
            }
        }
    }

    private interface Curve {
        double[] at(int i); // x, y and weight, whose mean is 1
    }

    private static double bruteForce(int n, double noise, double[] p, Curve curve) {
        double[] exponents = new double[n];
        double[] weights = new double[n];
        for (int i = 0; i < n; i++) {
            double[] c = curve.at(i);
            weights[i] = c[2];
            exponents[i] = -((p[0] - c[0]) * (p[0] - c[0]) + (p[1] - c[1]) * (p[1] - c[1])) / (2 * noise * noise);
        }
        double largest = StatUtils.max(exponents);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += weights[i] * Math.exp(exponents[i] - largest);
        }
        return largest + Math.log(sum) - Math.log(2 * Math.PI * noise * noise * n);
    }

    private static void assertSameDensity(double expected, double found) {
        assertEquals(expected, found, 1e-8 * Math.max(1, Math.abs(expected)));
    }

    @Test
    void everyDrawOfTheCheckerboardIsOnADarkSquare() {
        Checkerboard board = new Checkerboard();
        LabelledPoints draws = board.sampleWithLabels(1_000_000, new Well19937c(5));
        double[] logProb = board.logProb(draws.points());
        assertEquals(-Math.log(32), StatUtils.min(logProb));
        assertEquals(8, Arrays.stream(draws.labels()).distinct().count());
        assertEquals(Double.NEGATIVE_INFINITY, board.logProb(-1, -3));
        assertEquals(Double.NEGATIVE_INFINITY, board.logProb(4, 3));
        assertEquals(-Math.log(32), board.logProb(-4, -4));
    }

    /** Ordinary sums of 2^m Gaussians with covariance A·diag·Aᵀ, x = A·y: another way to the same density. */
    @Test
    void aTurnedMixtureIsAGaussianMixtureOfAllItsClusters() {
        for (int clustered = 0; clustered <= 3; clustered++) {
            RotatedMixture turned = new RotatedMixture(4, clustered, new Well19937c(11));
            double[][] a = turnOfFour(new Well19937c(11));
            List<Gaussian> clusters = new ArrayList<>();
            for (int k = 0; k < 1 << clustered; k++) {
                double[] mean = new double[4];
                double[][] covariance = new double[4][4];
                for (int r = 0; r < 4; r++) {
                    for (int i = 0; i < 4; i++) {
                        mean[r] += i < clustered ? a[r][i] * ((k >> i & 1) == 0 ? -1 : 1) : 0;
                        for (int c = 0; c < 4; c++) {
                            covariance[r][c] += a[r][i] * a[c][i] * (i < clustered ? 0.09 : 1);
                        }
                    }
                }
                clusters.add(new Gaussian(mean, covariance));
            }
            double[] weights = new double[clusters.size()];
            Arrays.fill(weights, 1);
            Matrix x = turned.sample(200, new Well19937c(12));
            assertArrayEquals(new GaussianMixture(weights, clusters).logProb(x), turned.logProb(x), 1e-9);
        }
    }

    /** A = Q·diag(scale): the orthogonal factor of the Gaussian matrix that the generator draws, with scales 1 to 4. */
    private static double[][] turnOfFour(Well19937c rng) {
        double[][] gaussian = new double[4][4];
        for (double[] row : gaussian) {
            Arrays.setAll(row, i -> rng.nextGaussian());
        }
        double[] scale = {1, Math.cbrt(4), Math.cbrt(16), 4};
        return new QRDecomposition(new Array2DRowRealMatrix(gaussian)).getQ()
            .multiply(MatrixUtils.createRealDiagonalMatrix(scale)).getData();
    }

    @Test
    void badInputIsNamed() {
        assertMessage("noise must be a number above 0, got 0.0", () -> new Rings(4, 0));
        assertMessage("rings must be at least 1, got 0", () -> new Rings(0, 0.1));
        assertMessage("noise must be a number above 0, got NaN", () -> new Spirals(Double.NaN));
        assertMessage("clustered from 0 to features, got 4 and 5", () -> new RotatedMixture(4, 5, new Well19937c(1)));
        for (Case c : all().toList()) {
            int d = c.truth.features();
            assertMessage(d + " features, got points of shape (3," + (d + 1) + ")",
                () -> c.truth.logProb(new Matrix(3, d + 1)));
            assertMessage("at least 1", () -> c.truth.sample(0, new Well19937c(1)));
            if (c.truth instanceof KnownDensity2D shape) {
                assertMessage("must be finite, got (0.0, NaN)", () -> shape.logProb(0, Double.NaN));
                assertMessage("2 features", () -> shape.sampleInto(new Matrix(3, 3), new Well19937c(1)));
            }
        }
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable bad) {
        String message = assertThrows(RuntimeException.class, bad).getMessage();
        assertTrue(message.contains(part), message);
    }
}
