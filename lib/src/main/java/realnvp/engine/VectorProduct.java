package realnvp.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product on the JDK's vector module: tiles of a few rows by four vectors, whose sums stay in registers while k
 * runs. A tile that is not full is computed in scratch space, so that one form serves all shapes.
 */
final class VectorProduct extends MatrixProduct {
    private static final VectorSpecies<Float> SPECIES =
        FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    /** Columns of a panel of B. */
    static final int WIDTH = 4 * LANES;
    /** Processors with shorter vectors may have 16 registers, too few for the sums of four rows. */
    private static final int TILE_ROWS = LANES >= 16 ? 4 : 2;
    /** So many rows of a panel stay in the first-level cache while all tiles of A pass by. */
    private static final int K_BLOCK = 128;

    private final float[] edge = new float[TILE_ROWS * WIDTH];

    @Override
    void multiply(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix b, float[] c,
                  int m, float floor) {
        if (b.columns == 1) {
            multiplyColumn(s, sStride, a, rowStride, columnStride, b, c, m, floor);
            return;
        }
        for (int p = 0; p < b.panels.length; p++) {
            multiplyPanel(s, sStride, a, rowStride, columnStride, b, p, 0, c, m, floor);
            for (int k = K_BLOCK; k < b.rows; k += K_BLOCK) { // goes on from what is there
                multiplyPanel(c, b.columns, a, rowStride, columnStride, b, p, k, c, m, floor);
            }
        }
    }

    /** The part of the product that panel p and k to k + K_BLOCK contribute. */
    private void multiplyPanel(float[] s, int sStride, float[] a, int rowStride, int columnStride, PackedMatrix b,
                               int p, int k, float[] c, int m, float floor) {
        float[] panel = b.panels[p];
        int n = b.columns;
        int column = p * WIDTH;
        int used = Math.min(WIDTH, n - column);
        int ks = Math.min(K_BLOCK, b.rows - k);
        float atEnd = k + ks == b.rows ? floor : NO_FLOOR; // sums that go on have no floor
        int rows;
        for (int i = 0; i < m; i += rows) {
            rows = i + TILE_ROWS <= m ? TILE_ROWS : Math.min(2, m - i);
            int sAt = i * sStride + column;
            int aAt = i * rowStride + k * columnStride;
            int cAt = i * n + column;
            if (rows > 1 && used == WIDTH) {
                tile(rows, s, sAt, sStride, a, aAt, rowStride, columnStride, panel, k * WIDTH, ks, c, cAt, n, atEnd);
                continue;
            }
            int distance = rows == 1 ? 0 : WIDTH; // a single row is a tile of two equal ones
            copyRows(rows, s, sAt, sStride, edge, 0, WIDTH, used);
            tile(rows, edge, 0, distance, a, aAt, rows == 1 ? 0 : rowStride, columnStride, panel, k * WIDTH, ks,
                edge, 0, distance, atEnd);
            copyRows(rows, edge, 0, WIDTH, c, cAt, n, used);
        }
    }

    private static void copyRows(int rows, float[] from, int fromAt, int fromStride, float[] to, int toAt, int toStride,
                                 int columns) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(from, fromAt + r * fromStride, to, toAt + r * toStride, columns);
        }
    }

    private static void tile(int rows, float[] s, int sAt, int sStride, float[] a, int aAt, int rowStride,
                             int columnStride, float[] b, int bAt, int ks, float[] c, int cAt, int cStride,
                             float floor) {
        if (rows == 4) {
            fourRows(s, sAt, sStride, a, aAt, rowStride, columnStride, b, bAt, ks, c, cAt, cStride, floor);
        } else {
            twoRows(s, sAt, sStride, a, aAt, rowStride, columnStride, b, bAt, ks, c, cAt, cStride, floor);
        }
    }

    /** All in one method: in one that is called, the compiler sometimes makes objects of the vectors. */
    private static void twoRows(float[] s, int sAt, int sStride, float[] a, int aAt, int rowStride, int columnStride,
                                float[] b, int bAt, int ks, float[] c, int cAt, int cStride, float floor) {
        FloatVector c00 = load(s, sAt, 0);
        FloatVector c01 = load(s, sAt, 1);
        FloatVector c02 = load(s, sAt, 2);
        FloatVector c03 = load(s, sAt, 3);
        FloatVector c10 = load(s, sAt + sStride, 0);
        FloatVector c11 = load(s, sAt + sStride, 1);
        FloatVector c12 = load(s, sAt + sStride, 2);
        FloatVector c13 = load(s, sAt + sStride, 3);
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
            aAt += columnStride;
            bAt += WIDTH;
        }
        c00.max(floor).intoArray(c, cAt);
        c01.max(floor).intoArray(c, cAt + LANES);
        c02.max(floor).intoArray(c, cAt + 2 * LANES);
        c03.max(floor).intoArray(c, cAt + 3 * LANES);
        c10.max(floor).intoArray(c, cAt + cStride);
        c11.max(floor).intoArray(c, cAt + cStride + LANES);
        c12.max(floor).intoArray(c, cAt + cStride + 2 * LANES);
        c13.max(floor).intoArray(c, cAt + cStride + 3 * LANES);
    }

    private static void fourRows(float[] s, int sAt, int sStride, float[] a, int aAt, int rowStride, int columnStride,
                                float[] b, int bAt, int ks, float[] c, int cAt, int cStride, float floor) {
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
            bAt += WIDTH;
        }
        c00.max(floor).intoArray(c, cAt);
        c01.max(floor).intoArray(c, cAt + LANES);
        c02.max(floor).intoArray(c, cAt + 2 * LANES);
        c03.max(floor).intoArray(c, cAt + 3 * LANES);
        c10.max(floor).intoArray(c, cAt + cStride);
        c11.max(floor).intoArray(c, cAt + cStride + LANES);
        c12.max(floor).intoArray(c, cAt + cStride + 2 * LANES);
        c13.max(floor).intoArray(c, cAt + cStride + 3 * LANES);
        c20.max(floor).intoArray(c, cAt + 2 * cStride);
        c21.max(floor).intoArray(c, cAt + 2 * cStride + LANES);
        c22.max(floor).intoArray(c, cAt + 2 * cStride + 2 * LANES);
        c23.max(floor).intoArray(c, cAt + 2 * cStride + 3 * LANES);
        c30.max(floor).intoArray(c, cAt + 3 * cStride);
        c31.max(floor).intoArray(c, cAt + 3 * cStride + LANES);
        c32.max(floor).intoArray(c, cAt + 3 * cStride + 2 * LANES);
        c33.max(floor).intoArray(c, cAt + 3 * cStride + 3 * LANES);
    }

    private static FloatVector load(float[] array, int start, int vector) {
        return FloatVector.fromArray(SPECIES, array, start + vector * LANES);
    }
}
