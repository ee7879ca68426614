package realnvp.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.autodiff.Matrix;
import realnvp.train.BatchSource;

/** Dequantisation keeps the whole number, adds uniform noise that is new each time, and refuses other numbers. */
class PixelsTest {
    private static Matrix whole(int highest) {
        Matrix x = new Matrix(100, 64);
        Well19937c rng = new Well19937c(highest);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = rng.nextInt(highest + 1);
        }
        return x;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 255})
    void theNoiseIsUniformAndRoundingDownTakesItAway(int highest) {
        Matrix x = whole(highest);
        Matrix before = x.copy();
        Matrix noisy = Pixels.dequantized(x, new Well19937c(1));
        assertArrayEquals(before.data, x.data, "the points themselves stay");
        double[] noise = new double[x.data.length];
        for (int i = 0; i < noise.length; i++) {
            assertEquals(x.data[i], (float) Math.floor(noisy.data[i]));
            noise[i] = noisy.data[i] - x.data[i];
            assertTrue(noise[i] > 0 && noise[i] < 1);
        }
        double p = new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new UniformRealDistribution(null, 0, 1), noise);
        assertTrue(p > 1e-3, "not uniform: p-value " + p);
    }

    /** The generator's own ends, which chance meets once in 32,768 numbers: no pixel becomes its neighbour. */
    @Test
    void theNoiseIsAboveZeroAndBelowOneAtTheEndsOfTheGenerator() {
        for (int end : new int[] {0, 1}) {
            Matrix noisy = Pixels.dequantized(Matrix.of(new double[] {0, 16, 255}), new Well19937c(1) {
                @Override
                public int nextInt(int n) { return end * (n - 1); }
            });
            for (int i = 0; i < 3; i++) {
                float noise = noisy.data[i] - new float[] {0, 16, 255}[i];
                assertTrue(noise > 0 && noise < 1, "noise " + noise);
                assertEquals(end, noise, 1e-4);
            }
        }
    }

    @Test
    void eachBatchGetsTheNumbersOfItsSourceAndNoiseOfItsOwn() {
        Matrix x = whole(16).rows(0, 10);
        BatchSource alike = batch -> System.arraycopy(x.data, 0, batch.data, 0, x.data.length);
        BatchSource noisy = Pixels.dequantized(alike, new Well19937c(2));
        Matrix first = new Matrix(10, 64);
        Matrix second = new Matrix(10, 64);
        noisy.fill(first);
        noisy.fill(second);
        int same = 0;
        for (int i = 0; i < x.data.length; i++) {
            assertEquals(x.data[i], (float) Math.floor(first.data[i]));
            assertEquals(x.data[i], (float) Math.floor(second.data[i]));
            same += first.data[i] == second.data[i] ? 1 : 0;
        }
        assertTrue(same < 5, same + " of 640 numbers have the same noise twice");
    }

    @ParameterizedTest
    @ValueSource(floats = {0.5f, -1, 256, 3.0001f, Float.NaN, Float.POSITIVE_INFINITY})
    void whatIsNoPixelIsRefused(float value) {
        Matrix x = whole(16);
        x.data[77] = value;
        String message = assertThrows(IllegalArgumentException.class,
            () -> Pixels.dequantized(x, new Well19937c(1))).getMessage();
        assertEquals("pixels must be whole numbers from 0 to 255, got %s: do not dequantise twice".formatted(value),
            message);
    }
}
