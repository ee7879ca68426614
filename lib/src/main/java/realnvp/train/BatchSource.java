package realnvp.train;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
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
        int[] order = MathArrays.natural(x.rows);
        return new BatchSource() {
            private int next = x.rows;

            @Override
            public void fill(Matrix batch) {
                if (batch.rows > x.rows || batch.columns != x.columns) {
                    throw new IllegalArgumentException(("a batch of shape %s can't be drawn from points of shape %s: "
                        + (batch.columns == x.columns ? "take a batch size of at most " + x.rows : "take as many columns "
                        + "as the flow has features")).formatted(batch.shape(), x.shape()));
                }
                if (next + batch.rows > x.rows) {
                    MathArrays.shuffle(order, rng); // Fisher and Yates
                    next = 0;
                }
                for (int r = 0; r < batch.rows; r++) {
                    System.arraycopy(x.data, order[next++] * x.columns, batch.data, r * x.columns, x.columns);
                }
            }
        };
    }
}
