package realnvp.autodiff;

/**
 * C += A·B, where every element is one chain of fused multiply-adds in the order of k, starting from what C holds.
 * An instance has scratch space of its own and belongs to one thread at a time.
 */
interface MatrixProduct {
    /**
     * Adds A·B to C.
     *
     * @param a       left side, read in place: element (i,k) is {@code a[i * rowStride + k * columnStride]}
     * @param b       right side, (k,n), packed
     * @param c       result, (m,n), row-major without gaps
     * @param m       rows of A and C
     */
    void multiplyAdd(float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c, int m);
}
