package realnvp.engine;

/**
 * The product in plain loops, shaped so that the just-in-time compiler can vectorise the innermost one: whole arrays
 * under one index, and four rows of B at once.
 */
final class PlainProduct extends MatrixProduct {
    private float[] row = new float[0];

    @Override
    void multiply(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c,
                  int m, float floor) {
        int n = b.columns;
        if (n == 1) {
            multiplyColumn(s, sStride, a, rowStride, columnStride, b, c, m, floor);
            return;
        }
        if (row.length != n) {
            row = new float[n];
        }
        for (int i = 0; i < m; i++) {
            // A row of its own, since the compiler gives up on arrays that are read at different offsets.
            System.arraycopy(s, i * sStride, row, 0, n);
            addRows(a, i * rowStride, columnStride, b.panels);
            for (int j = 0; j < row.length; j++) {
                row[j] = Math.max(row[j], floor);
            }
            System.arraycopy(row, 0, c, i * n, n);
        }
    }

    private void addRows(float[] a, int at, int stride, float[][] b) {
        int k = 0;
        for (; k + 3 < b.length; k += 4, at += 4 * stride) {
            addFour(row, a[at], b[k], a[at + stride], b[k + 1],
                a[at + 2 * stride], b[k + 2], a[at + 3 * stride], b[k + 3]);
        }
        for (; k < b.length; k++, at += stride) {
            addOne(row, a[at], b[k]);
        }
    }

    private static void addFour(float[] c, float a0, float[] b0, float a1, float[] b1, float a2, float[] b2,
                                float a3, float[] b3) {
        for (int j = 0; j < c.length; j++) {
            c[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], c[j]))));
        }
    }

    private static void addOne(float[] c, float a, float[] b) {
        for (int j = 0; j < c.length; j++) {
            c[j] = Math.fma(a, b[j], c[j]);
        }
    }
}
