package realnvp.autodiff;

import java.util.Arrays;

/** Taking columns out of a matrix and putting them back. */
final class Columns {
    private Columns() {
    }

    static Tensor select(Tensor x, int[] indices) {
        for (int index : indices) {
            if (index < 0 || index >= x.columns) {
                throw new IllegalArgumentException("columns: %d is not a column of %s, which has columns 0 to %d"
                    .formatted(index, x.shape(), x.columns - 1));
            }
        }
        Tensor y = Tensor.result("columns", x.rows, indices.length, x); // (n,d) -> (n,k)
        y.computedBy(() -> {
            for (int r = 0, i = 0; r < x.rows; r++) {
                for (int index : indices) {
                    y.data[i++] = x.data[r * x.columns + index];
                }
            }
        });
        return y.backTo(x, () -> {
            for (int r = 0, i = 0; r < x.rows; r++) {
                for (int index : indices) {
                    x.gradient[r * x.columns + index] += y.gradient[i++];
                }
            }
        });
    }

    static Tensor place(Tensor a, int[] indicesOfA, Tensor b, int[] indicesOfB) {
        int d = a.columns + b.columns;
        boolean[] taken = new boolean[d];
        for (int[] indices : new int[][] {indicesOfA, indicesOfB}) {
            for (int index : indices) {
                taken[index] = true;
            }
        }
        for (boolean one : taken) {
            if (!one || a.rows != b.rows || indicesOfA.length != a.columns || indicesOfB.length != b.columns) {
                throw new IllegalArgumentException(("place: columns %s of %s and %s of %s do not make one matrix of "
                    + "%d columns").formatted(Arrays.toString(indicesOfA), a.shape(),
                    Arrays.toString(indicesOfB), b.shape(), d));
            }
        }
        Tensor y = Tensor.result("place", a.rows, d, a, b); // (n,k), (n,d-k) -> (n,d)
        y.computedBy(() -> {
            put(a, indicesOfA, y);
            put(b, indicesOfB, y);
        });
        return y.backTo(a, () -> addBack(y, indicesOfA, a)).backTo(b, () -> addBack(y, indicesOfB, b));
    }

    private static void put(Tensor part, int[] indices, Tensor whole) {
        for (int r = 0, i = 0; r < part.rows; r++) {
            for (int index : indices) {
                whole.data[r * whole.columns + index] = part.data[i++];
            }
        }
    }

    private static void addBack(Tensor whole, int[] indices, Tensor part) {
        for (int r = 0, i = 0; r < part.rows; r++) {
            for (int index : indices) {
                part.gradient[i++] += whole.gradient[r * whole.columns + index];
            }
        }
    }
}
