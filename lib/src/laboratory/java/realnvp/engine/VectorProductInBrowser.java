package realnvp.engine;

/** Stands for {@link VectorProduct} in a browser, where plain loops compute and this is never made. */
final class VectorProductInBrowser extends MatrixProduct {
    static final int WIDTH = 1;

    @Override
    void multiply(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c,
                  int m, float floor) {
        throw new IllegalStateException("a browser has no vector module");
    }
}
