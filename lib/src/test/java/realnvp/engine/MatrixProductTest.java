package realnvp.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static realnvp.engine.MatrixProduct.NO_FLOOR;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import realnvp.ChildJvm;
import realnvp.engine.MatrixProduct.View;

/** Each form of the product gives, bit by bit, what MatrixProduct promises; SameBitsTest compares whole trainings. */
class MatrixProductTest {
    private static final int[] ROWS = {1, 2, 3, 4, 7, 16, 33, 130};
    private final MatrixProduct product = MatrixProduct.fastest();
    private final Random random = new Random(1);

    /** Columns that fill no vector, no panel, one panel exactly, several. */
    static IntStream columns() { return IntStream.of(1, 2, 5, 16, 17, 20, 31, 32, 48, 64, 70, 96, 130); }

    @ParameterizedTest(name = "{0} columns")
    @MethodSource("columns")
    void everySumIsOneChainInTheOrderOfK(int n) {
        for (int m : ROWS) {
            for (int ks : new int[] {1, 5, 16, 40, 129}) {
                check(m, ks, n, false, 0);
                check(m, ks, n, true, 0);
                check(m, ks, n, false, n);
                check(m, ks, n, true, n);
            }
        }
    }

    static Stream<Arguments> otherForms() {
        Stream<Arguments> plain = Stream.of(Arguments.of("plain loops", List.of()));
        Stream<Arguments> shorter = Stream.of(Arguments.of("8 float32 numbers at once",
            List.of("--add-modules", "jdk.incubator.vector", "-XX:UseAVX=2")));
        return System.getProperty("os.arch").equals("amd64") ? Stream.concat(plain, shorter) : plain;
    }

    /** The forms that this virtual machine does not take, each in one of its own. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("otherForms")
    void everyOtherFormKeepsTheSamePromise(String said, List<String> options) throws Exception {
        String engine = ChildJvm.run(ChildJvm.THIS_JAVA, options, MatrixProductTest.class);
        assertTrue(engine.contains(said), engine);
    }

    /** Fails if the form that this virtual machine takes breaks the promise; else says which form it is. */
    public static void main(String[] arguments) {
        columns().forEach(new MatrixProductTest()::everySumIsOneChainInTheOrderOfK);
        System.out.println(Parallel.engine());
    }

    private void check(int m, int ks, int n, boolean turned, int sStride) {
        float[] s = numbers(sStride == 0 ? n : m * n);
        float[] a = numbers(m * ks);
        float[] b = numbers(ks * n);
        int rowStride = turned ? 1 : ks;
        int columnStride = turned ? m : 1;
        float[] expected = new float[m * n];
        float[] definition = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float chain = s[i * sStride + j];
                definition[i * n + j] = chain;
                for (int k = 0; k < ks; k++) {
                    chain = Math.fma(a[i * rowStride + k * columnStride], b[k * n + j], chain);
                }
                expected[i * n + j] = chain;
            }
        }
        MatrixProduct.add(new View(a, m, ks, rowStride, columnStride), new View(b, ks, n), new View(definition, m, n));
        assertArrayEquals(expected, definition, "the definition");
        PackedMatrix packed = new PackedMatrix(ks, n);
        packed.pack(b, n, 1);
        String what = "(%d,%d) × (%d,%d), turned: %b, start stride %d".formatted(m, ks, ks, n, turned, sStride);
        float[] c = new float[m * n];
        product.multiply(s, sStride, a, rowStride, columnStride, packed, c, m, NO_FLOOR);
        assertArrayEquals(expected, c, what);
        product.multiply(s, sStride, a, rowStride, columnStride, packed, c, m, 0f);
        assertArrayEquals(rectified(expected), c, what + ", not below zero");
        float[] transposed = new float[b.length];
        for (int k = 0; k < ks; k++) {
            for (int j = 0; j < n; j++) {
                transposed[j * ks + k] = b[k * n + j];
            }
        }
        packed.pack(transposed, 1, ks);
        product.multiply(s, sStride, a, rowStride, columnStride, packed, c, m, NO_FLOOR);
        assertArrayEquals(expected, c, what + ", packed from the transpose");
        if (sStride > 0) {
            product.multiply(s, sStride, a, rowStride, columnStride, packed, s, m, NO_FLOOR);
            assertArrayEquals(expected, s, what + ", onto itself");
        }
    }

    private static float[] rectified(float[] numbers) {
        float[] rectified = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            rectified[i] = Math.max(numbers[i], 0f);
        }
        return rectified;
    }

    private float[] numbers(int length) {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
