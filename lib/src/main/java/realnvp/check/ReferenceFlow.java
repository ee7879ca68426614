package realnvp.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import realnvp.autodiff.Matrix;
import realnvp.engine.Activation;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Standardize;
import realnvp.nn.Linear;
import realnvp.nn.Mlp;
import realnvp.nn.Module;

/**
 * The formulas of a flow, written again in double over commons-math3's {@link DerivativeStructure}, which computes the
 * exact derivatives of each value. It reads the weights of the flow and shares no code with its arithmetic.
 *
 * <p>Knows {@link Chain}, {@link AffineCoupling} whose s and t are an {@link Mlp}, and {@link Standardize};
 * throws for any other.
 */
public final class ReferenceFlow {
    private final Bijector flow;

    /** Of a flow that it can read; later changes of the flow's weights count, because nothing is copied. */
    public ReferenceFlow(Bijector flow) {
        this.flow = flow;
        logDet(new double[flow.features()]); // throws for a layer that it does not know
    }

    /** z = f(x), d numbers. */
    public double[] forward(double... x) {
        return Arrays.stream(new Pass(flow, x, 0).z).mapToDouble(DerivativeStructure::getValue).toArray();
    }

    /** log |det ∂f/∂x| as the sum of all s, in nats. */
    public double logDet(double... x) { return new Pass(flow, x, 0).logDet; }

    /** ∂z_i/∂x_j at row i and column j, (d,d), by forward-mode derivatives and so with no step to choose. */
    public double[][] jacobian(double... x) {
        return Arrays.stream(new Pass(flow, x, 1).z).map(DerivativeStructure::getAllDerivatives)
            .map(all -> Arrays.copyOfRange(all, 1, all.length)).toArray(double[][]::new); // the first is the value
    }

    /** Whether each ReLU is on, or off, at x and at x ± h in each coordinate alike: then these steps cross no kink. */
    boolean isSmooth(double[] x, double h) {
        Set<List<Boolean>> found = new HashSet<>();
        for (int j = 0; j < x.length; j++) {
            for (double step : new double[] {0, h, -h}) {
                double[] moved = x.clone();
                moved[j] += step;
                found.add(new Pass(flow, moved, 0).positive);
            }
        }
        return found.size() == 1;
    }

    /** One point on its path through the layers, with its derivatives by x up to the order. */
    private static final class Pass {
        final DerivativeStructure[] z;
        double logDet;
        final List<Boolean> positive = new ArrayList<>(); // of each ReLU, whether it is on

        Pass(Bijector flow, double[] x, int order) {
            if (x.length != flow.features()) {
                throw new IllegalArgumentException("this flow has %d features, got a point of %d"
                    .formatted(flow.features(), x.length));
            }
            z = IntStream.range(0, x.length).mapToObj(i -> new DerivativeStructure(x.length, order, i, x[i]))
                .toArray(DerivativeStructure[]::new);
            through(flow);
        }

        private void through(Bijector layer) {
            if (layer instanceof Chain chain) {
                chain.bijectors().forEach(this::through);
            } else if (layer instanceof AffineCoupling coupling) {
                couple(coupling);
            } else if (layer instanceof Standardize units) { // z_i = (x_i − mean_i) / sd_i
                for (int i = 0; i < z.length; i++) {
                    z[i] = z[i].subtract(units.mean()[i]).divide(units.standardDeviation()[i]);
                    logDet -= Math.log(units.standardDeviation()[i]);
                }
            } else {
                throw new IllegalArgumentException("ReferenceFlow knows Chain, AffineCoupling and Standardize, got "
                    + layer.getClass().getSimpleName() + ": compare with Jacobian.check instead");
            }
        }

        /** z_b = x_b·exp(s(x_a)) + t(x_a), with s = c·tanh(ŝ/c) where the log-scale is bounded by c. */
        private void couple(AffineCoupling layer) {
            DerivativeStructure[] kept = Arrays.stream(layer.mask().kept()).mapToObj(i -> z[i])
                .toArray(DerivativeStructure[]::new);
            DerivativeStructure[] raw = network(layer.s(), kept);
            DerivativeStructure[] shift = network(layer.t(), kept);
            double c = layer.maxLogScale();
            for (int i = 0; i < raw.length; i++) {
                DerivativeStructure s = Double.isInfinite(c) ? raw[i] : raw[i].divide(c).tanh().multiply(c);
                int b = layer.mask().changed()[i];
                z[b] = z[b].multiply(s.exp()).add(shift[i]);
                logDet += s.getValue();
            }
        }

        private DerivativeStructure[] network(Module module, DerivativeStructure[] x) {
            if (!(module instanceof Mlp mlp)) {
                throw new IllegalArgumentException("ReferenceFlow reads conditioners that are an Mlp, got "
                    + module.getClass().getSimpleName() + ": compare with Jacobian.check instead");
            }
            DerivativeStructure[] h = linear(mlp.layers().get(0), x);
            for (Linear layer : mlp.layers().subList(1, mlp.layers().size())) {
                h = linear(layer, Arrays.stream(h).map(unit -> activate(mlp.activation(), unit))
                    .toArray(DerivativeStructure[]::new));
            }
            return h;
        }

        private DerivativeStructure activate(Activation activation, DerivativeStructure unit) {
            if (activation == Activation.TANH) {
                return unit.tanh();
            }
            boolean on = unit.getValue() > 0;
            positive.add(on);
            return on ? unit : unit.multiply(0);
        }

        /** x W + b as one product of plain numbers: a derivative of a weighted sum is that sum of the derivatives. */
        private static DerivativeStructure[] linear(Linear layer, DerivativeStructure[] x) {
            Matrix w = layer.weight().value();
            double[][] terms = Arrays.stream(x).map(DerivativeStructure::getAllDerivatives).toArray(double[][]::new);
            double[][] columns = IntStream.range(0, w.columns).mapToObj(w::column).toArray(double[][]::new);
            RealMatrix sums = new Array2DRowRealMatrix(columns).multiply(new Array2DRowRealMatrix(terms));
            DerivativeStructure[] y = new DerivativeStructure[w.columns];
            Arrays.setAll(y, k -> new DerivativeStructure(x[0].getFreeParameters(), x[0].getOrder(), sums.getRow(k))
                .add(layer.bias().value().get(0, k)));
            return y;
        }
    }
}
