package realnvp.autodiff;

import java.util.Arrays;

/**
 * A node of a {@link Tape}: a float32 matrix, the operation that made it, and the gradient of a loss with respect to
 * it. Every operation below is its value plus one way back for each parent; gradients add up over all ways.
 *
 * <p>Shapes: n batch, d features. Where a second operand is smaller, one of (1,d), (n,1) or (1,1), it is repeated over
 * the missing rows or columns, and its gradient is the sum over the repetitions.
 *
 * <pre>{@code
 * Tape tape = new Tape();
 * Tensor a = tape.variable(Matrix.of(new double[] {0.6}));
 * Tensor y = a.tanh().exp().mul(a);
 * tape.backward(y);
 * float dyda = a.gradient().get(0, 0);
 * }</pre>
 */
public final class Tensor {
    private static final Tensor[] NO_PARENTS = {};
    private static final Runnable[] NO_WAYS_BACK = {};

    final Tape tape;
    final int rows;
    final int columns;
    final float[] data; // (rows,columns), row-major
    final Tensor[] parents;
    final boolean wantsGradient;
    private final String op;
    Runnable compute = () -> { };
    Runnable[] backward = NO_WAYS_BACK;
    Tensor[] firstReached = NO_PARENTS; // parents whose gradient this one is the first to add to
    boolean[] startsGradientOf; // of a product: parents whose gradient it sets instead of adding to it
    Tensor[] forgottenParents = NO_PARENTS; // to be computed again before the way back
    boolean inPlace;
    boolean cheap; // to compute again
    boolean forgotten;
    float[] gradient;
    Parameter parameter;
    PackedMatrix packedGradient; // of a product, for its right side and its bias

    /** An input. */
    Tensor(Tape tape, String op, int rows, int columns, float[] data, boolean wantsGradient) {
        this.tape = tape;
        this.op = op;
        this.rows = rows;
        this.columns = columns;
        this.data = data;
        this.parents = NO_PARENTS;
        this.wantsGradient = wantsGradient;
        tape.add(this);
    }

    private Tensor(String op, int rows, int columns, float[] data, Tensor... parents) {
        this.tape = parents[0].tape;
        this.op = op;
        this.rows = rows;
        this.columns = columns;
        this.data = data;
        this.parents = parents;
        boolean wants = false;
        for (Tensor parent : parents) {
            if (parent.tape != tape) {
                throw new IllegalArgumentException(op + ": " + parent + " belongs to another tape");
            }
            wants |= parent.wantsGradient;
        }
        this.wantsGradient = wants;
        tape.add(this);
    }

    // --- how an operation is defined ---

    static Tensor result(String op, int rows, int columns, Tensor... parents) {
        return new Tensor(op, rows, columns, parents[0].tape.take(rows * columns, false), parents);
    }

    static Tensor cheapResult(String op, int rows, int columns, Tensor... parents) {
        Tensor y = new Tensor(op, rows, columns, parents[0].tape.take(rows * columns, true), parents);
        y.cheap = true;
        return y;
    }

    Tensor computedBy(Runnable computation) {
        compute = computation;
        computation.run();
        return this;
    }

    Tensor backTo(Tensor parent, Runnable addToParentsGradient) {
        if (parent.wantsGradient) {
            backward = Arrays.copyOf(backward, backward.length + 1);
            backward[backward.length - 1] = addToParentsGradient;
        }
        return this;
    }

    // --- one operand ---

    /** exp(x), elementwise: d exp(x) = exp(x) dx. */
    public Tensor exp() {
        Tensor y = result("exp", rows, columns, this);
        return y.computedBy(() -> Elementary.exp(data, y.data)).backTo(this, () -> {
            float[] g = gradient, gy = y.gradient, v = y.data;
            for (int i = 0; i < g.length; i++) {
                g[i] = Math.fma(gy[i], v[i], g[i]);
            }
        });
    }

    /** tanh(x), elementwise: d tanh(x) = (1 - tanh²(x)) dx. */
    public Tensor tanh() {
        Tensor y = result("tanh", rows, columns, this);
        return y.computedBy(() -> Elementary.tanh(data, y.data)).backTo(this, () -> {
            float[] g = gradient, gy = y.gradient, v = y.data;
            for (int i = 0; i < g.length; i++) {
                g[i] = Math.fma(gy[i], Math.fma(-v[i], v[i], 1f), g[i]);
            }
        });
    }

    /** max(x, 0), elementwise; the gradient at 0 is 0. */
    public Tensor relu() {
        Tensor y = result("relu", rows, columns, this);
        return y.computedBy(() -> Elementary.rectify(data, y.data)).backTo(this, () -> {
            float[] g = gradient, gy = y.gradient, v = y.data;
            for (int i = 0; i < g.length; i++) {
                g[i] = Math.fma(gy[i], Elementary.isPositive(v[i]), g[i]);
            }
        });
    }

