package realnvp.flow;

import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;

/** A probability density p(x) that can be evaluated and sampled; log densities are in nats and may exceed 0. */
public interface Density {
    /** Number of features d of a point. */
    int features();

    /** log p(x) of every row: (n,d) to n numbers, in nats. */
    double[] logProb(Matrix x);

    /** n independent draws: (n,d). */
    Matrix sample(int n, RandomGenerator rng);

    /** Overwrites every row of the batch, (n,d), with an independent draw. */
    default void sampleInto(Matrix batch, RandomGenerator rng) {
        requireFeatures(batch);
        Matrix x = sample(batch.rows, rng);
        System.arraycopy(x.data, 0, batch.data, 0, batch.data.length);
    }

    /** Throws unless the points have d features. */
    default void requireFeatures(Matrix x) { Batches.requireFeatures(features(), x); }
}
