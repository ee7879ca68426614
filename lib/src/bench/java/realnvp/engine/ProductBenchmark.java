package realnvp.engine;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One product on one thread, of the 128 rows of a group with a square weight: 2 · 128 · width² operations. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ProductBenchmark {
    private static final int ROWS = 128;

    @Param({"64", "256"})
    public int width;

    private final MatrixProduct product = MatrixProduct.fastest();
    private float[] start;
    private float[] a;
    private float[] c;
    private PackedMatrix b;

    @Setup
    public void fill() {
        start = new float[width];
        a = new float[ROWS * width];
        c = new float[ROWS * width];
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) Math.sin(i);
        }
        float[] weight = new float[width * width];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) Math.cos(i);
        }
        b = new PackedMatrix(width, width);
        b.pack(weight, width, 1);
    }

    @Benchmark
    public float[] product() {
        product.multiply(start, 0, a, width, 1, b, c, ROWS, MatrixProduct.NO_FLOOR);
        return c;
    }
}
