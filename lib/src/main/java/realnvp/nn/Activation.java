package realnvp.nn;

import realnvp.autodiff.Tensor;

/** What stands between two linear layers. */
public enum Activation {
    RELU(realnvp.engine.Activation.RELU) {
        @Override
        Tensor apply(Tensor x) {
            return x.relu();
        }
    },
    TANH(realnvp.engine.Activation.TANH) {
        @Override
        Tensor apply(Tensor x) {
            return x.tanh();
        }
    };

    final realnvp.engine.Activation inEngine;

    Activation(realnvp.engine.Activation inEngine) {
        this.inEngine = inEngine;
    }

    abstract Tensor apply(Tensor x);
}
