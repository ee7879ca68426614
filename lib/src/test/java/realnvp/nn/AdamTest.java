package realnvp.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;

class AdamTest {
    /** float32 rounding of numbers near 1. */
    private static final double TOLERANCE = 1e-6;

    /** f(θ) = θ²/2 from θ = 1 with α = 0.1: gradients 1 and 0.9, worked by hand. */
    @Test
    void followsAnExampleWorkedByHand() {
        Parameter theta = new Parameter("theta", Matrix.of(new double[] {1}));
        Tape tape = new Tape();
        Tensor t = tape.parameter(theta);
        Tensor loss = t.mul(t).mul(0.5).sum();
        Adam adam = new Adam(List.of(theta));

        tape.backward(loss);
        adam.step(0.1, List.of(tape));
        // m = 0.1, v = 0.001; corrected both 1; the step is α
        assertEquals(0.9, theta.value().get(0, 0), TOLERANCE);

        tape.forward();
        tape.backward(loss);
        adam.step(0.1, List.of(tape));
        // m = 0.9·0.1 + 0.1·0.9 = 0.18, corrected by 0.19: 0.9473684
        // v = 0.999·0.001 + 0.001·0.81 = 0.001809, corrected by 0.001999: 0.9049525, root 0.9512899
        assertEquals(0.9 - 0.1 * 0.9473684 / 0.9512899, theta.value().get(0, 0), TOLERANCE);
    }

    /** Ten steps in double, by the formulas of the paper, from large gradients to such that ε decides. */
    @ParameterizedTest(name = "gradients of about {0}")
    @ValueSource(doubles = {1e3, 1, 1e-4, 1e-6, 1e-7, 1e-8, 1e-9})
    void followsTheFormulasForGradientsOfAnySize(double size) {
        Parameter theta = new Parameter("theta", Matrix.of(new double[] {0}));
        Adam adam = new Adam(List.of(theta));
        double expected = 0, m = 0, v = 0;
        for (int t = 1; t <= 10; t++) {
            double g = (float) (size * (t % 3 == 0 ? -1 : 1 + 0.1 * t));
            Tape tape = new Tape();
            tape.backward(tape.parameter(theta).mul(g).sum());
            adam.step(0.01, List.of(tape));
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            expected -= 0.01 * (m / (1 - Math.pow(0.9, t))) / (Math.sqrt(v / (1 - Math.pow(0.999, t))) + 1e-8);
            assertEquals(expected, theta.value().get(0, 0), 1e-5 * Math.abs(expected), "step " + t);
        }
    }

    @Test
    void aParameterThatIsListedTwiceIsChangedOnce() {
        Parameter theta = new Parameter("theta", Matrix.of(new double[] {1}));
        Tape tape = new Tape();
        tape.backward(tape.parameter(theta).mul(3).sum());
        new Adam(List.of(theta, theta, theta)).step(0.1, List.of(tape));
        assertEquals(0.9, theta.value().get(0, 0), TOLERANCE);
    }

    @Test
    void addsTheGradientsOfAllTapes() {
        Parameter theta = new Parameter("theta", Matrix.of(new double[] {1}));
        Tape positive = new Tape();
        Tape negative = new Tape();
        positive.backward(positive.parameter(theta).mul(3).sum());
        negative.backward(negative.parameter(theta).mul(-3).sum());
        new Adam(List.of(theta)).step(0.1, List.of(positive, negative));
        assertEquals(1f, theta.value().get(0, 0), "opposite gradients leave the parameter where it is");
    }

    @Test
    void aRateOfZeroIsRefused() {
        Adam adam = new Adam(List.of());
        assertEquals("the learning rate must be above 0, got 0.0",
            assertThrows(IllegalArgumentException.class, () -> adam.step(0, List.of())).getMessage());
    }
}
