package realnvp.data;

import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;

/** A density that is drawn and evaluated one point at a time, in double; only the points (n,d) are float32. */
abstract class PointwiseDensity implements Density {
    /** log p of one point, d numbers, in nats. */
    abstract double logProb(double[] x);

    /** One point, d numbers. */
    abstract double[] draw(RandomGenerator rng);

    @Override
    public double[] logProb(Matrix x) {
        requireFeatures(x);
        return IntStream.range(0, x.rows).mapToDouble(r -> logProb(x.row(r))).toArray();
    }

    @Override
    public Matrix sample(int n, RandomGenerator rng) {
        return Matrix.of(IntStream.range(0, n).mapToObj(r -> draw(rng)).toArray(double[][]::new));
    }
}
