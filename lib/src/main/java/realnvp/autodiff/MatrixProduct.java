package realnvp.autodiff;

/**
 * C += A·B, where every element is one chain of fused multiply-adds in the order of k, starting from what C holds; so all
 * kernels give the same bits. An instance has scratch space of its own and belongs to one thread at a time.
 */
interface MatrixProduct {
    /** Whether the JDK's vector module was there when this JVM started; it can't be added later. */
    boolean VECTORIZED = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        && !Boolean.getBoolean("realnvp.plain");

    static MatrixProduct fastest() {
        return VECTORIZED ? new VectorProduct() : new PlainProduct();
    }

    /**
     * Adds A·B to C.
     *
     * @param a left side, read in place: element (i,k) is {@code a[i * rowStride + k * columnStride]}
     * @param b right side, (k,n), packed
     * @param c result, (m,n), row-major without gaps
     * @param m rows of A and C
     */
    void multiplyAdd(float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c, int m);

    /** B of one column: eight rows side by side, since one chain alone would wait for each of its additions. */
    static void multiplyAddColumn(float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c, int m) {
        float[] column = b.panels[0]; // (k,1)
        int i = 0;
        for (; i + 7 < m; i += 8) {
            float c0 = c[i], c1 = c[i + 1], c2 = c[i + 2], c3 = c[i + 3];
            float c4 = c[i + 4], c5 = c[i + 5], c6 = c[i + 6], c7 = c[i + 7];
            for (int k = 0; k < b.rows; k++) {
                float w = column[k];
                int at = i * rowStride + k * columnStride;
                c0 = Math.fma(a[at], w, c0);
                c1 = Math.fma(a[at + rowStride], w, c1);
                c2 = Math.fma(a[at + 2 * rowStride], w, c2);
                c3 = Math.fma(a[at + 3 * rowStride], w, c3);
                c4 = Math.fma(a[at + 4 * rowStride], w, c4);
                c5 = Math.fma(a[at + 5 * rowStride], w, c5);
                c6 = Math.fma(a[at + 6 * rowStride], w, c6);
                c7 = Math.fma(a[at + 7 * rowStride], w, c7);
            }
            c[i] = c0; c[i + 1] = c1; c[i + 2] = c2; c[i + 3] = c3;
            c[i + 4] = c4; c[i + 5] = c5; c[i + 6] = c6; c[i + 7] = c7;
        }
        for (; i < m; i++) {
            float sum = c[i];
            for (int k = 0; k < b.rows; k++) {
                sum = Math.fma(a[i * rowStride + k * columnStride], column[k], sum);
            }
            c[i] = sum;
        }
    }
}
