package realnvp.autodiff;

/** The product in plain loops, shaped so that the just-in-time compiler can vectorise the innermost one. */
final class PlainProduct implements MatrixProduct {
    private float[] row = new float[0];

    @Override
    public void multiplyAdd(float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c, int m) {
        int n = b.columns;
        if (n == 1) {
            dots(a, rowStride, columnStride, b, c, m);
            return;
        }
        if (row.length != n) {
            row = new float[n];
        }
        for (int i = 0; i < m; i++) {
            // A row of its own, since the compiler gives up on arrays that are read at different offsets.
            System.arraycopy(c, i * n, row, 0, n);
            int k = 0;
            for (; k + 3 < b.rows; k += 4) {
                int at = i * rowStride + k * columnStride;
                addFourRows(row, a[at], b.panels[k], a[at + columnStride], b.panels[k + 1],
                    a[at + 2 * columnStride], b.panels[k + 2], a[at + 3 * columnStride], b.panels[k + 3]);
            }
            for (; k < b.rows; k++) {
                addRow(row, a[i * rowStride + k * columnStride], b.panels[k]);
            }
            System.arraycopy(row, 0, c, i * n, n);
        }
    }

    private static void addFourRows(float[] c, float a0, float[] b0, float a1, float[] b1,
                                    float a2, float[] b2, float a3, float[] b3) {
        for (int j = 0; j < c.length; j++) {
            c[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], c[j]))));
        }
    }

    private static void addRow(float[] c, float a, float[] b) {
        for (int j = 0; j < c.length; j++) {
            c[j] = Math.fma(a, b[j], c[j]);
        }
    }

    /** One column: eight rows side by side, since one chain alone would wait for each of its additions. */
    private static void dots(float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c, int m) {
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