    /** max(x, 0) written over x, for a value that no other operation reads, such as the output of a linear layer. */
    public Tensor reluInPlace() {
        Tensor y = new Tensor("relu", rows, columns, data, this);
        y.inPlace = true;
        y.cheap = cheap;
        return y.computedBy(() -> Elementary.rectify(data, y.data)).backTo(this, () -> {
            float[] g = y.gradient, v = y.data; // the parent's gradient is the same array
            for (int i = 0; i < g.length; i++) {
                g[i] *= Elementary.isPositive(v[i]);
            }
        });
    }

    /** factor·x. */
    public Tensor mul(double factor) {
        float f = (float) factor;
        Tensor y = result("mul", rows, columns, this);
        return y.computedBy(() -> {
            float[] x = data, v = y.data;
            for (int i = 0; i < v.length; i++) {
                v[i] = f * x[i];
            }
        }).backTo(this, () -> {
            float[] g = gradient, gy = y.gradient;
            for (int i = 0; i < g.length; i++) {
                g[i] = Math.fma(f, gy[i], g[i]);
            }
        });
    }

    /** x + number. */
    public Tensor add(double number) {
        Matrix constant = Matrix.of(new double[] {number});
        return add(tape.constant(constant));
    }

    /** -x. */
    public Tensor neg() {
        return mul(-1);
    }

    // --- two operands ---

    /** x + y. */
    public Tensor add(Tensor other) {
        return Elementwise.add(this, other);
    }

    /** x - y. */
    public Tensor sub(Tensor other) {
        return Elementwise.sub(this, other);
    }

    /** x·y, element by element. */
    public Tensor mul(Tensor other) {
        return Elementwise.mul(this, other);
    }

    /** Matrix product: (n,k) × (k,m) to (n,m). */
    public Tensor matmul(Tensor right) {
        return Products.matmul(this, right);
    }

    /** x W + b: (n,in) × (in,out) + (1,out) to (n,out). */
    public Tensor linear(Tensor weight, Tensor bias) {
        return Products.linear(this, weight, bias);
    }

    // --- sums ---

    /** Sum of all elements: (n,d) to (1,1). */
    public Tensor sum() {
        Tensor y = result("sum", 1, 1, this);
        return y.computedBy(() -> {
            double sum = 0; // in double, since n·d float32 terms would lose digits
            for (float v : data) {
                sum += v;
            }
            y.data[0] = (float) sum;
        }).backTo(this, () -> {
            float[] g = gradient;
            float gy = y.gradient[0];
            for (int i = 0; i < g.length; i++) {
                g[i] += gy;
            }
        });
    }

    /** Mean of all elements: (n,d) to (1,1). */
    public Tensor mean() {
        return sum().mul(1.0 / (rows * columns));
    }

    /** Sum over the features of each point: (n,d) to (n,1). */
    public Tensor sumColumns() {
        Tensor y = result("sumColumns", rows, 1, this);
        return y.computedBy(() -> {
            for (int r = 0; r < rows; r++) {
                float sum = 0f;
                for (int c = 0; c < columns; c++) {
                    sum += data[r * columns + c];
                }
                y.data[r] = sum;
            }
        }).backTo(this, () -> {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += y.gradient[i / columns];
            }
        });
    }

    // --- columns ---

    /** The named columns, in that order: (n,d) to (n, number of indices). */
    public Tensor columns(int... indices) {
        return Columns.select(this, indices);
    }

    /** Puts columns back together: column indicesOfA[i] of the result is column i of a, likewise for b; (n,d). */
    public static Tensor place(Tensor a, int[] indicesOfA, Tensor b, int[] indicesOfB) {
        return Columns.place(a, indicesOfA, b, indicesOfB);
    }

    // --- reading ---

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** The numbers, shared with the tape: the next forward overwrites them. */
    public Matrix value() {
        return Matrix.over(rows, columns, data);
    }

    /** d loss / d this after the last backward, shared with the tape; zeros if that loss does not depend on it. */
    public Matrix gradient() {
        return gradient == null ? new Matrix(rows, columns) : Matrix.over(rows, columns, gradient);
    }

    /** What made this tensor: exp, matmul, constant, … */
    public String op() {
        return op;
    }

    /** The tensors this one was computed from, for drawing the graph. */
    public Tensor[] parents() {
        return parents.clone();
    }

    public Tape tape() {
        return tape;
    }

    String shape() {
        return "(" + rows + "," + columns + ")";
    }

    @Override
    public String toString() {
        return op + " " + shape();
    }
}
