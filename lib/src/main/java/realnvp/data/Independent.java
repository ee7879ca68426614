package realnvp.data;

import java.util.Arrays;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;
import realnvp.moons.KnownDensity;

/**
 * Two truths side by side: p(x) = p₁(first columns)·p₂(the others), and the entropies add up; more dimensions from
 * shapes that are known.
 *
 * <p>Points are (n,d) with d the sum of both numbers of features; log densities are in nats.
 */
public record Independent(KnownDensity first, KnownDensity second) implements KnownDensity {
    @Override
    public int features() { return first.features() + second.features(); }

    @Override
    public Matrix sample(int n, RandomGenerator rng) {
        Matrix left = first.sample(n, rng);
        Matrix right = second.sample(n, rng);
        Matrix x = new Matrix(n, features()); // (n,d₁), (n,d₂) -> (n,d)
        for (int r = 0; r < n; r++) {
            System.arraycopy(left.data, r * left.columns, x.data, r * x.columns, left.columns);
            System.arraycopy(right.data, r * right.columns, x.data, r * x.columns + left.columns, right.columns);
        }
        return x;
    }

    @Override
    public double[] logProb(Matrix x) {
        if (x.columns != features()) {
            throw new IllegalArgumentException("this pair of truths has %d features, got points of shape %s"
                .formatted(features(), x.shape()));
        }
        double[] logProb = first.logProb(columns(x, 0, first.features()));
        double[] logRight = second.logProb(columns(x, first.features(), x.columns));
        Arrays.setAll(logProb, r -> logProb[r] + logRight[r]);
        return logProb;
    }

    private static Matrix columns(Matrix x, int from, int to) {
        Matrix part = new Matrix(x.rows, to - from);
        for (int r = 0; r < x.rows; r++) {
            System.arraycopy(x.data, r * x.columns + from, part.data, r * part.columns, part.columns);
        }
        return part;
    }

    @Override
    public double entropy() { return first.entropy() + second.entropy(); }

    @Override
    public String toString() { return "%s beside %s".formatted(first, second); }
}
