package realnvp.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product on the JDK's vector module: tiles of four rows by four or two vectors that stay in registers while k
 * runs. Where a panel is not full, a tile is computed in scratch space, so that one form serves all shapes.
 */
final class VectorProduct extends MatrixProduct {
    private static final VectorSpecies<Float> SPECIES =
        FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    private static final int TILE_ROWS = 4;
    private static final int WIDE = 4 * LANES;
    /** So many rows of a panel stay in the first-level cache while all tiles of A pass by. */
    private static final int K_BLOCK = 128;

    private final float[] edge = new float[TILE_ROWS * WIDE];

    @Override
    void multiply(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c, int m) {
        int n = b.columns;
        if (n == 1) {
            multiplyColumn(s, sStride, a, rowStride, columnStride, b.panels[0], c, m);
            return;
        }
        int column = 0;
        for (int p = 0; p < b.panels.length; p++) {
            multiplyPanel(s, column, sStride, a, rowStride, columnStride, b, p, 0, c, column, m);
            for (int k = K_BLOCK; k < b.rows; k += K_BLOCK) { // goes on from what is there
                multiplyPanel(c, column, n, a, rowStride, columnStride, b, p, k, c, column, m);
            }
            column += b.panelWidths[p];
        }
    }

    /** The part of the product that panel p and k to k + K_BLOCK contribute. */
    private void multiplyPanel(float[] s, int sAt, int sStride, float[] a, int rowStride, int columnStride,
                               PackedMatrix b, int p, int k, float[] c, int cAt, int m) {
        int n = b.columns;
        int width = b.panelWidths[p];
        int used = Math.min(width, n - cAt);
        int ks = Math.min(K_BLOCK, b.rows - k);
        int i = 0;
        for (; i + TILE_ROWS <= m; i += TILE_ROWS) {
            int aAt = i * rowStride + k * columnStride;
            if (used == width) {
                tile(s, i * sStride + sAt, sStride, a, aAt, rowStride, columnStride, b.panels[p], k * width, ks,
                    c, i * n + cAt, n, width);
                continue;
            }
            copyRows(s, i * sStride + sAt, sStride, edge, 0, width, TILE_ROWS, used);
            tile(edge, 0, width, a, aAt, rowStride, columnStride, b.panels[p], k * width, ks, edge, 0, width, width);
            copyRows(edge, 0, width, c, i * n + cAt, n, TILE_ROWS, used);
        }
        for (; i < m; i++) { // rows that are left
            int aAt = i * rowStride + k * columnStride;
            System.arraycopy(s, i * sStride + sAt, edge, 0, used);
            if (width == WIDE) {
                row(a, aAt, columnStride, b.panels[p], k * width, width, ks, edge, 0);
            } else { // as a tile of four equal rows
                tile(edge, 0, 0, a, aAt, 0, columnStride, b.panels[p], k * width, ks, edge, 0, 0, width);
            }
            System.arraycopy(edge, 0, c, i * n + cAt, used);
        }
    }

