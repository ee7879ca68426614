package realnvp.flow;

import java.util.Arrays;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;

/** N(0, I): log p_Z(z) = -|z|²/2 - d/2·log(2π), in nats; the base of every flow here. */
public record StandardNormal(int features) implements Density {
    public StandardNormal {
        if (features < 1) {
            throw new IllegalArgumentException("features must be at least 1, got " + features);
        }
    }

    /** log p_Z of each point on the tape: (n,d) to (n,1). */
    public Tensor logProb(Tensor z) { return z.mul(z).sumColumns().mul(-0.5).add(-logNormalizer()); }

    @Override
    public double[] logProb(Matrix z) {
        requireFeatures(z);
        double[] squares = new double[z.rows]; // Σ z²
        for (int i = 0; i < z.data.length; i++) {
            squares[i / features] += (double) z.data[i] * z.data[i];
        }
        return Arrays.stream(squares).map(sum -> -0.5 * sum - logNormalizer()).toArray();
    }

    @Override
    public Matrix sample(int n, RandomGenerator rng) {
        Matrix z = new Matrix(n, features);
        for (int i = 0; i < z.data.length; i++) {
            z.data[i] = (float) rng.nextGaussian();
        }
        return z;
    }

    private double logNormalizer() { return 0.5 * features * FastMath.log(2 * Math.PI); }
}
