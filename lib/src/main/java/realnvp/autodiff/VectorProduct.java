package realnvp.autodiff;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product on the JDK's vector module: tiles of four rows by four, two or one vectors that stay in registers while k
 * runs. Tiles at the lower and right edges are computed in scratch space, so that one form serves all shapes.
 */
final class VectorProduct implements MatrixProduct {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    private static final int TILE_ROWS = 4;
    /** So many rows of a panel stay in the first-level cache while all tiles of A pass by. */
    private static final int K_BLOCK = 128;

    private final float[] edge = new float[TILE_ROWS * 4 * LANES];

    @Override
    public void multiplyAdd(float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c, int m) {
        int n = b.columns;
        if (n == 1) {
            multiplyAddColumn(a, rowStride, columnStride, b.panels[0], c, m);
            return;
        }
        int column = 0;
        for (int p = 0; p < b.panels.length; p++) {
            int width = b.panelWidths[p];
            int used = Math.min(width, n - column);
            for (int k = 0; k < b.rows; k += K_BLOCK) {
                int ks = Math.min(K_BLOCK, b.rows - k);
                int full = used == width ? m / TILE_ROWS * TILE_ROWS : 0;
                for (int i = 0; i < full; i += TILE_ROWS) {
                    tile(a, i * rowStride + k * columnStride, rowStride, columnStride, b.panels[p], k * width, ks,
                        c, i * n + column, n, width);
                }
                for (int i = full; i < m; i++) {
                    edgeRow(a, i * rowStride + k * columnStride, columnStride, b.panels[p], k * width, ks,
                        c, i * n + column, used, width);
                }
            }
            column += width;
        }
    }

    /** One row of C as a tile of four equal rows. */
    private void edgeRow(float[] a, int aAt, int columnStride, float[] b, int bAt, int ks, float[] c, int cAt,
                         int used, int width) {
        System.arraycopy(c, cAt, edge, 0, used);
        tile(a, aAt, 0, columnStride, b, bAt, ks, edge, 0, 0, width);
        System.arraycopy(edge, 0, c, cAt, used);
    }

    private static void tile(float[] a, int aAt, int rowStride, int columnStride, float[] b, int bAt, int ks,
                             float[] c, int cAt, int cStride, int width) {
        if (width == 4 * LANES) {
            tile4(a, aAt, rowStride, columnStride, b, bAt, ks, c, cAt, cStride);
        } else if (width == 2 * LANES) {
            tile2(a, aAt, rowStride, columnStride, b, bAt, ks, c, cAt, cStride);
        } else {
            tile1(a, aAt, rowStride, columnStride, b, bAt, ks, c, cAt, cStride);
        }
    }