    private static void copyRows(float[] from, int fromAt, int fromStride, float[] to, int toAt, int toStride,
                                 int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(from, fromAt + r * fromStride, to, toAt + r * toStride, columns);
        }
    }

    private static void tile(float[] s, int sAt, int sStride, float[] a, int aAt, int rowStride, int columnStride,
                             float[] b, int bAt, int ks, float[] c, int cAt, int cStride, int width) {
        if (width == WIDE) {
            tile4(s, sAt, sStride, a, aAt, rowStride, columnStride, b, bAt, ks, c, cAt, cStride);
        } else {
            tile2(s, sAt, sStride, a, aAt, rowStride, columnStride, b, bAt, ks, c, cAt, cStride);
        }
    }

    /** Adds one row of A times four vectors of each row of B, which are bStride apart, to what c holds. */
    private static void row(float[] a, int aAt, int columnStride, float[] b, int bAt, int bStride, int ks,
                            float[] c, int cAt) {
        FloatVector c0 = load(c, cAt, 0);
        FloatVector c1 = load(c, cAt, 1);
        FloatVector c2 = load(c, cAt, 2);
        FloatVector c3 = load(c, cAt, 3);
        for (int k = 0; k < ks; k++) {
            FloatVector ak = FloatVector.broadcast(SPECIES, a[aAt + k * columnStride]);
            c0 = ak.fma(load(b, bAt, 0), c0);
            c1 = ak.fma(load(b, bAt, 1), c1);
            c2 = ak.fma(load(b, bAt, 2), c2);
            c3 = ak.fma(load(b, bAt, 3), c3);
            bAt += bStride;
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + LANES);
        c2.intoArray(c, cAt + 2 * LANES);
        c3.intoArray(c, cAt + 3 * LANES);
    }

    private static void tile4(float[] s, int sAt, int sStride, float[] a, int aAt, int rowStride, int columnStride,
                              float[] b, int bAt, int ks, float[] c, int cAt, int cStride) {
        FloatVector c00 = load(s, sAt, 0);
        FloatVector c01 = load(s, sAt, 1);
        FloatVector c02 = load(s, sAt, 2);
        FloatVector c03 = load(s, sAt, 3);
        FloatVector c10 = load(s, sAt + sStride, 0);
        FloatVector c11 = load(s, sAt + sStride, 1);
        FloatVector c12 = load(s, sAt + sStride, 2);
        FloatVector c13 = load(s, sAt + sStride, 3);
        FloatVector c20 = load(s, sAt + 2 * sStride, 0);
        FloatVector c21 = load(s, sAt + 2 * sStride, 1);
        FloatVector c22 = load(s, sAt + 2 * sStride, 2);
        FloatVector c23 = load(s, sAt + 2 * sStride, 3);
        FloatVector c30 = load(s, sAt + 3 * sStride, 0);
        FloatVector c31 = load(s, sAt + 3 * sStride, 1);
        FloatVector c32 = load(s, sAt + 3 * sStride, 2);
        FloatVector c33 = load(s, sAt + 3 * sStride, 3);
        for (int k = 0; k < ks; k++) {
            FloatVector b0 = load(b, bAt, 0);
            FloatVector b1 = load(b, bAt, 1);
            FloatVector b2 = load(b, bAt, 2);
            FloatVector b3 = load(b, bAt, 3);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[aAt + rowStride]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[aAt + 2 * rowStride]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[aAt + 3 * rowStride]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
            aAt += columnStride;
            bAt += 4 * LANES;
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LANES);
        c02.intoArray(c, cAt + 2 * LANES);
        c03.intoArray(c, cAt + 3 * LANES);
        c10.intoArray(c, cAt + cStride);
        c11.intoArray(c, cAt + cStride + LANES);
        c12.intoArray(c, cAt + cStride + 2 * LANES);
        c13.intoArray(c, cAt + cStride + 3 * LANES);
        c20.intoArray(c, cAt + 2 * cStride);
        c21.intoArray(c, cAt + 2 * cStride + LANES);
        c22.intoArray(c, cAt + 2 * cStride + 2 * LANES);
        c23.intoArray(c, cAt + 2 * cStride + 3 * LANES);
        c30.intoArray(c, cAt + 3 * cStride);
        c31.intoArray(c, cAt + 3 * cStride + LANES);
        c32.intoArray(c, cAt + 3 * cStride + 2 * LANES);
        c33.intoArray(c, cAt + 3 * cStride + 3 * LANES);
    }

    private static void tile2(float[] s, int sAt, int sStride, float[] a, int aAt, int rowStride, int columnStride,
                              float[] b, int bAt, int ks, float[] c, int cAt, int cStride) {
        FloatVector c00 = load(s, sAt, 0);
        FloatVector c01 = load(s, sAt, 1);
        FloatVector c10 = load(s, sAt + sStride, 0);
        FloatVector c11 = load(s, sAt + sStride, 1);
        FloatVector c20 = load(s, sAt + 2 * sStride, 0);
        FloatVector c21 = load(s, sAt + 2 * sStride, 1);
        FloatVector c30 = load(s, sAt + 3 * sStride, 0);
        FloatVector c31 = load(s, sAt + 3 * sStride, 1);
        for (int k = 0; k < ks; k++) {
            FloatVector b0 = load(b, bAt, 0);
            FloatVector b1 = load(b, bAt, 1);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[aAt + rowStride]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[aAt + 2 * rowStride]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[aAt + 3 * rowStride]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            aAt += columnStride;
            bAt += 2 * LANES;
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LANES);
        c10.intoArray(c, cAt + cStride);
        c11.intoArray(c, cAt + cStride + LANES);
        c20.intoArray(c, cAt + 2 * cStride);
        c21.intoArray(c, cAt + 2 * cStride + LANES);
        c30.intoArray(c, cAt + 3 * cStride);
        c31.intoArray(c, cAt + 3 * cStride + LANES);
    }

    private static FloatVector load(float[] array, int start, int vector) {
        return FloatVector.fromArray(SPECIES, array, start + vector * LANES);
    }
}
