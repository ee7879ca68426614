package realnvp.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import realnvp.engine.Float32;
import realnvp.engine.MatrixProduct;
import realnvp.engine.MatrixProduct.View;

/**
 * A node of a {@link Tape}: a float32 matrix, the operation that made it, and the gradient of a loss with respect to
 * it. Every operation below is its value and one line back for each parent; gradients add up over all paths.
 *
 * <p>Shapes: n batch, d features. Where a second operand is smaller, one of (1,d), (n,1) or (1,1), it is repeated over
 * the missing rows or columns, and its gradient is the sum over the repetitions.
 */
public final class Tensor {
    private final Tape tape;
    private final String op;
    private final int rows;
    private final int columns;
    private final float[] data; // (rows,columns), row-major
    final float[] gradient; // of the same shape; null where none is wanted
    private final Tensor[] parents;
    private final List<Runnable> backward = new ArrayList<>(3);
    private Runnable computation = () -> { };
    boolean reached; // by a share of the gradient, on the way back

    /** An input. */
    Tensor(Tape tape, String op, int rows, int columns, float[] data, boolean wantsGradient, Tensor... parents) {
        this.tape = tape;
        this.op = op;
        this.rows = rows;
        this.columns = columns;
        this.data = data;
        this.gradient = wantsGradient ? new float[data.length] : null;
        this.parents = parents;
        tape.add(this);
    }

    /** The result of an operation, (rows,columns), which wants a gradient if one of its parents does. */
    public static Tensor result(String op, int rows, int columns, Tensor... parents) {
        Tape tape = parents[0].tape;
        boolean wantsGradient = false;
        for (Tensor parent : parents) {
            if (parent.tape != tape) {
                throw new IllegalArgumentException(op + ": " + parent + " belongs to another tape");
            }
            wantsGradient |= parent.wantsGradient();
        }
        return new Tensor(tape, op, rows, columns, new Matrix(rows, columns).data, wantsGradient, parents);
    }

    /** Says how the value is computed, and computes it. Returns this tensor. */
    public Tensor computedBy(Runnable computation) {
        this.computation = computation;
        computation.run();
        return this;
    }

    /** Says how this tensor's share is added to the gradient of a parent that wants one. Returns this tensor. */
    public Tensor backTo(Tensor parent, Runnable addToItsGradient) {
        if (parent.wantsGradient()) {
            backward.add(() -> {
                parent.reach(0f);
                addToItsGradient.run();
            });
        }
        return this;
    }

    // --- operations on one tensor ---

    /** exp(x), elementwise: d exp(x) = exp(x) dx. */
    public Tensor exp() {
        Tensor y = result("exp", rows, columns, this);
        float[] x = data, v = y.data, g = gradient, gy = y.gradient;
        return y.computedBy(() -> { for (int i = 0; i < v.length; i++) v[i] = Float32.exp(x[i]); })
            .backTo(this, () -> { for (int i = 0; i < v.length; i++) g[i] += gy[i] * v[i]; });
    }

    /** tanh(x), elementwise: d tanh(x) = (1 - tanh²(x)) dx. */
    public Tensor tanh() {
        Tensor y = result("tanh", rows, columns, this);
        float[] x = data, v = y.data, g = gradient, gy = y.gradient;
        return y.computedBy(() -> { for (int i = 0; i < v.length; i++) v[i] = Float32.tanh(x[i]); })
            .backTo(this, () -> { for (int i = 0; i < v.length; i++) g[i] += gy[i] * (1 - v[i] * v[i]); });
    }

    /** max(x, 0), elementwise; its slope is 1 above 0 and 0 elsewhere, also at 0. */
    public Tensor relu() {
        Tensor y = result("relu", rows, columns, this);
        float[] x = data, v = y.data, g = gradient, gy = y.gradient;
        return y.computedBy(() -> { for (int i = 0; i < v.length; i++) v[i] = Math.max(x[i], 0f); })
            .backTo(this, () -> { for (int i = 0; i < v.length; i++) g[i] += gy[i] * (v[i] > 0 ? 1 : 0); });
    }

