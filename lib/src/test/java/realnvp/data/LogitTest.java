package realnvp.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.autodiff.GradientCheck;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.check.Jacobian;
import realnvp.check.Mass;
import realnvp.check.RoundTrip;
import realnvp.flow.RealNvp;
import realnvp.flow.ValueAndLogDet;
import realnvp.moons.Box;

/** The logit as a layer: its formula, its log-determinant both ways, its slopes, and what it refuses. */
class LogitTest {
    private static Matrix inside(int d, double levels) {
        Matrix x = new Matrix(200, d);
        Well19937c rng = new Well19937c(d);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = (float) (levels * rng.nextDouble());
        }
        return x;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 17", "3, 0.25", "64, 256"})
    void theLogDeterminantIsThatOfTheMapAndTheWayBackUndoesIt(int d, double levels) {
        Logit logit = new Logit(d, levels);
        Matrix x = inside(d, levels);
        Jacobian.check(logit, x.rows(0, 4));
        assertTrue(RoundTrip.of(logit, x).absolute() < 1e-5 * levels);
        assertTrue(RoundTrip.of(logit, x).logDet() < 1e-5 * d, RoundTrip.of(logit, x).toString());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 4, 17, 256})
    void theFormulaHoldsNumberByNumber(double levels) {
        Matrix x = inside(3, levels);
        Matrix z = new Logit(3, levels).forward(x);
        double[] logDet = new Logit(3, levels).forwardLogDet(x);
        for (int r = 0; r < x.rows; r++) {
            double sum = 0;
            for (int c = 0; c < 3; c++) {
                double y = 0.01 + 0.98 * x.get(r, c) / levels;
                assertEquals(Math.log(y / (1 - y)), z.get(r, c), 2e-4);
                sum += Math.log(0.98 / levels / (y * (1 - y)));
            }
            assertEquals(sum, logDet[r], 1e-3);
        }
    }

    /** Whole levels are numbers on the rim: they are allowed, and have a finite value. */
    @Test
    void bothEndsOfTheRangeAreAllowedAndLieOppositeEachOther() {
        Matrix z = new Logit(2, 17).forward(Matrix.of(new double[] {0, 17}));
        assertEquals(Math.log(0.01 / 0.99), z.get(0, 0), 1e-4);
        assertEquals(-z.get(0, 0), z.get(0, 1), 1e-4);
    }

    @Test
    void theBackwardPassIsThatOfDifferencesBothWays() {
        Logit logit = new Logit(3, 17);
        Matrix x = Matrix.of(new double[] {0.5, 8, 16}, new double[] {3, 12, 1});
        GradientCheck.check("forward", v -> both(logit.forwardAndLogDet(v[0])), x);
        GradientCheck.check("inverse", v -> both(logit.inverseAndLogDet(v[0])), logit.forward(x));
    }

    private static Tensor both(ValueAndLogDet result) {
        return result.value().sum().add(result.logDet().mul(2).sum());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-100, -40, 40, 100})
    void noLatentPointIsTooFarForTheWayBack(double far) {
        Tensor z = Tape.forInference().constant(Matrix.of(new double[] {far}));
        ValueAndLogDet back = new Logit(1, 17).inverseAndLogDet(z);
        assertEquals(far < 0 ? -17 * 0.01 / 0.98 : 17 * 0.99 / 0.98, back.value().value().get(0, 0), 1e-4);
        assertEquals(-Math.abs(far) - Math.log(0.98 / 17), back.logDet().value().get(0, 0), 1e-3);
    }

    /** The density of a flow that begins with it has mass 1 on the range and the margin around it. */
    @Test
    void aFlowThroughItHasTheMassOne() {
        RealNvp flow = RealNvp.of(new Logit(2, 4));
        double margin = 4 * 0.01 / 0.98 - 1e-6;
        double mass = Mass.inside(flow::logProb, new Box(-margin, 4 + margin, -margin, 4 + margin), 400);
        assertEquals(1, mass, 1e-3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.2, 17.2, -1e30, 1e30, Double.NaN})
    void aNumberOutsideTheRangeIsRefusedWithItsSize(double outside) {
        String message = assertThrows(IllegalArgumentException.class,
            () -> new Logit(2, 17).forward(Matrix.of(new double[] {5, outside}))).getMessage();
        assertTrue(message.matches("a logit takes numbers between 0 and its levels, got one that is (NaN|-?\\d+\\.\\d\\d) "
            + "of them: set the levels to the end of the range"), message);
    }

    @ParameterizedTest
    @CsvSource({"0, 17", "-1, 17", "2, 0", "2, -4", "2, NaN", "2, Infinity"})
    void aRangeThatIsNoneIsRefused(int features, double levels) {
        String message = assertThrows(IllegalArgumentException.class, () -> new Logit(features, levels)).getMessage();
        assertEquals("a logit needs at least 1 feature and levels above 0, got %d and %s".formatted(features, levels),
            message);
    }
}
