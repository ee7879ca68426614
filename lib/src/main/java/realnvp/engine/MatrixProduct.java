package realnvp.engine;

/**
 * C = S + A·B, where every element is one chain of fused multiply-adds in the order of k, starting from S; so all forms
 * give the same bits. {@link #add} is the definition, and the forms that pack B are fast.
 *
 * <p>An instance has scratch space of its own and belongs to one thread at a time.
 */
public abstract class MatrixProduct {
    /** Without the JDK's optimising compiler each operation of the vector module makes an object, and is slower. */
    static final boolean HAS_C2 = !System.getProperty("java.vm.info", "").matches(".*(emulated-client|interpreted).*");
    /** Whether the JDK's vector module was there when this JVM started; it can't be added later. */
    static final boolean VECTORIZED = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        && HAS_C2 && !Boolean.getBoolean("realnvp.plain");

    /** The floor that changes nothing. */
    static final float NO_FLOOR = Float.NEGATIVE_INFINITY;

    static MatrixProduct fastest() { return VECTORIZED ? new VectorProduct() : new PlainProduct(); }

    /** A matrix in an array: element (r,c) is {@code data[r * rowStride + c * columnStride]}. */
    public record View(float[] data, int rows, int columns, int rowStride, int columnStride) {
        /** A row-major matrix without gaps. */
        public View(float[] data, int rows, int columns) { this(data, rows, columns, columns, 1); }

        public View transposed() { return new View(data, columns, rows, columnStride, rowStride); }
    }

    /** C += A·B: (n,k) × (k,m) to (n,m). */
    public static void add(View a, View b, View c) {
        for (int i = 0; i < c.rows; i++) {
            for (int k = 0; k < a.columns; k++) {
                float aik = a.data[i * a.rowStride + k * a.columnStride];
                for (int j = 0; j < c.columns; j++) {
                    int ij = i * c.rowStride + j * c.columnStride;
                    c.data[ij] = Math.fma(aik, b.data[k * b.rowStride + j * b.columnStride], c.data[ij]);
                }
            }
        }
    }

    /**
     * C = max(S + A·B, floor), elementwise: a floor of 0 gives what relu makes of the sums, and NO_FLOOR gives the sums;
     * S may be C itself.
     *
     * @param s       what the sums start from: row i begins at {@code s[i * sStride]}; with 0 all rows start alike
     * @param a       left side, read in place: element (i,k) is {@code a[i * rowStride + k * columnStride]}
     * @param b       right side, (k,n), packed
     * @param c       result, (m,n), row-major without gaps
     * @param m       rows of A and C
     */
    abstract void multiply(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix b,
                           float[] c, int m, float floor);

    /** The same for a single column b: eight rows side by side, since one chain waits for each of its additions. */
    static void multiplyColumn(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix column,
                               float[] c, int m, float floor) {
        float[] b = column.panels[0]; // may be longer
        int ks = column.rows;
        int i = 0;
        for (; i + 8 <= m && columnStride == 1; i += 8) {
            float c0 = s[i * sStride];
            float c1 = s[(i + 1) * sStride];
            float c2 = s[(i + 2) * sStride];
            float c3 = s[(i + 3) * sStride];
            float c4 = s[(i + 4) * sStride];
            float c5 = s[(i + 5) * sStride];
            float c6 = s[(i + 6) * sStride];
            float c7 = s[(i + 7) * sStride];
            int at = i * rowStride;
            for (int k = 0; k < ks; k++) {
                c0 = Math.fma(a[at + k], b[k], c0);
                c1 = Math.fma(a[at + rowStride + k], b[k], c1);
                c2 = Math.fma(a[at + 2 * rowStride + k], b[k], c2);
                c3 = Math.fma(a[at + 3 * rowStride + k], b[k], c3);
                c4 = Math.fma(a[at + 4 * rowStride + k], b[k], c4);
                c5 = Math.fma(a[at + 5 * rowStride + k], b[k], c5);
                c6 = Math.fma(a[at + 6 * rowStride + k], b[k], c6);
                c7 = Math.fma(a[at + 7 * rowStride + k], b[k], c7);
            }
            c[i] = Math.max(c0, floor);
            c[i + 1] = Math.max(c1, floor);
            c[i + 2] = Math.max(c2, floor);
            c[i + 3] = Math.max(c3, floor);
            c[i + 4] = Math.max(c4, floor);
            c[i + 5] = Math.max(c5, floor);
            c[i + 6] = Math.max(c6, floor);
            c[i + 7] = Math.max(c7, floor);
        }
        for (; i < m; i++) {
            float sum = s[i * sStride];
            for (int k = 0; k < ks; k++) {
                sum = Math.fma(a[i * rowStride + k * columnStride], b[k], sum);
            }
            c[i] = Math.max(sum, floor);
        }
    }
}
