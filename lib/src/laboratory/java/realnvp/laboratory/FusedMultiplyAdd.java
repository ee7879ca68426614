package realnvp.laboratory;

/**
 * a·b + c of float32 numbers, rounded once: the bits of {@link Math#fma(float, float, float)}, which a browser lacks.
 *
 * <p>In double, a·b is exact. The sum is rounded to double and then to float32, and two roundings give another number
 * than one only if the double lies on the middle between two floats, or where float32 has fewer digits, below 2⁻¹²⁶.
 * There the sum is first rounded to odd, which no second rounding can spoil: Boldo and Melquiond (2008),
 * doi:10.1109/TC.2007.70819.
 */
public final class FusedMultiplyAdd {
    private static final long BELOW_FLOAT = 0x1fffffffL; // the 29 bits that a double has more
    private static final long MIDDLE = 0x10000000L;

    private FusedMultiplyAdd() { }

    public static float of(float a, float b, float c) {
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
}
