package realnvp.nn;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.engine.Parallel;

/**
 * Adam: m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², θ ← θ - α·(m/(1-β₁ᵗ)) / (√(v/(1-β₂ᵗ)) + ε), where g is the sum of the
 * gradients on the given tapes, added in their order. A parameter that is listed twice is changed once. Kingma and Ba
 * (2015), arXiv:1412.6980.
 */
public final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final float EPSILON = 1e-8f;

    private final List<Moments> moments;
    private final Parallel update;
    private double beta1PowerT = 1;
    private double beta2PowerT = 1;
    private List<Tape> tapes;
    private float stepSize; // α / (1-β₁ᵗ)
    private float secondMomentScale; // 1 / (1-β₂ᵗ)

    public Adam(List<Parameter> parameters) {
        moments = parameters.stream().distinct().map(Moments::new).toList();
        update = new Parallel(Parallel.THREADS, this::updatePart);
    }

    /**
     * Changes all parameters by one step.
     *
     * @param learningRate α of the paper; must be above 0
     * @param tapes        each after its backward; a tape is one part of the batch
     */
    public void step(double learningRate, List<Tape> tapes) {
        if (!(learningRate > 0)) {
            throw new IllegalArgumentException("the learning rate must be above 0, got " + learningRate);
        }
        beta1PowerT *= BETA1; // not Math.pow, whose last bit may differ between machines
        beta2PowerT *= BETA2;
        this.tapes = tapes;
        stepSize = (float) (learningRate / (1 - beta1PowerT));
        secondMomentScale = (float) (1 / (1 - beta2PowerT));
        update.run();
    }

    /** Neighbours in one part: the matrices of weights and the rows of biases alternate, and are not equally large. */
    private void updatePart(int part) {
        for (int i = part * moments.size() / Parallel.THREADS; i < (part + 1) * moments.size() / Parallel.THREADS; i++) {
            moments.get(i).parameter.update(moments.get(i));
        }
    }

    /** One parameter, its gradient g and the running means m and v. */
    private final class Moments implements Consumer<float[]> {
        private final Parameter parameter;
        private final float[] g;
        private final float[] m;
        private final float[] v;

        Moments(Parameter parameter) {
            this.parameter = parameter;
            g = new float[parameter.size()];
            m = new float[parameter.size()];
            v = new float[parameter.size()];
        }

        @Override
        public void accept(float[] theta) {
            Arrays.fill(g, 0f);
            for (int k = 0; k < tapes.size(); k++) {
                tapes.get(k).addGradient(parameter, g);
            }
            float rate = stepSize;
            float scale = secondMomentScale;
            for (int i = 0; i < theta.length; i++) { // 1 - β is rounded once: 1 - 0.999f is off by 1e-5 of itself
                m[i] = (float) BETA1 * m[i] + (float) (1 - BETA1) * g[i];
                v[i] = (float) BETA2 * v[i] + (float) (1 - BETA2) * (g[i] * g[i]);
                theta[i] -= rate * m[i] / ((float) Math.sqrt(v[i] * scale) + EPSILON);
            }
        }
    }
}
