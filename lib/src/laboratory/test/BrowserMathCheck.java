import java.util.SplittableRandom;
import realnvp.laboratory.BrowserMath;

/** Compares the page's arithmetic with that of the JVM, bit by bit; prints how many hard cases it saw. */
public final class BrowserMathCheck {
    private static final int EACH = 4_000_000;
    private static final float[] SPECIAL = {0f, -0f, 1f, -1f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL,
        Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN,
        Math.nextDown(Float.MIN_NORMAL), Math.nextUp(1f), Math.nextDown(1f), 0x1p-75f, 0x1p-74f, 0x1p64f, 0x1p63f};
    private static int middle;
    private static int subnormal;

    private BrowserMathCheck() { }

    public static void main(String[] args) {
        SplittableRandom rng = new SplittableRandom(1);
        for (float a : SPECIAL) {
            for (float b : SPECIAL) {
                for (float c : SPECIAL) {
                    compare(a, b, c);
                }
            }
        }
        for (int i = 0; i < EACH; i++) {
            compare(bits(rng, 0, 256), bits(rng, 0, 256), bits(rng, 0, 256)); // anything, infinities and NaN too
            compare(bits(rng, 125, 129), bits(rng, 125, 129), bits(rng, 125, 129)); // as in a training
            compare(bits(rng, 50, 80), bits(rng, 40, 60), bits(rng, 0, 12)); // results near 2^-126 and below it
            compare(bits(rng, 190, 192), bits(rng, 188, 192), bits(rng, 250, 255)); // near the largest float
            nearTheMiddle(rng);
            compareUlp(Double.longBitsToDouble(rng.nextLong()));
        }
        for (double x : new double[] {0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE,
            Double.NEGATIVE_INFINITY, Double.NaN, Math.nextDown(Double.MIN_NORMAL), Math.nextDown(Double.MAX_VALUE)}) {
            compareUlp(x);
        }
        System.out.printf("%d triples near the middle between two floats, %d results below 2^-126%n", middle, subnormal);
    }

    /** a·b + c where a·b is half the last place of c, often below 2^-126, or three halves, or a very little off. */
    private static void nearTheMiddle(SplittableRandom rng) {
        boolean small = rng.nextInt(4) == 0;
        float c = bits(rng, small ? 0 : 30, small ? 3 : 200);
        float little = rng.nextInt(-2, 3) * 0x1p-23f;
        float half = (rng.nextBoolean() ? 1 : -1) * (rng.nextInt(4) == 0 ? 3 : 1) * 0x1p-41f;
        compare((1 + little) * half, (1 - little) * (Math.ulp(c) * 0x1p40f), c);
        compare((1 + little) * half, Math.ulp(c) * 0x1p40f, c);
        float product = rng.nextInt(0x1000, 0x2000) | 1; // times another: an odd number of up to 25 bits
        compare(product, rng.nextInt(0x800, 0x1000) | 1, half);
    }

    private static void compare(float a, float b, float c) {
        float expected = Math.fma(a, b, c);
        float got = BrowserMath.fma(a, b, c);
        if (Float.floatToIntBits(expected) != Float.floatToIntBits(got)) {
            throw new AssertionError("fma(%a, %a, %a): expected %a, got %a".formatted(a, b, c, expected, got));
        }
        middle += (Double.doubleToRawLongBits((double) a * b + c) & 0x1fffffffL) == 0x10000000L ? 1 : 0;
        subnormal += expected != 0 && Math.abs(expected) < Float.MIN_NORMAL ? 1 : 0;
    }

    private static void compareUlp(double x) {
        if (Double.doubleToLongBits(Math.ulp(x)) != Double.doubleToLongBits(BrowserMath.ulp(x))) {
            throw new AssertionError("ulp(%a): expected %a, got %a".formatted(x, Math.ulp(x), BrowserMath.ulp(x)));
        }
    }

    /** A float of any sign and digits, with a biased exponent from low to high - 1. */
    private static float bits(SplittableRandom rng, int low, int high) {
        return Float.intBitsToFloat(rng.nextInt() & 0x807fffff | rng.nextInt(low, high) << 23);
    }
}
