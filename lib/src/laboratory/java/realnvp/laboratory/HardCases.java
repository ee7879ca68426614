package realnvp.laboratory;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * Sums a·b + c that go wrong when they are rounded twice: near the middle between two floats, often below 2⁻¹²⁶. The
 * page and the JVM must have the same hash of them.
 */
public final class HardCases {
    private static final int CASES = 100_000;

    private HardCases() { }

    public static void main(String[] args) { System.out.println(fingerprint()); }

    public static String fingerprint() {
        RandomGenerator rng = new Well19937c(1);
        float[] sums = new float[CASES];
        for (int i = 0; i < CASES; i++) {
            int exponent = i % 4 == 0 ? rng.nextInt(3) : 30 + rng.nextInt(170);
            float c = Float.intBitsToFloat(rng.nextInt() & 0x807fffff | exponent << 23);
            float little = (rng.nextInt(5) - 2) * 0x1p-23f;
            float half = rng.nextBoolean() ? 0x1p-41f : -0x1p-41f; // of the last place of c, once it is multiplied
            sums[i] = Math.fma((1 + little) * half, (1 - little) * (Math.ulp(c) * 0x1p40f), c);
        }
        return Experiment.fingerprint(List.of(sums));
    }
}
