package realnvp.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import realnvp.engine.Workspace;

/**
 * The operations of one computation in the order in which they were made. Building it computes it once;
 * {@link #forward()} computes it again from changed inputs and {@link #backward} adds up the gradients, both in the
 * same arrays and without allocating. A tape belongs to one thread at a time.
 *
 * <p>Reverse accumulation: Linnainmaa (1976), BIT 16, doi:10.1007/BF01931367; Baydin et al. (2018), arXiv:1502.05767.
 */
public final class Tape {
    private final boolean gradients;
    private final Workspace workspace;
    private final List<Tensor> tensors = new ArrayList<>();
    private final Map<Parameter, Tensor> parameters = new HashMap<>();

    /** A tape whose variables and parameters get gradients. */
    public Tape() { this(true, new Workspace()); }

    /** The same with a workspace that tapes of one thread share, which it uses one after the other. */
    public Tape(Workspace workspace) { this(true, workspace); }

    private Tape(boolean gradients, Workspace workspace) {
        this.gradients = gradients;
        this.workspace = workspace;
        workspace.startAgain();
    }

    /** A tape without gradients. */
    public static Tape forInference() { return new Tape(false, new Workspace()); }

    /** An input without a gradient; the tape reads the matrix itself, so writing to it and calling forward replays. */
    public Tensor constant(Matrix value) {
        return new Tensor(this, "constant", value.rows, value.columns, value.data, false);
    }

    /** An input whose gradient is wanted; the tape reads the matrix itself. */
    public Tensor variable(Matrix value) {
        return new Tensor(this, "variable", value.rows, value.columns, value.data, gradients);
    }

    /** The parameter as an input of this tape: the same tensor each time, with a gradient of this tape's own. */
    public Tensor parameter(Parameter parameter) {
        return parameters.computeIfAbsent(parameter, p ->
            new Tensor(this, "parameter " + p.name(), p.rows(), p.columns(), p.data(), gradients));
    }

    /** Computes every operation again, in order, from what the inputs hold now. */
    public void forward() {
        workspace.use(this);
        for (int i = 0; i < tensors.size(); i++) {
            tensors.get(i).compute();
        }
    }

    /**
     * Sets the gradients of all tensors that the loss depends on: gradient = d loss / d tensor, the sum over all paths.
     * All other gradients become zero, and a second call starts from zero again.
     *
     * @param loss a (1,1) tensor of this tape that depends on a variable or a parameter
     */
    public void backward(Tensor loss) {
        if (loss.tape() != this || loss.rows() != 1 || loss.columns() != 1) {
            throw new IllegalArgumentException("backward starts from one number of this tape, a (1,1) tensor such as "
                + "x.sum(), got " + loss);
        }
        if (!loss.wantsGradient()) {
            throw new IllegalArgumentException("the loss depends on no variable or parameter of this tape: " + loss);
        }
        if (!workspace.use(this)) {
            forward(); // another tape has computed there since
        }
        for (int i = 0; i < tensors.size(); i++) {
            tensors.get(i).reached = false;
        }
        loss.reach(1f);
        for (int i = tensors.size() - 1; i >= 0; i--) {
            tensors.get(i).passOnGradient();
        }
    }

    /** Adds the parameter's gradient on this tape to the sum; zeros, where no operation here reads the parameter. */
    public void addGradient(Parameter parameter, float[] sum) {
        Tensor tensor = parameters.get(parameter);
        float[] gradient = tensor == null || !tensor.wantsGradient() ? new float[0] : tensor.gradient;
        for (int i = 0; i < gradient.length; i++) {
            sum[i] += gradient[i];
        }
    }

    /** Room for what an operation needs for a while. */
    public Workspace workspace() { return workspace; }

    void add(Tensor t) {
        workspace.use(this);
        tensors.add(t);
    }

    @Override
    public String toString() { return "%d tensors".formatted(tensors.size()); }
}
