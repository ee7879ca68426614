package realnvp.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The right-hand side of a product, copied into the order in which the product reads it. The vector form takes panels
 * of a few columns, each row after row, its width filled up with zeros; the plain form takes every row as an array of
 * its own, since the just-in-time compiler only vectorises loops over whole arrays. A single column is one array for
 * both.
 */
public final class PackedMatrix {
    final int rows;
    final int columns;
    final float[][] panels;
    final int[] panelWidths; // of the vector form's panels
    private final boolean inRows;

    public PackedMatrix(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.inRows = columns > 1 && !MatrixProduct.VECTORIZED;
        if (inRows) {
            panelWidths = new int[0];
            panels = new float[rows][columns];
            return;
        }
        panelWidths = columns == 1 ? new int[] {1} : panelWidths(columns, VectorProduct.LANES);
        panels = new float[panelWidths.length][];
        for (int p = 0; p < panels.length; p++) {
            panels[p] = new float[rows * panelWidths[p]];
        }
    }

    /** Panels of 4 or 2 vectors, as wide as what is left allows; the last one may be filled up. */
    private static int[] panelWidths(int columns, int lanes) {
        boolean wide = lanes >= 16; // processors with shorter vectors may have too few registers for 4 by 4
        List<Integer> widths = new ArrayList<>();
        for (int left = columns; left > 0; left -= widths.get(widths.size() - 1)) {
            widths.add(left >= 4 * lanes && wide ? 4 * lanes : 2 * lanes);
        }
        return widths.stream().mapToInt(width -> width).toArray();
    }

    /** Copies b[r * rowStride + c * columnStride], so that swapped strides pack the transpose. */
    public void pack(float[] b, int rowStride, int columnStride) {
        if (inRows) {
            for (int r = 0; r < rows; r++) {
                copy(b, r * rowStride, columnStride, panels[r], 0, columns);
            }
            return;
        }
        if (panels.length == 1 && panelWidths[0] == columns && rowStride == columns && columnStride == 1) {
            panels[0] = b;
            return;
        }
        int from = 0;
        for (int p = 0; p < panels.length; p++) {
            int width = panelWidths[p];
            for (int r = 0; r < rows; r++) {
                copy(b, r * rowStride + from * columnStride, columnStride, panels[p], r * width,
                    Math.min(width, columns - from));
            }
            from += width;
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
