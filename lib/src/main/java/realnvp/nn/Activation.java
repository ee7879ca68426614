package realnvp.nn;

import realnvp.autodiff.Tensor;

/** What stands between two linear layers. */
public enum Activation {
    RELU {
        @Override
        Tensor apply(Tensor x) {
            return x.reluInPlace(); // a linear output is read by nothing else
        }
    },
    TANH {
        @Override
        Tensor apply(Tensor x) {
            return x.tanh();
        }
    };

    abstract Tensor apply(Tensor x);
}
