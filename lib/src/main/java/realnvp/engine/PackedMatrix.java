package realnvp.engine;

/**
 * The right-hand side of a product, copied into the order in which the product reads it. The vector form takes panels
 * of four vectors of columns, each row after row, its width filled up with zeros; the plain form takes every row as an
 * array of its own, since the just-in-time compiler only vectorises loops over whole arrays. A single column is one
 * array for both.
 */
public final class PackedMatrix {
    final int rows;
    final int columns;
    final float[][] panels;
    private final boolean inRows;
    private final int width; // of a panel

    public PackedMatrix(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        inRows = columns > 1 && !MatrixProduct.VECTORIZED;
        width = columns == 1 || inRows ? columns : VectorProduct.WIDTH;
        panels = inRows ? new float[rows][columns] : new float[(columns + width - 1) / width][rows * width];
    }

    /** Copies b[r * rowStride + c * columnStride], so that swapped strides pack the transpose. */
    public void pack(float[] b, int rowStride, int columnStride) {
        if (panels.length == 1 && width == columns && rowStride == columns && columnStride == 1) {
            panels[0] = b; // already in this order
            return;
        }
        for (int r = 0; r < rows; r++) {
            for (int from = 0; from < columns; from += width) {
                copy(b, r * rowStride + from * columnStride, columnStride, panels[inRows ? r : from / width],
                    inRows ? 0 : r * width, Math.min(width, columns - from));
            }
        }
    }

    private static void copy(float[] from, int start, int stride, float[] to, int toStart, int count) {
        if (stride == 1 && count > 1) {
            System.arraycopy(from, start, to, toStart, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            to[toStart + i] = from[start + i * stride];
        }
    }
}
