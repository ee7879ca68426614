package realnvp.moons;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.autodiff.Matrix;
import realnvp.data.OneLayerOptimum;

class TwoMoonsTest {
    /** The known values are given to four decimals; half a unit of the last place and a little more. */
    private static final double KNOWN = 5e-4;
    /** The quadrature claims ten digits; 1e-8 leaves room for the reference below. */
    private static final double QUADRATURE = 1e-8;
    /** A mean of n draws strays further than this many standard errors once in 16,000 tries. */
    private static final double STANDARD_ERRORS = 4;
    /** Trapezoids with half a noise between nodes are exact to rounding for a smooth bell. */
    private static final double MASS = 1e-9;

    private static final double UNBOUNDED = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @CsvSource({"0.05, 0.2892", "0.06, 0.4770", "0.10, 1.0076"})
    void entropyIsTheKnownOne(double noise, double expected) {
        assertEquals(expected, new TwoMoons(noise).entropy(), KNOWN);
    }

    @ParameterizedTest
    @CsvSource({"0.05, 1.1312", "0.06, 1.3161", "0.10, 1.8296"})
    void entropyOfStandardizedMoonsIsLowerByTheLogScales(double noise, double expected) {
        TwoMoons moons = new TwoMoons(noise);
        double[] sd = moons.standardDeviations();
        assertEquals(expected, moons.entropy() - Math.log(sd[0] * sd[1]), KNOWN);
    }

    @ParameterizedTest
    @CsvSource({"0.05, 1.2765, 1.7390, 1.9789, 2.0151", "0.10, 1.6266, 1.8125, 2.0514, 2.0607"})
    void oneLayerOptimumIsTheKnownOne(double noise, double x, double xBounded, double y, double yBounded) {
        TwoMoons moons = new TwoMoons(noise);
        double[] found = {OneLayerOptimum.of(moons, 0, UNBOUNDED), OneLayerOptimum.of(moons, 0, 1),
            OneLayerOptimum.of(moons, 1, UNBOUNDED), OneLayerOptimum.of(moons, 1, 1)};
        assertArrayEquals(new double[] {x, xBounded, y, yBounded}, found, KNOWN);
    }

    @Test
    void oneLayerOptimumOnStandardizedMoonsIsTheKnownOne() {
        TwoMoons moons = new TwoMoons(0.05);
        double[] found = {OneLayerOptimum.ofStandardized(moons, 0, UNBOUNDED), OneLayerOptimum.ofStandardized(moons, 0, 1),
            OneLayerOptimum.ofStandardized(moons, 1, UNBOUNDED), OneLayerOptimum.ofStandardized(moons, 1, 1)};
        assertArrayEquals(new double[] {1.1330, 1.3187, 1.6245, 1.6458}, found, KNOWN);
    }

