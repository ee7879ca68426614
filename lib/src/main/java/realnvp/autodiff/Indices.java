package realnvp.autodiff;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which element of one matrix goes with each element of another, both row-major, for operations that move numbers. */
final class Indices {
    private Indices() { }

    /** The element of b, repeated over missing rows or columns, that goes with each element of a. */
    static int[] repeated(String op, Tensor a, Tensor b) {
        if (b.rows() != a.rows() && b.rows() != 1 || b.columns() != a.columns() && b.columns() != 1) {
            throw new IllegalArgumentException(("%s: %s and %s do not fit; the second must have the same shape, or 1 "
                + "row, or 1 column").formatted(op, a.shape(), b.shape()));
        }
        return IntStream.range(0, a.rows() * a.columns()).map(i ->
            i / a.columns() % b.rows() * b.columns() + i % a.columns() % b.columns()).toArray();
    }

    /** The element, in a matrix of d columns, that goes with each element of those of its columns, in their order. */
    static int[] ofColumns(int rows, int[] columns, int d) {
        for (int column : columns) {
            if (column < 0 || column >= d) {
                throw new IllegalArgumentException("gather: %d is not a column of (%d,%d), which has columns 0 to %d"
                    .formatted(column, rows, d, d - 1));
            }
        }
        return IntStream.range(0, rows * columns.length)
            .map(i -> i / columns.length * d + columns[i % columns.length]).toArray();
    }

    /** Whether the two sets of columns, those of a and those of b, make one matrix. */
    static void requireWhole(Tensor a, int[] columnsOfA, Tensor b, int[] columnsOfB) {
        int d = a.columns() + b.columns();
        int[] all = IntStream.concat(Arrays.stream(columnsOfA), Arrays.stream(columnsOfB)).sorted().toArray();
        if (!Arrays.equals(all, IntStream.range(0, d).toArray()) || a.rows() != b.rows()
            || columnsOfA.length != a.columns()) {
            throw new IllegalArgumentException("scatter: columns %s of %s and %s of %s are not those of one matrix"
                .formatted(Arrays.toString(columnsOfA), a.shape(), Arrays.toString(columnsOfB), b.shape()));
        }
    }
}
