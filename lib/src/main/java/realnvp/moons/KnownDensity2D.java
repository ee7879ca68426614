package realnvp.moons;

import java.util.stream.IntStream;
import org.apache.commons.math3.analysis.BivariateFunction;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import realnvp.autodiff.Matrix;

/**
 * A known density in the plane. A shape of one's own says three things: how one point is drawn, log p of one point, and
 * −∫ p log p; all else follows.
 *
 * <p>Points are (n,2), log densities and the entropy are in nats. A point that is not finite is refused. Same seed,
 * same bits anywhere, as long as a shape takes its sines, exponentials and random numbers from commons-math3.
 */
public abstract class KnownDensity2D implements KnownDensity {
    private volatile double entropy = Double.NaN; // computed when first asked for

    /** Writes one point to data[at] and data[at + 1]; returns the part of the shape it is of, counted from 0. */
    protected abstract int draw(float[] data, int at, RandomGenerator rng);

    /** log p of a finite point, in nats. */
    protected abstract double logDensity(double x, double y);

    /** −∫ p log p in nats. */
    protected abstract double integrateEntropy();

    @Override
    public int features() { return 2; }

    @Override
    public Matrix sample(int n, RandomGenerator rng) { return sampleWithLabels(n, rng).points(); }

    /** n draws (n,2) and the part of the shape that each is of; the points are those of {@link #sample}. */
    public LabelledPoints sampleWithLabels(int n, RandomGenerator rng) {
        Matrix points = new Matrix(n, 2);
        int[] labels = new int[n];
        for (int r = 0; r < n; r++) {
            labels[r] = draw(points.data, 2 * r, rng);
        }
        return new LabelledPoints(points, labels);
    }

    /** Overwrites every row of the batch (n,2) with a fresh draw and allocates nothing: for training. */
    @Override
    public void sampleInto(Matrix batch, RandomGenerator rng) {
        requireFeatures(batch);
        for (int r = 0; r < batch.rows; r++) {
            draw(batch.data, 2 * r, rng);
        }
    }

    @Override
    public double[] logProb(Matrix x) {
        requireFeatures(x);
        return IntStream.range(0, x.rows).mapToDouble(r -> logProb(x.get(r, 0), x.get(r, 1))).toArray();
    }

    /** log p(x, y) of one point in nats. */
    public double logProb(double x, double y) {
        if (!Double.isFinite(x) || !Double.isFinite(y)) {
            throw new IllegalArgumentException("a point must be finite, got (" + x + ", " + y + ")");
        }
        return logDensity(x, y);
    }

    /** −∫ p log p in nats: the smallest mean loss that any model can reach on these data. Kept once computed. */
    @Override
    public double entropy() {
        if (Double.isNaN(entropy)) {
            entropy = integrateEntropy();
        }
        return entropy;
    }

    /** Trapezoids with h between the nodes, over those nodes of the box that lie nearer to the shape than the reach. */
    protected final double entropyOnGrid(Box box, double h, BivariateFunction distance, double reach) {
        double sum = 0;
        for (double x = box.xMin(); x < box.xMax(); x += h) {
            for (double y = box.yMin(); y < box.yMax(); y += h) {
                if (distance.value(x, y) < reach) {
                    double logProb = logProb(x, y);
                    sum -= FastMath.exp(logProb) * logProb;
                }
            }
        }
        return sum * h * h;
    }

    protected static double requireNoise(double noise) {
        if (!(noise > 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise must be a number above 0, got " + noise);
        }
        return noise;
    }
}
