package realnvp.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.MixtureMultivariateNormalDistribution;
import org.apache.commons.math3.distribution.fitting.MultivariateNormalMixtureExpectationMaximization;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import realnvp.autodiff.Matrix;
import realnvp.check.KlDivergence;
import realnvp.check.Mass;
import realnvp.flow.StandardNormal;
import realnvp.moons.Box;
import realnvp.moons.TwoMoons;

class GaussianMixtureTest {
    private static final double[] WEIGHTS = {0.5, 0.3, 0.2};
    private static final double[][] MEANS = {{0, 0}, {4, 1}, {-1, 5}};
    private static final double[][][] COVARIANCES = {{{1, 0.5}, {0.5, 1}}, {{0.5, 0}, {0, 2}}, {{2, -0.9}, {-0.9, 0.6}}};
    private static final GaussianMixture KNOWN = new GaussianMixture(WEIGHTS, List.of(
        new Gaussian(MEANS[0], COVARIANCES[0]), new Gaussian(MEANS[1], COVARIANCES[1]),
        new Gaussian(MEANS[2], COVARIANCES[2])));
    /** Two factorisations of the same covariance, in double. */
    private static final double DOUBLE = 1e-11;
    /** Points are float32, so those of other units differ in the eighth digit, and so does where the search stops. */
    private static final double UNITS = 1e-4;
    private static final double[] NO_SQUARES = {0, 0};

    @Test
    void logProbIsThatOfCommonsMathAndFiniteWhereThatIsLogZero() {
        MixtureMultivariateNormalDistribution reference =
            new MixtureMultivariateNormalDistribution(WEIGHTS, MEANS, COVARIANCES);
        Matrix x = KNOWN.sample(100, new Well19937c(1));
        double[] logProb = KNOWN.logProb(x);
        for (int r = 0; r < x.rows; r++) {
            assertEquals(Math.log(reference.density(x.row(r))), logProb[r], DOUBLE);
        }
        double[] far = {1000, -1000};
        assertEquals(0, reference.density(far));
        double logFar = KNOWN.logProb(Matrix.of(far))[0];
        assertTrue(logFar < -1e5 && Double.isFinite(logFar), "log p " + logFar);
    }

    @Test
    void massIsOneAndDrawsFollowTheDensity() {
        Mass.of(KNOWN, new Box(-12, 12, -12, 14), 200, new Well19937c(2)).within(1e-6).report();
        Matrix x = KNOWN.sample(50_000, new Well19937c(3));
        for (int k = 0; k < 3; k++) { // the clusters overlap a little, so that some draws are nearer to another one
            int component = k;
            double share = IntStream.range(0, x.rows)
                .filter(r -> nearest(x.row(r)) == component).count() / 50_000.0;
            assertEquals(WEIGHTS[k], share, 0.03, "component " + k);
        }
        double[] mean = {StatUtils.mean(x.column(0)), StatUtils.mean(x.column(1))};
        // Σ w μ, with four standard errors of a spread below 2.6
        assertArrayEquals(new double[] {1, 1.3}, mean, 4 * 2.6 / Math.sqrt(50_000));
    }

    private static int nearest(double[] x) {
        int nearest = 0;
        for (int k = 1; k < 3; k++) {
            nearest = Math.hypot(x[0] - MEANS[k][0], x[1] - MEANS[k][1])
                < Math.hypot(x[0] - MEANS[nearest][0], x[1] - MEANS[nearest][1]) ? k : nearest;
        }
        return nearest;
    }

    /** 17 free numbers cost about 17/2n nats on new points: 0.003 for n = 3000. */
    @Test
    void aFitToAKnownMixtureComesCloseToItOnHeldOutPoints() {
        GaussianMixture fitted = fit(KNOWN.sample(3000, new Well19937c(4)), 3);
        KlDivergence above = KlDivergence.of(KNOWN, fitted, KNOWN.sample(20_000, new Well19937c(5)));
        above.notBelowZero().report();
        assertTrue(above.nats() < 4 * 17 / 6000.0, above.toString());
    }

    /** Up to the squares, which widen it by about 1e-6 / 500. */
    @Test
    void oneComponentIsTheFittedGaussian() {
        Matrix x = new Rings(2, 0.1).sample(500, new Well19937c(6));
        assertArrayEquals(Gaussian.fit(x).logProb(x), fit(x, 1).logProb(x), 1e-7);
    }

    @Test
    void noStepMakesThePointsLessLikely() {
        Matrix x = KNOWN.sample(400, new Well19937c(10));
        double[][] unit = {{1, 0}, {0, 1}};
        GaussianMixture start = new GaussianMixture(List.of(new Gaussian(new double[] {1, 0}, unit),
            new Gaussian(new double[] {2, 2}, unit), new Gaussian(new double[] {0, 3}, unit)));
        double first = StatUtils.mean(start.logProb(x));
        double before = first;
        for (int steps = 1; steps <= 40; steps++) {
            double now = StatUtils.mean(start.climbed(rows(x), NO_SQUARES, steps).logProb(x));
            assertTrue(now >= before - DOUBLE, "after step %d %.12f, before %.12f".formatted(steps, now, before));
            before = now;
        }
        assertTrue(before > first + 0.5, "from %.3f to %.3f".formatted(first, before));
    }

