package realnvp.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The operations of one computation in the order in which they were made. Building it computes it once;
 * {@link #forward()} computes it again from changed inputs and {@link #backward} adds up the gradients, both in the
 * same buffers and without allocating. A tape belongs to one thread at a time.
 *
 * <p>Reverse accumulation: Linnainmaa (1976), BIT 16, doi:10.1007/BF01931367; Baydin et al. (2018), arXiv:1502.05767.
 *
 * <pre>{@code
 * Tape tape = new Tape();
 * Tensor a = tape.variable(Matrix.of(new double[] {3}));
 * tape.backward(a.mul(a));
 * float slope = a.gradient().get(0, 0);
 * }</pre>
 */
public final class Tape {
    private final boolean gradients;
    private final boolean reusesBuffers;
    private final MatrixProduct product = MatrixProduct.fastest();
    private final List<Tensor> tensors = new ArrayList<>();
    private final Map<Parameter, Tensor> parameters = new HashMap<>();
    private final Buffers values = new Buffers();
    private final Buffers valuesToForget; // which backward computes again
    private final Buffers passingGradients;
    private final List<Tensor> backwardOrder = new ArrayList<>();
    private float[] zeros = new float[0];
    private Tensor plannedFor;

    /** A tape that keeps every value and every gradient, to look at. */
    public Tape() {
        this(true, false, new Buffers(), new Buffers());
    }

    private Tape(boolean gradients, boolean reusesBuffers, Buffers valuesToForget, Buffers passingGradients) {
        this.gradients = gradients;
        this.reusesBuffers = reusesBuffers;
        this.valuesToForget = valuesToForget;
        this.passingGradients = passingGradients;
    }

    /** A tape that keeps the gradients of variables and parameters only and reuses the buffers of all others. */
    public static Tape forTraining() {
        return new Tape(true, true, new Buffers(), new Buffers());
    }

    /** A training tape with the buffers of another, which must be done with its backward before this one's forward. */
    public static Tape forTrainingAfter(Tape before) {
        Tape tape = new Tape(true, true, before.valuesToForget, before.passingGradients);
        for (Tensor t : before.tensors) {
            if (t.parents.length > 0 && !t.inPlace && !t.cheap) {
                tape.values.giveBack(t.data);
            }
        }
        return tape;
    }

    /** A tape without gradients, which also reuses the buffers of values that were {@link #release released}. */
    public static Tape forInference() {
        return new Tape(false, true, new Buffers(), new Buffers());
    }

    /** An input without a gradient; the tape reads the matrix itself, so writing to it and calling forward replays. */
    public Tensor constant(Matrix value) {
        return leaf("constant", value, false);
    }

    /** An input whose gradient is wanted; the tape reads the matrix itself. */
    public Tensor variable(Matrix value) {
        return leaf("variable", value, gradients);
    }

    /** The parameter as an input of this tape: the same tensor each time, with a gradient of this tape's own. */
    public Tensor parameter(Parameter parameter) {
        return parameters.computeIfAbsent(parameter, p -> {
            Tensor t = leaf("parameter " + p.name(), Matrix.over(p.rows(), p.columns(), p.data()), gradients);
            t.parameter = p;
            return t;
        });
    }

    /**
     * Says that no other operation will read this value. An inference tape hands its buffer to a later operation; a
     * training tape does so if computing the value again on the way back is cheaper than fetching it from memory.
     */
    public void release(Tensor t) {
        if (!gradients && reusesBuffers && t.parents.length > 0) {
            values.giveBack(t.data);
        } else if (t.cheap && !t.forgotten) {
            valuesToForget.giveBack(t.data);
            t.forgotten = true;
        }
    }

    /** Computes every operation again, in order, from what the inputs hold now. */
    public void forward() {
        for (int i = 0; i < tensors.size(); i++) {
            tensors.get(i).compute.run();
        }
    }

    /**
     * Sets the gradients of all tensors that the loss depends on: gradient = d loss / d tensor, the sum over all paths.
     * A second call starts from zero again.
     *
     * @param loss a (1,1) tensor of this tape
     */
    public void backward(Tensor loss) {
        if (plannedFor != loss) {
            plan(loss);
        }
        loss.gradient[0] = 1f;
        for (int i = 0; i < backwardOrder.size(); i++) {
            Tensor t = backwardOrder.get(i);
            for (Tensor forgotten : t.forgottenParents) {
                computeAgain(forgotten);
            }
            for (Tensor first : t.firstReached) {
                Arrays.fill(first.gradient, 0f);
            }
            for (Runnable addToParent : t.backward) {
                addToParent.run();
            }
        }
    }

    private static void computeAgain(Tensor t) {
        if (t.inPlace) {
            computeAgain(t.parents[0]);
        }
        t.compute.run();
    }

    /**
     * Walks from the loss to the inputs once, and gives each tensor on the way a gradient buffer from the moment it is
     * first added to until its own share has been passed on.
     */
    private void plan(Tensor loss) {
        if (loss.tape != this || loss.rows != 1 || loss.columns != 1) {
            throw new IllegalArgumentException("backward starts from one number of this tape, a (1,1) tensor such as "
                + "x.sum(), got " + loss);
        }
        if (!loss.wantsGradient) {
            throw new IllegalArgumentException("the loss depends on no variable or parameter of this tape: " + loss);
        }
        backwardOrder.clear();
        for (Tensor t : tensors) {
            t.gradient = null;
        }
        loss.gradient = new float[1];
        for (int i = tensors.indexOf(loss); i >= 0; i--) {
            Tensor t = tensors.get(i);
            if (t.gradient == null || t.backward.length == 0) {
                continue;
            }
            List<Tensor> firstReached = new ArrayList<>();
            t.forgottenParents = Arrays.stream(t.parents).filter(p -> p.forgotten).toArray(Tensor[]::new);
            boolean isProduct = t.packedGradient != null;
            t.startsGradientOf = new boolean[t.parents.length];
            for (int p = 0; p < t.parents.length; p++) {
                Tensor parent = t.parents[p];
                if (t.inPlace && parent.gradient != null) {
                    throw new IllegalStateException(t + " overwrote a value that another operation reads: use "
                        + t.op() + " that is not in place");
                } else if (t.inPlace) {
                    parent.gradient = t.gradient;
                } else if (parent.wantsGradient && parent.gradient == null) {
                    boolean stays = parent.parents.length == 0 || !reusesBuffers;
                    parent.gradient = stays ? new float[parent.data.length] : passingGradients.take(parent.data.length);
                    t.startsGradientOf[p] = isProduct;
                    if (!isProduct) {
                        firstReached.add(parent);
                    }
                }
            }
            t.firstReached = firstReached.toArray(new Tensor[0]);
            backwardOrder.add(t);
            if (reusesBuffers && !t.inPlace) {
                passingGradients.giveBack(t.gradient);
            }
        }
        plannedFor = loss;
    }

    /** Where the value of an operation goes; a cheap one may be forgotten when it is {@link #release released}. */
    float[] take(int length, boolean cheap) {
        return cheap ? valuesToForget.take(length) : values.take(length);
    }

    boolean forgets() {
        return gradients && reusesBuffers;
    }

    /** For a gradient while it is multiplied. */
    PackedMatrix packedGradient(int rows, int columns) {
        return passingGradients.packed(rows, columns);
    }

    /** Adds the parameter's gradient on this tape to the sum, or starts the sum with it. */
    public void addGradient(Parameter parameter, float[] sum, boolean first) {
        Tensor t = parameters.get(parameter);
        if (t == null || t.gradient == null) {
            if (first) {
                Arrays.fill(sum, 0f);
            }
        } else if (first) {
            System.arraycopy(t.gradient, 0, sum, 0, sum.length);
        } else {
            addTo(sum, t.gradient);
        }
    }

    private static void addTo(float[] sum, float[] terms) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += terms[i];
        }
    }

    private Tensor leaf(String op, Matrix value, boolean wantsGradient) {
        return new Tensor(this, op, value.rows, value.columns, value.data, wantsGradient);
    }

    void add(Tensor t) {
        tensors.add(t);
        plannedFor = null;
    }

    /** A row of zeros, at least so long. */
    float[] zeros(int length) {
        if (zeros.length < length) {
            zeros = new float[length];
        }
        return zeros;
    }

    MatrixProduct product() {
        return product;
    }

    @Override
    public String toString() {
        return "%d tensors".formatted(tensors.size());
    }
}
