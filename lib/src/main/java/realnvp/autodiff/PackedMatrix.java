package realnvp.autodiff;

/**
 * The right-hand side of a product in the order in which the kernel reads it: panels of columns, each panel row after
 * row. A plain kernel takes panels of one row, since the just-in-time compiler only vectorises loops over whole arrays.
 */
final class PackedMatrix {
    final int rows;
    final int columns;
    final float[][] panels;

    PackedMatrix(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        // A single column lies in one panel; nothing could be vectorised along rows of one number.
        this.panels = columns == 1 ? new float[1][rows] : new float[rows][columns];
    }

    /** Copies b[r * rowStride + c * columnStride], so that swapped strides pack the transpose. */
    void pack(float[] b, int rowStride, int columnStride) {
        if (columns == 1) {
            copy(b, 0, rowStride, panels[0]);
            return;
        }
        for (int r = 0; r < rows; r++) {
            copy(b, r * rowStride, columnStride, panels[r]);
        }
    }

    private static void copy(float[] from, int start, int stride, float[] to) {
        if (stride == 1) {
            System.arraycopy(from, start, to, 0, to.length);
            return;
        }
        for (int i = 0; i < to.length; i++) {
            to[i] = from[start + i * stride];
        }
    }
}
