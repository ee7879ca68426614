package realnvp.autodiff;

import java.util.Arrays;

/** The matrix product and the linear layer, forward and back. */
final class Products {
    private Products() {
    }

    /** Y = X R; dX += dY Rᵀ, dR += Xᵀ dY. */
    static Tensor matmul(Tensor x, Tensor right) {
        requireInner("matmul", x, right);
        Tensor y = Tensor.result("matmul", x.rows, right.columns, x, right);
        return multiplied(x, right, y, () -> Arrays.fill(y.data, 0f));
    }

    /** Y = X W + b; the bias is where each sum starts. */
    static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        requireInner("linear", x, weight);
        if (bias.rows != 1 || bias.columns != weight.columns) {
            throw new IllegalArgumentException("linear: the bias of weight %s must have shape (1,%d), got %s"
                .formatted(weight.shape(), weight.columns, bias.shape()));
        }
        Tensor y = Tensor.result("linear", x.rows, weight.columns, x, weight, bias);
        multiplied(x, weight, y, () -> {
            for (int start = 0; start < y.data.length; start += y.columns) {
                System.arraycopy(bias.data, 0, y.data, start, y.columns);
            }
        });
        return y.backTo(bias, () -> addColumnSums(y.gradient, bias.gradient));
    }

    private static Tensor multiplied(Tensor x, Tensor right, Tensor y, Runnable start) {
        MatrixProduct product = x.tape.product();
        PackedMatrix packed = packed(right);
        PackedMatrix packedTranspose = packedTranspose(right);
        PackedMatrix packedGradient = right.wantsGradient ? new PackedMatrix(y.rows, y.columns) : null;
        boolean packsItself = right.parameter == null;
        y.computedBy(() -> {
            if (packsItself) {
                packed.pack(right.data, right.columns, 1);
            }
            start.run();
            product.multiplyAdd(x.data, x.columns, 1, packed, y.data, y.rows); // (n,k) (k,m) -> (n,m)
        });
        y.backTo(x, () -> {
            if (packsItself) {
                packedTranspose.pack(right.data, 1, right.columns);
            }
            product.multiplyAdd(y.gradient, y.columns, 1, packedTranspose, x.gradient, x.rows); // (n,m) (m,k) -> (n,k)
        });
        return y.backTo(right, () -> {
            packedGradient.pack(y.gradient, y.columns, 1);
            product.multiplyAdd(x.data, 1, x.columns, packedGradient, right.gradient, right.rows); // (k,n) (n,m) -> (k,m)
        });
    }

    private static PackedMatrix packed(Tensor right) {
        return right.parameter != null ? right.parameter.packed() : new PackedMatrix(right.rows, right.columns);
    }

    private static PackedMatrix packedTranspose(Tensor right) {
        return right.parameter != null ? right.parameter.packedTranspose() : new PackedMatrix(right.columns, right.rows);
    }

    private static void addColumnSums(float[] matrix, float[] sums) {
        for (int start = 0; start < matrix.length; start += sums.length) {
            for (int c = 0; c < sums.length; c++) {
                sums[c] += matrix[start + c];
            }
        }
    }

    private static void requireInner(String op, Tensor x, Tensor right) {
        if (x.columns != right.rows) {
            throw new IllegalArgumentException("%s: %s × %s: the columns of the first must be the rows of the second"
                .formatted(op, x.shape(), right.shape()));
        }
    }
}