    private static void tile4(float[] a, int aAt, int rowStride, int columnStride, float[] b, int bAt, int ks,
                              float[] c, int cAt, int cStride) {
        FloatVector c00 = load(c, cAt + 0 * cStride, 0), c01 = load(c, cAt + 0 * cStride, 1), c02 = load(c, cAt + 0 * cStride, 2), c03 = load(c, cAt + 0 * cStride, 3);
        FloatVector c10 = load(c, cAt + 1 * cStride, 0), c11 = load(c, cAt + 1 * cStride, 1), c12 = load(c, cAt + 1 * cStride, 2), c13 = load(c, cAt + 1 * cStride, 3);
        FloatVector c20 = load(c, cAt + 2 * cStride, 0), c21 = load(c, cAt + 2 * cStride, 1), c22 = load(c, cAt + 2 * cStride, 2), c23 = load(c, cAt + 2 * cStride, 3);
        FloatVector c30 = load(c, cAt + 3 * cStride, 0), c31 = load(c, cAt + 3 * cStride, 1), c32 = load(c, cAt + 3 * cStride, 2), c33 = load(c, cAt + 3 * cStride, 3);
        for (int k = 0; k < ks; k++) {
            FloatVector b0 = load(b, bAt, 0), b1 = load(b, bAt, 1), b2 = load(b, bAt, 2), b3 = load(b, bAt, 3);
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
        c00.intoArray(c, cAt + 0 * cStride + 0 * LANES);
        c01.intoArray(c, cAt + 0 * cStride + 1 * LANES);
        c02.intoArray(c, cAt + 0 * cStride + 2 * LANES);
        c03.intoArray(c, cAt + 0 * cStride + 3 * LANES);
        c10.intoArray(c, cAt + 1 * cStride + 0 * LANES);
        c11.intoArray(c, cAt + 1 * cStride + 1 * LANES);
        c12.intoArray(c, cAt + 1 * cStride + 2 * LANES);
        c13.intoArray(c, cAt + 1 * cStride + 3 * LANES);
        c20.intoArray(c, cAt + 2 * cStride + 0 * LANES);
        c21.intoArray(c, cAt + 2 * cStride + 1 * LANES);
        c22.intoArray(c, cAt + 2 * cStride + 2 * LANES);
        c23.intoArray(c, cAt + 2 * cStride + 3 * LANES);
        c30.intoArray(c, cAt + 3 * cStride + 0 * LANES);
        c31.intoArray(c, cAt + 3 * cStride + 1 * LANES);
        c32.intoArray(c, cAt + 3 * cStride + 2 * LANES);
        c33.intoArray(c, cAt + 3 * cStride + 3 * LANES);
    }

    private static void tile2(float[] a, int aAt, int rowStride, int columnStride, float[] b, int bAt, int ks,
                              float[] c, int cAt, int cStride) {
        FloatVector c00 = load(c, cAt + 0 * cStride, 0), c01 = load(c, cAt + 0 * cStride, 1);
        FloatVector c10 = load(c, cAt + 1 * cStride, 0), c11 = load(c, cAt + 1 * cStride, 1);
        FloatVector c20 = load(c, cAt + 2 * cStride, 0), c21 = load(c, cAt + 2 * cStride, 1);
        FloatVector c30 = load(c, cAt + 3 * cStride, 0), c31 = load(c, cAt + 3 * cStride, 1);
        for (int k = 0; k < ks; k++) {
            FloatVector b0 = load(b, bAt, 0), b1 = load(b, bAt, 1);
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
        c00.intoArray(c, cAt + 0 * cStride + 0 * LANES);
        c01.intoArray(c, cAt + 0 * cStride + 1 * LANES);
        c10.intoArray(c, cAt + 1 * cStride + 0 * LANES);
        c11.intoArray(c, cAt + 1 * cStride + 1 * LANES);
        c20.intoArray(c, cAt + 2 * cStride + 0 * LANES);
        c21.intoArray(c, cAt + 2 * cStride + 1 * LANES);
        c30.intoArray(c, cAt + 3 * cStride + 0 * LANES);
        c31.intoArray(c, cAt + 3 * cStride + 1 * LANES);
    }

    private static void tile1(float[] a, int aAt, int rowStride, int columnStride, float[] b, int bAt, int ks,
                              float[] c, int cAt, int cStride) {
        FloatVector c00 = load(c, cAt + 0 * cStride, 0);
        FloatVector c10 = load(c, cAt + 1 * cStride, 0);
        FloatVector c20 = load(c, cAt + 2 * cStride, 0);
        FloatVector c30 = load(c, cAt + 3 * cStride, 0);
        for (int k = 0; k < ks; k++) {
            FloatVector b0 = load(b, bAt, 0);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt]);
            c00 = a0.fma(b0, c00);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[aAt + rowStride]);
            c10 = a1.fma(b0, c10);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[aAt + 2 * rowStride]);
            c20 = a2.fma(b0, c20);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[aAt + 3 * rowStride]);
            c30 = a3.fma(b0, c30);
            aAt += columnStride;
            bAt += 1 * LANES;
        }
        c00.intoArray(c, cAt + 0 * cStride + 0 * LANES);
        c10.intoArray(c, cAt + 1 * cStride + 0 * LANES);
        c20.intoArray(c, cAt + 2 * cStride + 0 * LANES);
        c30.intoArray(c, cAt + 3 * cStride + 0 * LANES);
    }

    private void multiplyAddColumn(float[] a, int rowStride, int columnStride, float[] b, float[] c, int m) {
        if (columnStride == 1) {
            for (int i = 0; i < m; i++) {
                c[i] += dot(a, i * rowStride, b);
            }
            return;
        }
        int i = 0;
        for (; rowStride == 1 && i + LANES <= m; i += LANES) { // rows side by side
            FloatVector sums = FloatVector.fromArray(SPECIES, c, i);
            for (int k = 0; k < b.length; k++) {
                sums = FloatVector.fromArray(SPECIES, a, i + k * columnStride).fma(FloatVector.broadcast(SPECIES, b[k]), sums);
            }
            sums.intoArray(c, i);
        }
        for (; i < m; i++) {
            for (int k = 0; k < b.length; k++) {
                c[i] = Math.fma(a[i * rowStride + k * columnStride], b[k], c[i]);
            }
        }
    }

    private float dot(float[] a, int aAt, float[] b) {
        int whole = b.length / PARTIAL_SUMS * PARTIAL_SUMS;
        for (int lane = 0; lane < PARTIAL_SUMS; lane += LANES) {
            FloatVector sums = FloatVector.zero(SPECIES);
            for (int k = lane; k < whole; k += PARTIAL_SUMS) {
                sums = FloatVector.fromArray(SPECIES, a, aAt + k).fma(FloatVector.fromArray(SPECIES, b, k), sums);
            }
            sums.intoArray(edge, lane);
        }
        for (int k = whole; k < b.length; k++) {
            edge[k - whole] = Math.fma(a[aAt + k], b[k], edge[k - whole]);
        }
        return MatrixProduct.fold(edge);
    }

    private static FloatVector load(float[] array, int start, int vector) {
        return FloatVector.fromArray(SPECIES, array, start + vector * LANES);
    }
}
