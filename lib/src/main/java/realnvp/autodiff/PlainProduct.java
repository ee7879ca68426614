package realnvp.autodiff;

import java.util.Arrays;

/** The product in plain loops, shaped so that the just-in-time compiler can vectorise the innermost one. */
final class PlainProduct implements MatrixProduct {
    private final float[] partialSums = new float[PARTIAL_SUMS];
    private float[] row = new float[0];

    @Override
    public void multiply(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c,
                         int m) {
        int n = b.columns;
        if (n == 1) {
            multiplyColumn(s, sStride, a, rowStride, columnStride, b.panels[0], c, m);
            return;
        }
        if (row.length != n) {
            row = new float[n];
        }
        for (int i = 0; i < m; i++) {
            // A row of its own, since the compiler gives up on arrays that are read at different offsets.
            System.arraycopy(s, i * sStride, row, 0, n);
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

    private void multiplyColumn(float[] s, int sStride, float[] a, int rowStride, int columnStride, float[] b,
                                float[] c, int m) {
        for (int i = 0; i < m; i++) {
            c[i] = s[i * sStride];
            if (columnStride == 1) {
                Arrays.fill(partialSums, 0f);
                addProducts(partialSums, a, i * rowStride, b);
                c[i] += fold(partialSums, 0);
            } else {
                for (int k = 0; k < b.length; k++) {
                    c[i] = Math.fma(a[i * rowStride + k * columnStride], b[k], c[i]);
                }
            }
        }
    }

    private static void addProducts(float[] sums, float[] a, int aAt, float[] b) {
        for (int k = 0; k < b.length; k++) {
            int i = k % PARTIAL_SUMS;
            sums[i] = Math.fma(a[aAt + k], b[k], sums[i]);
        }
    }

    /** Folds the sums in halves, three times in one expression; as a loop it would wait for what it just wrote. */
    static float fold(float[] sums, int at) {
        float p0 = sums[at] + sums[at + 8] + (sums[at + 4] + sums[at + 12]);
        float p1 = sums[at + 1] + sums[at + 9] + (sums[at + 5] + sums[at + 13]);
        float p2 = sums[at + 2] + sums[at + 10] + (sums[at + 6] + sums[at + 14]);
        float p3 = sums[at + 3] + sums[at + 11] + (sums[at + 7] + sums[at + 15]);
        return p0 + p2 + (p1 + p3);
    }
}
