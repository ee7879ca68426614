package realnvp.engine;

/**
 * C = S + A·B, where every element is one chain of fused multiply-adds in the order of k, starting from S; so all
 * kernels give the same bits. One form has another order, again the same for all kernels: with one column in B and the
 * rows of A without gaps, a sum is {@link #PARTIAL_SUMS} sums, of every 16th k each, folded in halves: the
 * upper half is added to the lower until one is left, and that to S.
 *
 * <p>An instance has scratch space of its own and belongs to one thread at a time.
 */
interface MatrixProduct {
    /** Whether the JDK's vector module was there when this JVM started; it can't be added later. */
    boolean VECTORIZED = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        && !Boolean.getBoolean("realnvp.plain");

    /** A multiple of the lanes of every vector unit there is, so that each can keep the same partial sums. */
    int PARTIAL_SUMS = 16;

    static MatrixProduct fastest() {
        return VECTORIZED ? new VectorProduct() : new PlainProduct();
    }

    /**
     * C = S + A·B; S may be C itself.
     *
     * @param s       what the sums start from: row i begins at {@code s[i * sStride]}; with 0 all rows start alike
     * @param a       left side, read in place: element (i,k) is {@code a[i * rowStride + k * columnStride]}
     * @param b       right side, (k,n), packed
     * @param c       result, (m,n), row-major without gaps
     * @param m       rows of A and C
     */
    void multiply(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c, int m);
}