    /** It takes two steps where no gain is large enough for a third. */
    @Test
    void twoStepsAreThoseOfCommonsMathFromTheSameStart() {
        Matrix x = new TwoMoons(0.1).sample(400, new Well19937c(11));
        MultivariateNormalMixtureExpectationMaximization reference =
            new MultivariateNormalMixtureExpectationMaximization(rows(x));
        reference.fit(new MixtureMultivariateNormalDistribution(WEIGHTS, MEANS, COVARIANCES), 10, 1e9);
        GaussianMixture ours = KNOWN.climbed(rows(x), NO_SQUARES, 2);
        for (int r = 0; r < x.rows; r++) {
            assertEquals(Math.log(reference.getFittedModel().density(x.row(r))), ours.logProb(x.row(r)), DOUBLE);
        }
    }

    @Test
    void aFarPointGetsAComponentAndTheOthersAreFittedAsWithoutIt() {
        Matrix x = new StandardNormal(3).sample(300, new Well19937c(12));
        Gaussian others = Gaussian.fit(x.rows(1, 300));
        x.set(0, 1, 1e6);
        double[] logProb = fit(x, 2).logProb(x.rows(1, 300));
        double[] expected = Arrays.stream(others.logProb(x.rows(1, 300))).map(p -> p + Math.log(299 / 300.0)).toArray();
        assertArrayEquals(expected, logProb, 1e-6);
    }

    @Test
    void pointsInOnePlaceHaveAFiniteDensity() {
        Matrix x = new StandardNormal(2).sample(60, new Well19937c(9));
        Arrays.fill(x.data, 0, 60, -5);
        for (int components : new int[] {2, 5, 20}) {
            double[] logProb = fit(x, components).logProb(x);
            assertTrue(Arrays.stream(logProb).allMatch(Double::isFinite), Arrays.toString(logProb));
        }
    }

    @Test
    void anInterruptEndsTheFitAndIsCleared() {
        Thread.currentThread().interrupt();
        assertThrows(CancellationException.class, () -> fit(KNOWN.sample(500, new Well19937c(13)), 3));
        assertFalse(Thread.interrupted());
    }

    @Test
    void moreComponentsFitTheTrainingPointsBetterAndTheSamePointsGiveTheSameBits() {
        Matrix x = new TwoMoons(0.1).sample(600, new Well19937c(7));
        double one = StatUtils.mean(fit(x, 1).logProb(x));
        double four = StatUtils.mean(fit(x, 4).logProb(x));
        assertTrue(four > one + 0.2, "one " + one + ", four " + four);
        assertArrayEquals(fit(x, 4).logProb(x), fit(x, 4).logProb(x));
    }

    @Test
    void unitsOfTheDataShiftLogDensitiesAndNothingElse() {
        Matrix x = KNOWN.sample(1000, new Well19937c(8));
        Matrix inOtherUnits = new Matrix(x.rows, 2);
        for (int r = 0; r < x.rows; r++) {
            inOtherUnits.set(r, 0, 1e12 * x.get(r, 0));
            inOtherUnits.set(r, 1, 1e-9 * x.get(r, 1));
        }
        double[] logProb = fit(x, 3).logProb(x);
        double[] other = fit(inOtherUnits, 3).logProb(inOtherUnits);
        for (int r = 0; r < x.rows; r++) {
            assertEquals(logProb[r] - 3 * Math.log(10), other[r], UNITS);
        }
    }

    @Test
    void badInputIsNamed() {
        assertMessage("shape (9,2) has 1 to 3 components, got 0", () -> fit(KNOWN.sample(9, new Well19937c(14)), 0));
        assertMessage("shape (8,2) has 1 to 2 components, got 3", () -> fit(KNOWN.sample(8, new Well19937c(14)), 3));
        assertMessage("leave out a feature that follows from others", () -> fit(new Matrix(50, 2), 2));
        Matrix x = KNOWN.sample(50, new Well19937c(14));
        x.set(7, 1, Double.NaN);
        assertMessage("point 7 has NaN in column 1", () -> fit(x, 2));
        assertMessage("2 features, got points of shape (3,4)", () -> KNOWN.logProb(new Matrix(3, 4)));
    }

    private static GaussianMixture fit(Matrix x, int components) {
        return GaussianMixture.fit(x, components, new Well19937c(1));
    }

    private static double[][] rows(Matrix x) {
        return IntStream.range(0, x.rows).mapToObj(x::row).toArray(double[][]::new);
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable bad) {
        String message = assertThrows(IllegalArgumentException.class, bad).getMessage();
        assertTrue(message.contains(part), message);
    }
}
