package realnvp.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
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
