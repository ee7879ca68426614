package realnvp.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;

class MlpTest {
    /** Two networks, one after the other, and the tapes that train them. */
    private static final class Nets {
        private final RandomGenerator rng = new Well19937c(1);
        private final Mlp first;
        private final Mlp second;

        Nets(int features, Activation activation) {
            first = Mlp.create("first", activation, rng, features, 20, 20, features);
            second = Mlp.create("second", activation, rng, features, 20, 20, features);
            for (Parameter p : parameters()) { // the last layers start at zero
                p.assign(points(p.rows(), p.columns()));
            }
        }

        List<Parameter> parameters() {
            return Stream.of(first, second).flatMap(net -> net.parameters().stream()).toList();
        }

        Matrix points(int rows, int columns) {
            Matrix x = new Matrix(rows, columns);
            for (int i = 0; i < x.data.length; i++) {
                x.data[i] = (float) rng.nextGaussian();
            }
            return x;
        }

        Tensor loss(Tape tape, Matrix x) {
            Tensor h = tape.constant(x);
            return second.apply(h.add(first.apply(h))).sum();
        }

        float[] gradients(Tape tape) {
            float[] all = new float[0];
            for (Parameter p : parameters()) {
                float[] one = new float[p.data().length];
                tape.addGradient(p, one, true);
                int before = all.length;
                all = Arrays.copyOf(all, before + one.length);
                System.arraycopy(one, 0, all, before, one.length);
            }
            return all;
        }
    }

    /** A network of one or two features forgets values and computes them again; with three it keeps them. */
    @ParameterizedTest(name = "{0} features, {1}")
    @CsvSource({"1, RELU", "2, RELU", "3, RELU", "1, TANH"})
    void tapesThatShareBuffersGiveTheGradientsOfTapesThatKeepAll(int features, Activation activation) {
        Nets nets = new Nets(features, activation);
        Matrix[] x = {nets.points(9, features), nets.points(9, features), nets.points(5, features)};
        Tape before = null;
        Tape[] sharing = new Tape[x.length];
        Tensor[] losses = new Tensor[x.length];
        for (int i = 0; i < x.length; i++) {
            sharing[i] = before == null ? Tape.forTraining() : Tape.forTrainingAfter(before);
            losses[i] = nets.loss(sharing[i], x[i]);
            before = sharing[i];
        }
        for (int replay = 0; replay < 2; replay++) {
            for (int i = 0; i < x.length; i++) {
                sharing[i].forward();
                sharing[i].backward(losses[i]);
            }
        }
        for (int i = 0; i < x.length; i++) {
            Tape keeping = new Tape();
            keeping.backward(nets.loss(keeping, x[i]));
            assertArrayEquals(nets.gradients(keeping), nets.gradients(sharing[i]), "tape " + i);
        }
    }

    @Test
    void differentPointsHaveDifferentGradients() {
        Nets nets = new Nets(1, Activation.RELU);
        Tape one = new Tape();
        Tape other = new Tape();
        one.backward(nets.loss(one, nets.points(9, 1)));
        other.backward(nets.loss(other, nets.points(9, 1)));
        assertNotEquals(nets.gradients(one)[0], nets.gradients(other)[0]);
    }
}
