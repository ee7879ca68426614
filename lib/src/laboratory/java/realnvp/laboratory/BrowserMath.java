package realnvp.laboratory;

/** Methods of {@link Math}, with its bits, for a browser: one that TeaVM's lacks, and one that it has wrong. */
public final class BrowserMath {
    private static final long BELOW_FLOAT = 0x1fffffffL; // the 29 bits that a double has more
    private static final long MIDDLE = 0x10000000L;

    private BrowserMath() { }

    /**
     * a·b + c, rounded once. In double, a·b is exact. The sum is rounded to double and then to float32, and two
     * roundings give another number than one only if the double lies on the middle between two floats, or where float32
     * has fewer digits, below 2⁻¹²⁶. There the sum is first rounded to odd, which no second rounding can spoil: Boldo
     * and Melquiond (2008), doi:10.1109/TC.2007.70819.
     */
    public static float fma(float a, float b, float c) {
        double product = (double) a * b;
        double sum = product + c;
        if ((Double.doubleToRawLongBits(sum) & BELOW_FLOAT) != MIDDLE
            && (Math.abs(sum) >= Float.MIN_NORMAL || sum == 0)) {
            return (float) sum;
        }
        return (float) roundedToOdd(product, c, sum);
    }

    /** Of the two doubles around the exact sum the one whose last bit is 1, unless the sum is exact. */
    private static double roundedToOdd(double product, double c, double sum) {
        double part = sum - product;
        double error = (product - (sum - part)) + (c - part); // exact: Knuth's two-sum
        long bits = Double.doubleToRawLongBits(sum);
        if ((bits & 1) == 1 || error == 0) {
            return sum;
        }
        return Double.longBitsToDouble(error > 0 == sum > 0 ? bits + 1 : bits - 1);
    }

    /** The distance from |x| to the next larger double, 2⁹⁷¹ for the largest. TeaVM 0.16.0 masks the wrong bits. */
    public static double ulp(double x) {
        double size = Math.abs(x);
        if (!(size < Double.MAX_VALUE)) {
            return size == Double.MAX_VALUE ? 0x1p971 : size;
        }
        return Double.longBitsToDouble(Double.doubleToRawLongBits(size) + 1) - size;
    }
}
