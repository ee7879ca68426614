package realnvp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Float32Test {
    /** Two units in the last place of float32. */
    private static final double RELATIVE_TOLERANCE = 2.5e-7;

    @Test
    void expIsAccurateOverItsWholeRange() {
        for (float x = -87; x < 88.7f; x += 0.00137f) {
            assertEquals(1, Float32.exp(x) / Math.exp(x), RELATIVE_TOLERANCE, "exp(" + x + ")");
        }
    }

    @Test
    void tanhIsAccurateAndOdd() {
        for (float x = 1e-4f; x < 12; x += 0.000137f) {
            assertEquals(1, Float32.tanh(x) / Math.tanh(x), RELATIVE_TOLERANCE, "tanh(" + x + ")");
            assertEquals(Float32.tanh(x), -Float32.tanh(-x));
        }
    }

    @Test
    void limitsAndNotANumber() {
        assertEquals(1f, Float32.exp(0f));
        assertEquals(0f, Float32.tanh(0f));
        assertEquals(0f, Float32.exp(Float.NEGATIVE_INFINITY));
        assertEquals(Float.POSITIVE_INFINITY, Float32.exp(89f));
        assertEquals(1f, Float32.tanh(Float.POSITIVE_INFINITY));
        assertTrue(Float.isNaN(Float32.exp(Float.NaN)));
        assertTrue(Float.isNaN(Float32.tanh(Float.NaN)));
    }
}
