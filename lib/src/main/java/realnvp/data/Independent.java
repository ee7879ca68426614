package realnvp.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.moons.KnownDensity;

/**
 * Two known densities side by side: p(x) = p₁(first columns)·p₂(the others), and the entropies add up; more
 * dimensions from shapes that are known. Points are (n,d) with d the sum of both; log densities are in nats.
 */
public record Independent(KnownDensity first, KnownDensity second) implements KnownDensity {
    @Override
    public int features() { return first.features() + second.features(); }

    @Override
    public Matrix sample(int n, RandomGenerator rng) {
        Matrix left = first.sample(n, rng);
        Matrix right = second.sample(n, rng);
        return Matrix.of(IntStream.range(0, n).mapToObj(r -> MathArrays.concatenate(left.row(r), right.row(r)))
            .toArray(double[][]::new)); // (n,d₁), (n,d₂) -> (n,d)
    }

    @Override
    public double[] logProb(Matrix x) {
        requireFeatures(x);
        return MathArrays.ebeAdd(first.logProb(columns(x, 0, first.features())),
            second.logProb(columns(x, first.features(), x.columns)));
    }

    private static Matrix columns(Matrix x, int from, int to) {
        return Matrix.of(IntStream.range(0, x.rows).mapToObj(r -> Arrays.copyOfRange(x.row(r), from, to))
            .toArray(double[][]::new));
    }

    @Override
    public double entropy() { return first.entropy() + second.entropy(); }
}