    /** factor·x. */
    public Tensor mul(double factor) { return mul(tape.constant(Matrix.of(new double[] {factor}))); }

    /** x + number. */
    public Tensor add(double number) { return add(tape.constant(Matrix.of(new double[] {number}))); }

    /** -x. */
    public Tensor neg() { return mul(-1); }

    // --- operations on two tensors ---

    /** x + b. */
    public Tensor add(Tensor b) {
        int[] at = Indices.repeated("add", this, b);
        Tensor y = result("add", rows, columns, this, b);
        float[] va = data, vb = b.data, v = y.data, ga = gradient, gb = b.gradient, gy = y.gradient;
        return y.computedBy(() -> { for (int i = 0; i < v.length; i++) v[i] = va[i] + vb[at[i]]; })
            .backTo(this, () -> { for (int i = 0; i < v.length; i++) ga[i] += gy[i]; })
            .backTo(b, () -> { for (int i = 0; i < v.length; i++) gb[at[i]] += gy[i]; });
    }

    /** x - b. */
    public Tensor sub(Tensor b) { return add(b.neg()); }

    /** x·b, element by element. */
    public Tensor mul(Tensor b) {
        int[] at = Indices.repeated("mul", this, b);
        Tensor y = result("mul", rows, columns, this, b);
        float[] va = data, vb = b.data, v = y.data, ga = gradient, gb = b.gradient, gy = y.gradient;
        return y.computedBy(() -> { for (int i = 0; i < v.length; i++) v[i] = va[i] * vb[at[i]]; })
            .backTo(this, () -> { for (int i = 0; i < v.length; i++) ga[i] += gy[i] * vb[at[i]]; })
            .backTo(b, () -> { for (int i = 0; i < v.length; i++) gb[at[i]] += gy[i] * va[i]; });
    }

    /** Matrix product: (n,k) × (k,m) to (n,m). */
    public Tensor matmul(Tensor right) { return linear(right, tape.constant(new Matrix(1, right.columns))); }

    /** x W + b: (n,in) × (in,out) + (1,out) to (n,out); each sum starts from the bias. */
    public Tensor linear(Tensor weight, Tensor bias) {
        if (columns != weight.rows || bias.rows != 1 || bias.columns != weight.columns) {
            throw new IllegalArgumentException(("matrix product: %s × %s + %s: the columns of the first must be the "
                + "rows of the second, and the bias (1,%d)")
                .formatted(shape(), weight.shape(), bias.shape(), weight.columns));
        }
        Tensor y = result("linear", rows, weight.columns, this, weight, bias);
        int[] at = Indices.repeated("linear", y, bias);
        float[] v = y.data, b = bias.data, gb = bias.gradient, gy = y.gradient;
        View x = view(data), w = weight.view(weight.data);
        View dx = view(gradient), dw = weight.view(weight.gradient), dy = y.view(gy);
        return y.computedBy(() -> {
            for (int i = 0; i < v.length; i++) v[i] = b[at[i]];
            MatrixProduct.add(x, w, y.view(v)); // y = b + x W
        }).backTo(this, () -> MatrixProduct.add(dy, w.transposed(), dx)) // dx += dy Wᵀ
            .backTo(weight, () -> MatrixProduct.add(x.transposed(), dy, dw)) // dW += xᵀ dy
            .backTo(bias, () -> { for (int i = 0; i < v.length; i++) gb[at[i]] += gy[i]; }); // db += dy
    }

    /** Sum of all elements: (n,d) to (1,1). */
    public Tensor sum() {
        Tensor y = result("sum", 1, 1, this);
        float[] x = data, v = y.data, g = gradient, gy = y.gradient;
        return y.computedBy(() -> { // in double, since n·d float32 terms would lose digits
            double sum = 0;
            for (int i = 0; i < x.length; i++) sum += x[i];
            v[0] = (float) sum;
        }).backTo(this, () -> { for (int i = 0; i < x.length; i++) g[i] += gy[0]; });
    }

