package realnvp.engine;

/**
 * exp and tanh in float32 from sums and products alone, which Java rounds alike on every machine; Math.exp does not
 * promise that. Largest relative error about 2e-7 (coefficients: S. Moshier, Cephes, single precision).
 */
public final class Float32 {
    private static final float LOG2_E = 1.44269504f;
    // ln 2 in two parts: the first has few bits, so that a whole multiple of it is exact.
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float ROUND = 12582912f; // 1.5 * 2^23: adding and subtracting it rounds to a whole number
    private static final float EXP_OVERFLOW = 88.72284f;
    private static final float EXP_UNDERFLOW = -104f;

    private Float32() { }

    /** exp(x) = 2^n exp(r) with a whole number n and |r| ≤ ln(2)/2; infinity above 88.7. */
    public static float exp(float x) {
        if (x > EXP_OVERFLOW) {
            return Float.POSITIVE_INFINITY;
        }
        if (x < EXP_UNDERFLOW) {
            return 0f;
        }
        float n = x * LOG2_E + ROUND - ROUND;
        float r = x - n * LN2_HIGH - n * LN2_LOW;
        float p = 1.9875691500e-4f * r + 1.3981999507e-3f;
        p = p * r + 8.3334519073e-3f;
        p = p * r + 4.1665795894e-2f;
        p = p * r + 1.6666665459e-1f;
        p = p * r + 5.0000001201e-1f;
        float y = p * (r * r) + r + 1f;
        int half = (int) n >> 1; // 2^n in two factors, since n itself may be out of the exponent's range
        return y * powerOfTwo(half) * powerOfTwo((int) n - half);
    }

    /** tanh(x), by a polynomial near 0 and by exp elsewhere; 1 from x = 9.1 on. */
    public static float tanh(float x) {
        float a = Math.abs(x);
        if (a < 0.625f) {
            float z = x * x;
            float p = -5.70498872745e-3f * z + 2.06390887954e-2f;
            p = p * z - 5.37397155531e-2f;
            p = p * z + 1.33314422036e-1f;
            p = p * z - 3.33332819422e-1f;
            return p * z * x + x;
        }
        float t = 1f - 2f / (exp(2f * a) + 1f);
        return Math.copySign(t, x);
    }

    private static float powerOfTwo(int n) { return Float.intBitsToFloat((n + 127) << 23); }
}
