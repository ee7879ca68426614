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
        return shuffled(x.rows, x.columns, (point, batch, row) ->
            System.arraycopy(x.data, point * x.columns, batch.data, row * x.columns, x.columns), rng);
    }

    /** The same for n points of so many features that stay where they are: each batch copies those it needs. */
    static BatchSource shuffled(int n, int features, Points points, RandomGenerator rng) {
        int[] order = MathArrays.natural(n);
        return new BatchSource() {
            private int next = n;

            @Override
            public void fill(Matrix batch) {
                if (batch.rows > n || batch.columns != features) {
                    throw new IllegalArgumentException(("a batch of shape %s can't be drawn from (%d,%d) points: take "
                        + "a batch size of at most %d").formatted(batch.shape(), n, features, n));
                }
                if (next + batch.rows > n) {
                    MathArrays.shuffle(order, rng); // Fisher and Yates
                    next = 0;
                }
                for (int r = 0; r < batch.rows; r++) {
                    points.copy(order[next++], batch, r);
                }
            }
        };
    }

    /** Points that are kept anywhere, such as in a table. */
    @FunctionalInterface
    interface Points {
        /** Writes the point of this number, counted from 0, to a row of the batch. */
        void copy(int point, Matrix batch, int row);
    }
}
