package realnvp.data;

import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;
import realnvp.train.BatchSource;

/**
 * Dequantisation: whole numbers k become numbers from k to k + 1, drawn uniformly, so that they have a density. Theis
 * et al. (2016), arXiv:1511.01844: the mean log density of the noisy numbers is at most the log probability of k.
 */
public final class Pixels {
    private static final int STEPS = 1 << 15; // exact in float32 for numbers up to 255, so that rounding down gives k

    private Pixels() { }

    /** A copy of the points (n,d) with noise above 0 and below 1 on every number. */
    public static Matrix dequantized(Matrix x, RandomGenerator rng) {
        Matrix noisy = x.copy();
        addNoise(noisy, rng);
        return noisy;
    }

    /** The batches of the source, with new noise in every step. */
    public static BatchSource dequantized(BatchSource source, RandomGenerator rng) {
        return batch -> {
            source.fill(batch);
            addNoise(batch, rng);
        };
    }

    private static void addNoise(Matrix x, RandomGenerator rng) {
        for (int i = 0; i < x.data.length; i++) {
            if (x.data[i] != (int) x.data[i] || x.data[i] < 0 || x.data[i] > 255) {
                throw new IllegalArgumentException("pixels must be whole numbers from 0 to 255, got " + x.data[i]
                    + ": do not dequantise twice");
            }
            x.data[i] += (rng.nextInt(STEPS) + 0.5f) / STEPS;
        }
    }
}
