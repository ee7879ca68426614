package realnvp.nn;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.engine.Perceptron;

/**
 * y = x W + b: (n,in) to (n,out).
 *
 * @param weight W, (in,out)
 * @param bias   b, (1,out)
 */
public record Linear(Parameter weight, Parameter bias) implements Module {
    public Linear {
        if (bias.rows() != 1 || bias.columns() != weight.columns()) {
            throw new IllegalArgumentException("weights of shape (%d,%d) need biases of shape (1,%d), got (%d,%d)"
                .formatted(weight.rows(), weight.columns(), weight.columns(), bias.rows(), bias.columns()));
        }
    }

    /**
     * Weights and biases uniform in ±1/√in, so that the outputs of a layer are about as large as its inputs
     * (LeCun et al. 1998, doi:10.1007/3-540-49430-8_2).
     */
    public static Linear create(String name, int in, int out, RandomGenerator rng) {
        Matrix weight = new Matrix(in, out);
        Matrix bias = new Matrix(1, out);
        double limit = 1 / Math.sqrt(in);
        for (Matrix m : List.of(weight, bias)) {
            for (int i = 0; i < m.data.length; i++) {
                m.data[i] = (float) (limit * (2 * rng.nextDouble() - 1));
            }
        }
        return of(name, weight, bias);
    }

    /** The layer that starts with a copy of these weights, (in,out), and biases, (1,out). */
    public static Linear of(String name, Matrix weight, Matrix bias) {
        return new Linear(new Parameter(name + " weight", weight), new Parameter(name + " bias", bias));
    }

    @Override
    public Tensor apply(Tensor x) {
        return x.linear(x.tape().parameter(weight), x.tape().parameter(bias));
    }

    Perceptron.Layer inEngine(Tape tape) {
        return new Perceptron.Layer(weight.packed(), weight.packedTranspose(), tape.parameter(bias).value().data);
    }

    @Override
    public List<Parameter> parameters() { return List.of(weight, bias); }

    @Override
    public String toString() { return "%d → %d".formatted(weight.rows(), weight.columns()); }
}
