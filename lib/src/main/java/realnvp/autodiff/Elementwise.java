package realnvp.autodiff;

/** Sums and products element by element, where a smaller second operand is repeated over rows or columns. */
final class Elementwise {
    private Elementwise() {
    }

    static Tensor add(Tensor a, Tensor b) {
        return sum("add", a, b, 1f);
    }

    static Tensor sub(Tensor a, Tensor b) {
        return sum("sub", a, b, -1f);
    }

    /** a + sign·b. */
    private static Tensor sum(String op, Tensor a, Tensor b, float sign) {
        Repeat repeat = new Repeat(op, a, b);
        Tensor y = Tensor.result(op, a.rows, a.columns, a, b);
        y.computedBy(() -> {
            for (int i = 0; i < y.data.length; i++) {
                y.data[i] = Math.fma(sign, b.data[repeat.index(i)], a.data[i]);
            }
        });
        return y.backTo(a, () -> {
            for (int i = 0; i < y.data.length; i++) {
                a.gradient[i] += y.gradient[i];
            }
        }).backTo(b, () -> {
            for (int i = 0; i < y.data.length; i++) {
                int j = repeat.index(i);
                b.gradient[j] = Math.fma(sign, y.gradient[i], b.gradient[j]);
            }
        });
    }

    static Tensor mul(Tensor a, Tensor b) {
        Repeat repeat = new Repeat("mul", a, b);
        Tensor y = Tensor.result("mul", a.rows, a.columns, a, b);
        y.computedBy(() -> {
            for (int i = 0; i < y.data.length; i++) {
                y.data[i] = a.data[i] * b.data[repeat.index(i)];
            }
        });
        return y.backTo(a, () -> {
            for (int i = 0; i < y.data.length; i++) {
                a.gradient[i] = Math.fma(y.gradient[i], b.data[repeat.index(i)], a.gradient[i]);
            }
        }).backTo(b, () -> {
            for (int i = 0; i < y.data.length; i++) {
                int j = repeat.index(i);
                b.gradient[j] = Math.fma(y.gradient[i], a.data[i], b.gradient[j]);
            }
        });
    }

    /** Which element of the second operand goes with element i of the first. */
    private static final class Repeat {
        private final boolean same;
        private final int columns;
        private final int rowStep;
        private final int columnStep;

        Repeat(String op, Tensor a, Tensor b) {
            boolean rowsFit = b.rows == a.rows || b.rows == 1;
            boolean columnsFit = b.columns == a.columns || b.columns == 1;
            if (!rowsFit || !columnsFit) {
                throw new IllegalArgumentException(("%s: %s and %s do not fit; the second must have the same shape, "
                    + "or 1 row, or 1 column").formatted(op, a.shape(), b.shape()));
            }
            same = b.rows == a.rows && b.columns == a.columns;
            columns = a.columns;
            rowStep = b.rows == 1 ? 0 : b.columns;
            columnStep = b.columns == 1 ? 0 : 1;
        }

        int index(int i) {
            return same ? i : i / columns * rowStep + i % columns * columnStep;
        }
    }
}
