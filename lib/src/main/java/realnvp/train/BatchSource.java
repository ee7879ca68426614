package realnvp.train;

import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;

/** Where the points of a training step come from. */
@FunctionalInterface
public interface BatchSource {
    /** Overwrites all rows of the batch, (n,d), with points. */
    void fill(Matrix batch);

    /** New draws in every step, so that no point is ever seen twice. */
    static BatchSource fresh(Density density, RandomGenerator rng) {
        return batch -> density.sampleInto(batch, rng);
    }

    /**
     * Mini-batches of a fixed set, in a new random order each time the set is used up; what is left over at the end of
     * an order and does not fill a batch waits for the next one.
     */
    static BatchSource shuffled(Matrix x, RandomGenerator rng) {
        int[] order = new int[x.rows];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        int[] next = {order.length};
        return batch -> {
            if (batch.rows > x.rows || batch.columns != x.columns) {
                throw new IllegalArgumentException(("a batch of shape %s can't be drawn from %s points: choose a batch "
                    + "size of at most %d").formatted(batch.shape(), x.shape(), x.rows));
            }
            if (next[0] + batch.rows > order.length) {
                for (int i = order.length - 1; i > 0; i--) { // Fisher and Yates
                    int j = rng.nextInt(i + 1);
                    int swap = order[i];
                    order[i] = order[j];
                    order[j] = swap;
                }
                next[0] = 0;
            }
            for (int r = 0; r < batch.rows; r++) {
                System.arraycopy(x.data, order[next[0]++] * x.columns, batch.data, r * x.columns, x.columns);
            }
        };
    }
}
