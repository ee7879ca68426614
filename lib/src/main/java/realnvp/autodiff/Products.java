package realnvp.autodiff;

/** The matrix product and the linear layer, forward and back. */
final class Products {
    private static final float[] ONE = {1f};
    /** From so few features a linear layer is computed faster than its values come back from memory. */
    private static final int CHEAP_FEATURES = 2;

    private Products() {
    }

    /** Y = X R; dX += dY Rᵀ, dR += Xᵀ dY. */
    static Tensor matmul(Tensor x, Tensor right) {
        requireInner("matmul", x, right);
        Tensor y = Tensor.result("matmul", x.rows, right.columns, x, right);
        return multiplied(x, right, y, new float[right.columns]);
    }

    /** Y = X W + b; the bias is where each sum starts. */
    static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        requireInner("linear", x, weight);
        if (bias.rows != 1 || bias.columns != weight.columns) {
            throw new IllegalArgumentException("linear: the bias of weight %s must have shape (1,%d), got %s"
                .formatted(weight.shape(), weight.columns, bias.shape()));
        }
        boolean cheap = x.columns <= CHEAP_FEATURES && x.tape.forgets();
        Tensor y = cheap ? Tensor.cheapResult("linear", x.rows, weight.columns, x, weight, bias)
            : Tensor.result("linear", x.rows, weight.columns, x, weight, bias);
        multiplied(x, weight, y, bias.data);
        // The column sums of dY are a product with a row of ones.
        return y.backTo(bias, () -> {
            if (!weight.wantsGradient) {
                y.packedGradient.pack(y.gradient, y.columns, 1);
            }
            addProduct(y, bias, 2, ONE, 0, 0, y.packedGradient);
        });
    }

    private static Tensor multiplied(Tensor x, Tensor right, Tensor y, float[] firstRow) {
        PackedMatrix packed = packed(right);
        PackedMatrix packedTranspose = packedTranspose(right);
        y.packedGradient = y.wantsGradient ? y.tape.packedGradient(y.rows, y.columns) : null;
        boolean packsItself = right.parameter == null;
        y.computedBy(() -> {
            if (packsItself) {
                packed.pack(right.data, right.columns, 1);
            }
            y.tape.product().multiply(firstRow, 0, x.data, x.columns, 1, packed, y.data, y.rows); // (n,k) (k,m)
        });
        y.backTo(x, () -> {
            if (packsItself) {
                packedTranspose.pack(right.data, 1, right.columns);
            }
            addProduct(y, x, 0, y.gradient, y.columns, 1, packedTranspose); // (n,m) (m,k) -> (n,k)
        });
        return y.backTo(right, () -> {
            y.packedGradient.pack(y.gradient, y.columns, 1);
            addProduct(y, right, 1, x.data, 1, x.columns, y.packedGradient); // (k,n) (n,m) -> (k,m)
        });
    }

    /** Adds A·B to the parent's gradient, or starts it if y is the first to reach that parent. */
    private static void addProduct(Tensor y, Tensor parent, int index, float[] a, int rowStride, int columnStride,
                                   PackedMatrix b) {
        boolean first = y.startsGradientOf[index];
        float[] start = first ? y.tape.zeros(parent.columns) : parent.gradient;
        int stride = first ? 0 : parent.columns;
        y.tape.product().multiply(start, stride, a, rowStride, columnStride, b, parent.gradient, parent.rows);
    }

    private static PackedMatrix packed(Tensor right) {
        return right.parameter != null ? right.parameter.packed() : new PackedMatrix(right.rows, right.columns);
    }

    private static PackedMatrix packedTranspose(Tensor right) {
        return right.parameter != null ? right.parameter.packedTranspose()
            : new PackedMatrix(right.columns, right.rows);
    }

    private static void requireInner(String op, Tensor x, Tensor right) {
        if (x.columns != right.rows) {
            throw new IllegalArgumentException("%s: %s × %s: the columns of the first must be the rows of the second"
                .formatted(op, x.shape(), right.shape()));
        }
    }
}
