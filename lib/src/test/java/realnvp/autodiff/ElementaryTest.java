package realnvp.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ElementaryTest {
    /** Two units in the last place of float32. */
    private static final double RELATIVE_TOLERANCE = 2.5e-7;

    @Test
    void expIsAccurateOverItsWholeRange() {
        for (float x = -87; x < 88.7f; x += 0.00137f) {
            assertEquals(1, Elementary.exp(x) / Math.exp(x), RELATIVE_TOLERANCE, "exp(" + x + ")");
        }
    }

    @Test
    void tanhIsAccurateAndOdd() {
        for (float x = 1e-4f; x < 12; x += 0.000137f) {
            assertEquals(1, Elementary.tanh(x) / Math.tanh(x), RELATIVE_TOLERANCE, "tanh(" + x + ")");
            assertEquals(Elementary.tanh(x), -Elementary.tanh(-x));
        }
    }

    @Test
    void limitsAndNotANumber() {
        assertEquals(1f, Elementary.exp(0f));
        assertEquals(0f, Elementary.tanh(0f));
        assertEquals(0f, Elementary.exp(Float.NEGATIVE_INFINITY));
        assertEquals(Float.POSITIVE_INFINITY, Elementary.exp(89f));
        assertEquals(1f, Elementary.tanh(Float.POSITIVE_INFINITY));
        assertTrue(Float.isNaN(Elementary.exp(Float.NaN)));
        assertTrue(Float.isNaN(Elementary.tanh(Float.NaN)));
    }
}
