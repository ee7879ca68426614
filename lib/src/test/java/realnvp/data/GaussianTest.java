package realnvp.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.distribution.MultivariateNormalDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import realnvp.autodiff.Matrix;
import realnvp.moons.TwoMoons;

class GaussianTest {
    private static final double KNOWN = 5e-4; // known values have four decimals
    private static final double DOUBLE = 1e-12; // a few roundings of numbers near 1

    @ParameterizedTest
    @CsvSource({"0.05, 1.8835", "0.06, 1.8872", "0.10, 1.9083"})
    void bestGaussianForMoonsHasTheKnownLoss(double noise, double expected) {
        assertEquals(expected, Gaussian.of(new TwoMoons(noise)).entropy(), KNOWN);
    }

    @Test
    void meanLossOnTheFittedPointsIsTheEntropy() {
        Matrix x = new TwoMoons(0.1).sample(500, new Well19937c(1));
        Gaussian fitted = Gaussian.fit(x);
        assertEquals(fitted.entropy(), -StatUtils.mean(fitted.logProb(x)), DOUBLE);
    }

    @Test
    void logProbIsThatOfCommonsMath() {
        double[] mean = {1, -2, 0.5};
        double[][] covariance = {{2, 0.3, -0.1}, {0.3, 1, 0.4}, {-0.1, 0.4, 0.7}};
        Matrix x = Matrix.of(new double[][] {{0, 0, 0}, {1, -2, 0.5}, {3, 1, -1}});
        MultivariateNormalDistribution reference = new MultivariateNormalDistribution(mean, covariance);
        double[] logProb = new Gaussian(mean, covariance).logProb(x);
        for (int r = 0; r < x.rows; r++) {
            assertEquals(Math.log(reference.density(x.row(r))), logProb[r], DOUBLE * 10);
        }
    }

    @Test
    void samplesFollowTheDensity() {
        Gaussian gaussian = Gaussian.of(new TwoMoons(0.05));
        double[] logProb = gaussian.logProb(gaussian.sample(20_000, new Well19937c(2)));
        // −log p is ½χ²(2) plus a constant, which has variance 1: four standard errors are 4/√n.
        assertEquals(gaussian.entropy(), -StatUtils.mean(logProb), 4 / Math.sqrt(20_000));
    }

    @Test
    void whatIsFlatDoesNotDependOnTheUnits() {
        Matrix tiny = new Matrix(100, 2);
        Matrix line = new Matrix(100, 2);
        for (int r = 0; r < 100; r++) {
            tiny.set(r, 0, 1e-12 * (r % 10));
            tiny.set(r, 1, 1e12 * (r / 10));
            line.set(r, 0, 1e12 * r);
            line.set(r, 1, 2e12 * r);
        }
        // Uniform on 10 × 10 places one unit apart, each way of variance 99/12.
        assertEquals(Math.log(2 * Math.PI * Math.E * 99 / 12), Gaussian.fit(tiny).entropy(), 1e-6);
        assertThrows(IllegalArgumentException.class, () -> Gaussian.fit(line));
        assertThrows(IllegalArgumentException.class,
            () -> new Gaussian(new double[2], new double[][] {{-1, 0}, {0, 1}}));
    }

    @Test
    void badInputIsNamed() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Gaussian.fit(new Matrix(2, 2)))
            .getMessage().contains("at least 3 points"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Gaussian.fit(new Matrix(9, 2)))
            .getMessage().contains("on a line"));
        assertThrows(IllegalArgumentException.class, () -> new Gaussian(new double[2], new double[3][3]));
    }
}
