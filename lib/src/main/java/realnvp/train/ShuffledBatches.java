package realnvp.train;

import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;

/** Mini-batches of n points in a new random order each time they are used up, wherever the points are kept. */
final class ShuffledBatches implements BatchSource {
    private final Points points;
    private final int features;
    private final RandomGenerator rng;
    private final int[] order; // n
    private int next;

    ShuffledBatches(int n, int features, Points points, RandomGenerator rng) {
        this.points = points;
        this.features = features;
        this.rng = rng;
        order = IntStream.range(0, n).toArray();
        next = n;
    }

    @Override
    public void fill(Matrix batch) {
        if (batch.rows > order.length || batch.columns != features) {
            throw new IllegalArgumentException(("a batch of shape %s can't be drawn from (%d,%d) points: choose a batch "
                + "size of at most %d").formatted(batch.shape(), order.length, features, order.length));
        }
        if (next + batch.rows > order.length) {
            MathArrays.shuffle(order, rng); // Fisher and Yates
            next = 0;
        }
        for (int r = 0; r < batch.rows; r++) {
            points.copy(order[next++], batch, r);
        }
    }
}