    /** Mean of all elements: (n,d) to (1,1). */
    public Tensor mean() { return sum().mul(1.0 / (rows * columns)); }

    /** Sum over the features of each point: (n,d) to (n,1). */
    public Tensor sumColumns() {
        Tensor y = result("sumColumns", rows, 1, this);
        int[] at = Indices.repeated("sumColumns", this, y);
        float[] x = data, v = y.data, g = gradient, gy = y.gradient;
        return y.computedBy(() -> { Arrays.fill(v, 0f); for (int i = 0; i < x.length; i++) v[at[i]] += x[i]; })
            .backTo(this, () -> { for (int i = 0; i < x.length; i++) g[i] += gy[at[i]]; });
    }

    /** The named columns, in that order: (n,d) to (n, number of indices). */
    public Tensor gather(int... indices) {
        int[] at = Indices.ofColumns(rows, indices, columns);
        Tensor y = result("gather", rows, indices.length, this);
        float[] x = data, v = y.data, g = gradient, gy = y.gradient;
        return y.computedBy(() -> { for (int i = 0; i < v.length; i++) v[i] = x[at[i]]; })
            .backTo(this, () -> { for (int i = 0; i < v.length; i++) g[at[i]] += gy[i]; });
    }

    /** Puts columns back together: column indicesOfA[i] of the result is column i of a, likewise for b; (n,d). */
    public static Tensor scatter(Tensor a, int[] indicesOfA, Tensor b, int[] indicesOfB) {
        Indices.requireWhole(a, indicesOfA, b, indicesOfB);
        Tensor y = result("scatter", a.rows, a.columns + b.columns, a, b);
        int[] atA = Indices.ofColumns(a.rows, indicesOfA, y.columns);
        int[] atB = Indices.ofColumns(b.rows, indicesOfB, y.columns);
        float[] va = a.data, vb = b.data, v = y.data, ga = a.gradient, gb = b.gradient, gy = y.gradient;
        return y.computedBy(() -> {
            for (int i = 0; i < va.length; i++) v[atA[i]] = va[i];
            for (int i = 0; i < vb.length; i++) v[atB[i]] = vb[i];
        }).backTo(a, () -> { for (int i = 0; i < va.length; i++) ga[i] += gy[atA[i]]; })
            .backTo(b, () -> { for (int i = 0; i < vb.length; i++) gb[i] += gy[atB[i]]; });
    }

    // --- reading ---

    public int rows() { return rows; }
    public int columns() { return columns; }
    public Tape tape() { return tape; }

    /** What made this tensor: exp, linear, constant, … */
    public String op() { return op; }

    /** The tensors this one was computed from, for drawing the graph. */
    public Tensor[] parents() { return parents.clone(); }

    /** Whether a variable or a parameter is among the inputs that it was computed from. */
    public boolean wantsGradient() { return gradient != null; }

    /** The numbers, shared with the tape: the next forward overwrites them. */
    public Matrix value() { return new Matrix(rows, columns, data); }

    /** d loss / d this after the last backward, shared with the tape; zeros if that loss does not depend on it. */
    public Matrix gradient() {
        return gradient == null ? new Matrix(rows, columns) : new Matrix(rows, columns, gradient);
    }

    String shape() { return "(" + rows + "," + columns + ")"; }

    @Override
    public String toString() { return op + " " + shape(); }

    private View view(float[] array) { return new View(array, rows, columns); }

    // --- what the tape does ---

    void compute() { computation.run(); }

    /** The first time that a share of the gradient is on its way to here: starts the sum. */
    void reach(float start) {
        if (!reached && gradient != null) {
            Arrays.fill(gradient, start);
        }
        reached = true;
    }

    /** Adds this tensor's share to the gradient of each parent; sets it to zero if the loss does not depend on it. */
    void passOnGradient() {
        for (int i = 0; reached && i < backward.size(); i++) {
            backward.get(i).run();
        }
        reach(0f);
    }
}