    @Test
    void noOneLayerOptimumIsBelowTheEntropy() {
        for (double noise : new double[] {0.02, 0.2, 2}) {
            TwoMoons moons = new TwoMoons(noise);
            assertTrue(OneLayerOptimum.ofStandardized(moons, 0, UNBOUNDED) > moons.entropy(), "noise " + noise);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.1, 0.5, 2})
    void densityIntegratesToOne(double noise) {
        TwoMoons moons = new TwoMoons(noise);
        double h = noise / 2;
        double mass = 0;
        for (double x = -1 - 9 * noise; x < 2 + 9 * noise; x += h) {
            for (double y = -0.5 - 9 * noise; y < 1 + 9 * noise; y += h) {
                mass += h * h * Math.exp(moons.logProb(x, y));
            }
        }
        assertEquals(1, mass, MASS);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.05, 0.3, 4})
    void densityIsThatOfABruteForceSum(double noise) {
        TwoMoons moons = new TwoMoons(noise);
        double[][] points = {{0, 1}, {1, 0}, {1.05, -0.02}, {0, 0}, {0.5, 0.25}, {0.3, -0.8}, {-1, -0.1},
            {1, -0.5}, {0, -1}, {1e-9, -3}, {30, -40}, {-7, 0}, {2.2, 0.6}};
        for (double[] p : points) {
            double expected = bruteForce(p[0], p[1], noise);
            assertEquals(expected, moons.logProb(p[0], p[1]), QUADRATURE * Math.max(1, Math.abs(expected)),
                "at (" + p[0] + ", " + p[1] + "), noise " + noise);
        }
    }

    /** Midpoints over both arcs in Cartesian coordinates, refined towards the ends as θ = π·t²(3 − 2t). */
    private static double bruteForce(double x, double y, double noise) {
        int n = 200_000;
        double[] exponents = new double[2 * n];
        double[] weights = new double[2 * n];
        for (int i = 0; i < n; i++) {
            double t = (i + 0.5) / n;
            double theta = Math.PI * t * t * (3 - 2 * t);
            double[][] arcs = {{Math.cos(theta), Math.sin(theta)}, {1 - Math.cos(theta), 0.5 - Math.sin(theta)}};
            for (int arc = 0; arc < 2; arc++) {
                double dx = x - arcs[arc][0];
                double dy = y - arcs[arc][1];
                exponents[2 * i + arc] = -(dx * dx + dy * dy) / (2 * noise * noise);
                weights[2 * i + arc] = 6 * t * (1 - t) / n;
            }
        }
        double largest = StatUtils.max(exponents);
        double sum = 0;
        for (int i = 0; i < 2 * n; i++) {
            sum += weights[i] * Math.exp(exponents[i] - largest);
        }
        return largest + Math.log(sum) - Math.log(4 * Math.PI * noise * noise);
    }

    @Test
    void logDensityIsFiniteFarAway() {
        TwoMoons moons = new TwoMoons(0.05);
        for (double far : new double[] {1e2, 1e6, 1e18, 3e38}) {
            for (double[] p : new double[][] {{far, 0}, {-far, 0}, {0, far}, {0, -far}, {0.5, -far}, {far, -far}}) {
                double expected = -(p[0] * p[0] + p[1] * p[1]) / (2 * 0.05 * 0.05);
                double ratio = moons.logProb(p[0], p[1]) / expected;
                assertEquals(1, ratio, 5 / Math.min(far, 1e9), "at " + p[0] + ", " + p[1]);
            }
        }
    }

    @Test
    void logDensityMayExceedZero() {
        assertEquals(0.24, new TwoMoons(0.05).logProb(0, 1), 0.005);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.1, 1})
    void samplesAgreeWithTheDensity(double noise) {
        TwoMoons moons = new TwoMoons(noise);
        double[] logProb = moons.logProb(moons.sample(20_000, new Well19937c(7)));
        double standardError = Math.sqrt(StatUtils.variance(logProb) / logProb.length);
        assertEquals(moons.entropy(), -StatUtils.mean(logProb), STANDARD_ERRORS * standardError);
    }

    @Test
    void samplesHaveTheExactMoments() {
        TwoMoons moons = new TwoMoons(0.1);
        int n = 40_000;
        Matrix x = moons.sample(n, new Well19937c(8));
        for (int c = 0; c < 2; c++) {
            double sd = moons.standardDeviations()[c];
            assertEquals(moons.mean()[c], StatUtils.mean(x.column(c)), STANDARD_ERRORS * sd / Math.sqrt(n));
            assertEquals(sd * sd, StatUtils.variance(x.column(c)), STANDARD_ERRORS * sd * sd * Math.sqrt(2.0 / n));
        }
    }

    @Test
    void labelsNameTheArc() {
        LabelledPoints draw = new TwoMoons(0).sampleWithLabels(1000, new Well19937c(9));
        int inner = 0;
        for (int r = 0; r < 1000; r++) {
            double[] p = draw.points().row(r);
            boolean isInner = draw.labels()[r] == 1;
            double radius = isInner ? Math.hypot(1 - p[0], 0.5 - p[1]) : Math.hypot(p[0], p[1]);
            assertEquals(1, radius, 1e-6, "without noise a point lies on its arc, up to float32");
            assertTrue(isInner ? p[1] <= 0.5 : p[1] >= 0);
            inner += draw.labels()[r];
        }
        assertEquals(500, inner, STANDARD_ERRORS * Math.sqrt(250));
    }

    @Test
    void sameSeedGivesTheSameBitsByEveryRoad() {
        TwoMoons moons = new TwoMoons(0.05);
        Matrix batch = new Matrix(64, 2);
        moons.sampleInto(batch, new Well19937c(42));
        assertArrayEquals(batch.data, moons.sample(64, new Well19937c(42)).data);
        assertArrayEquals(batch.data, moons.sampleWithLabels(64, new Well19937c(42)).points().data);
        // Pinned: the same bits on every JDK and processor.
        assertEquals("0x1.c8b498p-1", Float.toHexString(batch.data[0]));
    }

    @Test
    void aGridOfTenThousandPointsTakesWellUnderASecond() {
        TwoMoons moons = new TwoMoons(0.05);
        Matrix x = moons.sample(10_000, new Well19937c(3));
        ThreadMXBean clock = ManagementFactory.getThreadMXBean(); // of this thread, however busy the machine is
        long start = clock.getCurrentThreadCpuTime();
        moons.logProb(x);
        assertTrue(clock.getCurrentThreadCpuTime() - start < 900_000_000L);
    }

    @Test
    void badInputIsNamed() {
        assertMessage("noise must be", () -> new TwoMoons(-0.1));
        assertMessage("noise must be", () -> new TwoMoons(Double.NaN));
        assertMessage("at least 1, got 0", () -> new TwoMoons(0.1).sample(0, new Well19937c(1)));
        assertMessage("2 features", () -> new TwoMoons(0.1).logProb(new Matrix(4, 3)));
        assertMessage("finite", () -> new TwoMoons(0.1).logProb(Matrix.of(new double[] {0, Double.NaN})));
        assertMessage("kept column", () -> OneLayerOptimum.of(new TwoMoons(0.1), 2, 1));
        assertMessage("maxLogScale", () -> OneLayerOptimum.of(new TwoMoons(0.1), 0, 0));
        RandomGenerator rng = new Well19937c(1);
        new TwoMoons(0).sample(5, rng);
        assertMessage("no density", () -> new TwoMoons(0).logProb(Matrix.of(new double[] {0, 0})));
        assertMessage("no density", () -> new TwoMoons(0).entropy());
        assertMessage("labels", () -> new LabelledPoints(new Matrix(3, 2), new int[2]));
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable bad) {
        String message = assertThrows(RuntimeException.class, bad).getMessage();
        assertTrue(message.contains(part), message);
    }
}
