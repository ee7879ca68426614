package realnvp.autodiff;

/**
 * exp and tanh in float32 from fused multiply-adds alone, so that they are the same bits on every machine, which
 * Math.exp does not promise. Largest relative error about 1.2e-7 (coefficients: Moshier, Cephes, single precision).
 */
final class Elementary {
    private static final float LOG2_E = 1.44269504f;
    // ln 2 in two parts: the first has few bits, so that a whole multiple of it is exact.
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float ROUND = 12582912f; // 1.5 * 2^23: adding and subtracting it rounds to a whole number
    private static final float EXP_OVERFLOW = 88.72284f;
    private static final float EXP_UNDERFLOW = -104f;

    private Elementary() {
    }

    /** y = exp(x), elementwise. */
    static void exp(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = exp(x[i]);
        }
    }

    /** y = tanh(x), elementwise. */
    static void tanh(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = tanh(x[i]);
        }
    }

    /** y = max(x, 0), elementwise; NaN stays, so that a sick layer shows. */
    static void rectify(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.max(x[i], 0f);
        }
    }

    /** 1 for v > 0 and 0 for v = 0, without a branch, since a processor guesses the signs of activations badly. */
    static float isPositive(float v) {
        return Math.min(Math.min(v * 0x1p100f, 1f) * 0x1p100f, 1f);
    }

    static float exp(float x) {
        if (x > EXP_OVERFLOW) {
            return Float.POSITIVE_INFINITY;
        }
        if (x < EXP_UNDERFLOW) {
            return 0f;
        }
        // exp(x) = 2^n exp(r), |r| <= ln(2)/2
        float n = Math.fma(x, LOG2_E, ROUND) - ROUND;
        float r = Math.fma(-n, LN2_LOW, Math.fma(-n, LN2_HIGH, x));
        float p = Math.fma(1.9875691500e-4f, r, 1.3981999507e-3f);
        p = Math.fma(p, r, 8.3334519073e-3f);
        p = Math.fma(p, r, 4.1665795894e-2f);
        p = Math.fma(p, r, 1.6666665459e-1f);
        p = Math.fma(p, r, 5.0000001201e-1f);
        float y = Math.fma(p, r * r, r) + 1f;
        int half = (int) n >> 1; // 2^n in two factors, since n itself may be out of the exponent's range
        return y * powerOfTwo(half) * powerOfTwo((int) n - half);
    }

    static float tanh(float x) {
        float a = Math.abs(x);
        if (a < 0.625f) {
            float z = x * x;
            float p = Math.fma(-5.70498872745e-3f, z, 2.06390887954e-2f);
            p = Math.fma(p, z, -5.37397155531e-2f);
            p = Math.fma(p, z, 1.33314422036e-1f);
            p = Math.fma(p, z, -3.33332819422e-1f);
            return Math.fma(p * z, x, x);
        }
        float t = 1f - 2f / (exp(2f * a) + 1f); // 1 from a = 9.1 on
        return Math.copySign(t, x);
    }

    private static float powerOfTwo(int n) {
        return Float.intBitsToFloat((n + 127) << 23);
    }
}
