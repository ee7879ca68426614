package realnvp.autodiff;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A rows × columns block of float32 numbers, row after row in one array: {@code data[r * columns + c]}.
 * Points are rows: n points of d features are a matrix of shape (n,d).
 */
public final class Matrix {
    private static final int ROWS_SHOWN = 6;
    private static final int LARGEST = Integer.MAX_VALUE - 8; // length of an array

    public final int rows;
    public final int columns;
    public final float[] data; // (rows,columns), row-major; shared, not copied

    /** All zero; rows and columns are at least 1, and an array must hold their product. */
    public Matrix(int rows, int columns) { this(rows, columns, new float[size(rows, columns)]); }

    /** The matrix that reads and writes the given array, which is not copied. */
    Matrix(int rows, int columns, float[] data) {
        this.rows = rows;
        this.columns = columns;
        this.data = data;
    }

    /** One row of the matrix for each array, rounded to float32. */
    public static Matrix of(double[]... rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("a matrix needs at least 1 row, got 0");
        }
        Matrix m = new Matrix(rows.length, rows[0].length);
        for (int r = 0; r < m.rows; r++) {
            if (rows[r].length != m.columns) {
                throw new IllegalArgumentException(("row %d has %d numbers but row 0 has %d: all rows need the "
                    + "same length").formatted(r, rows[r].length, m.columns));
            }
            for (int c = 0; c < m.columns; c++) {
                m.set(r, c, rows[r][c]);
            }
        }
        return m;
    }

    public float get(int row, int column) { return data[index(row, column)]; }

    public void set(int row, int column, double value) { data[index(row, column)] = (float) value; }

    /** A copy of one column, in double: what plots, tables and statistics take. */
    public double[] column(int column) {
        return IntStream.range(0, rows).mapToDouble(row -> get(row, column)).toArray();
    }

    /** A copy of one row, in double. */
    public double[] row(int row) {
        return IntStream.range(0, columns).mapToDouble(column -> get(row, column)).toArray();
    }

    /** A copy of the rows from one number (inclusive) to another (exclusive). */
    public Matrix rows(int from, int to) {
        if (from < 0 || to > rows || from >= to) {
            throw new IndexOutOfBoundsException("rows %d to %d of a matrix with %d rows".formatted(from, to, rows));
        }
        return new Matrix(to - from, columns, Arrays.copyOfRange(data, from * columns, to * columns));
    }

    /** Throws for the first number that is NaN or beyond ±limit, saying where; row is what a row is called. */
    public void requireWithin(double limit, String row, String wayOut) {
        for (int i = 0; i < data.length; i++) {
            if (!(Math.abs(data[i]) <= limit)) {
                throw new IllegalArgumentException("%s %d has %s in column %d: %s"
                    .formatted(row, i / columns, data[i], i % columns, wayOut));
            }
        }
    }

    public Matrix copy() { return new Matrix(rows, columns, data.clone()); }

    /** The shape as messages show it: (rows,columns). */
    public String shape() { return "(" + rows + "," + columns + ")"; }

    /** Shape and first rows, so that a matrix as the last line of a cell can be read. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Matrix " + shape());
        for (int r = 0; r < Math.min(rows, ROWS_SHOWN); r++) {
            text.append('\n');
            for (int c = 0; c < columns; c++) {
                text.append(String.format(Locale.ROOT, "%12.6f", get(r, c)));
            }
        }
        return rows > ROWS_SHOWN ? text.append("\n         ...").toString() : text.toString();
    }

    private int index(int row, int column) {
        if (row < 0 || row >= rows || column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException("(%d,%d) in a matrix of shape %s".formatted(row, column, shape()));
        }
        return row * columns + column;
    }

    private static int size(int rows, int columns) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException("rows and columns must be at least 1, got %d in shape (%d,%d)"
                .formatted(Math.min(rows, columns), rows, columns));
        }
        if ((long) rows * columns > LARGEST) {
            throw new IllegalArgumentException("a matrix has at most %,d numbers, got shape (%d,%d): take fewer rows"
                .formatted(LARGEST, rows, columns));
        }
        return rows * columns;
    }
}
