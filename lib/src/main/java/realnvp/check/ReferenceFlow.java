package realnvp.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import realnvp.engine.Activation;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Standardize;
import realnvp.nn.Linear;
import realnvp.nn.Mlp;
import realnvp.nn.Module;

/**
 * A second opinion on a flow: its formulas written again, in double, over commons-math3's {@link DerivativeStructure},
 * which carries exact derivatives along. It reads the weights of the flow and shares no code with its arithmetic.
 *
 * <p>Knows {@link Chain}, {@link AffineCoupling} whose s and t are an {@link Mlp}, and {@link Standardize};
 * throws for any other. The weights are copied: make it anew after training.
 */
public final class ReferenceFlow {
    private final int features;
    private final List<Layer> layers = new ArrayList<>();

    private ReferenceFlow(int features) {
        this.features = features;
    }

    public static ReferenceFlow of(Bijector f) {
        ReferenceFlow flow = new ReferenceFlow(f.features());
        flow.append(f);
        return flow;
    }

    private void append(Bijector f) {
        if (f instanceof Chain chain) {
            chain.bijectors().forEach(this::append);
        } else if (f instanceof AffineCoupling c) {
            layers.add(new Coupling(c.mask().kept(), c.mask().changed(), Network.of(c.s()), Network.of(c.t()),
                c.maxLogScale()));
        } else if (f instanceof Standardize s) {
            layers.add(new Scaling(s.mean(), s.standardDeviation()));
        } else {
            throw new IllegalArgumentException("ReferenceFlow knows Chain, AffineCoupling and Standardize, got "
                + f.getClass().getSimpleName() + ": compare with Jacobian.check instead");
        }
    }

    /** z = f(x), d numbers. */
    public double[] forward(double... x) {
        return values(run(x, 0, new Trace()));
    }

    /** log |det ∂f/∂x| as the sum of all s, in nats. */
    public double logDet(double... x) {
        Trace trace = new Trace();
        run(x, 0, trace);
        return trace.logDet;
    }

    /** x = f⁻¹(z), d numbers. */
    public double[] inverse(double... z) {
        DerivativeStructure[] x = variables(z, 0);
        for (int i = layers.size() - 1; i >= 0; i--) {
            x = layers.get(i).inverse(x);
        }
        return values(x);
    }

    /** ∂z_i/∂x_j at row i and column j, (d,d), by forward-mode derivatives and so with no step to choose. */
    public double[][] jacobian(double... x) {
        DerivativeStructure[] z = run(x, 1, new Trace());
        double[][] jacobian = new double[features][features];
        for (int j = 0; j < features; j++) {
            int[] once = new int[features];
            once[j] = 1;
            for (int i = 0; i < features; i++) {
                jacobian[i][j] = z[i].getPartialDerivative(once);
            }
        }
        return jacobian;
    }

    /** Is every ReLU on, or off, at x and at x ± h in each coordinate alike? Then f has no kink inside these steps. */
    public boolean isSmooth(double[] x, double h) {
        long piece = piece(x, 0, 0);
        return IntStream.range(0, x.length).allMatch(j -> piece(x, j, h) == piece && piece(x, j, -h) == piece);
    }

    /** Which ReLUs are on where coordinate j of x has moved by h. */
    private long piece(double[] x, int j, double h) {
        double[] moved = x.clone();
        moved[j] += h;
        Trace trace = new Trace();
        run(moved, 0, trace);
        return trace.piece;
    }

    private DerivativeStructure[] run(double[] x, int order, Trace trace) {
        DerivativeStructure[] z = variables(x, order);
        for (Layer layer : layers) {
            z = layer.forward(z, trace);
        }
        return z;
    }

    private DerivativeStructure[] variables(double[] x, int order) {
        if (x.length != features) {
            throw new IllegalArgumentException("this flow has %d features, got a point of %d".formatted(features, x.length));
        }
        return IntStream.range(0, features).mapToObj(i -> order == 0 ? new DerivativeStructure(features, 0, x[i])
            : new DerivativeStructure(features, order, i, x[i])).toArray(DerivativeStructure[]::new);
    }

    private static double[] values(DerivativeStructure[] x) {
        return Arrays.stream(x).mapToDouble(DerivativeStructure::getValue).toArray();
    }

    /** What a pass through the layers leaves behind besides z. */
    private static final class Trace {
        double logDet;
        long piece; // a hash of which ReLUs were on
    }

    private interface Layer {
        DerivativeStructure[] forward(DerivativeStructure[] x, Trace trace);

        DerivativeStructure[] inverse(DerivativeStructure[] z);
    }

    /** z_i = (x_i − mean_i) / sd_i. */
    private record Scaling(double[] mean, double[] sd) implements Layer {
        @Override
        public DerivativeStructure[] forward(DerivativeStructure[] x, Trace trace) {
            DerivativeStructure[] z = new DerivativeStructure[x.length];
            Arrays.setAll(z, i -> x[i].subtract(mean[i]).divide(sd[i]));
            trace.logDet -= Arrays.stream(sd).map(Math::log).sum();
            return z;
        }

        @Override
        public DerivativeStructure[] inverse(DerivativeStructure[] z) {
            DerivativeStructure[] x = new DerivativeStructure[z.length];
            Arrays.setAll(x, i -> z[i].multiply(sd[i]).add(mean[i]));
            return x;
        }
    }

    /** z_b = x_b·exp(s(x_a)) + t(x_a), with s = c·tanh(ŝ/c) where the log-scale is bounded by c. */
    private record Coupling(int[] kept, int[] changed, Network s, Network t, double c) implements Layer {
        @Override
        public DerivativeStructure[] forward(DerivativeStructure[] x, Trace trace) {
            DerivativeStructure[] logScale = logScale(x, trace);
            DerivativeStructure[] shift = t.apply(x, kept, trace);
            DerivativeStructure[] z = x.clone();
            for (int i = 0; i < changed.length; i++) {
                z[changed[i]] = x[changed[i]].multiply(logScale[i].exp()).add(shift[i]);
                trace.logDet += logScale[i].getValue();
            }
            return z;
        }

        @Override
        public DerivativeStructure[] inverse(DerivativeStructure[] z) {
            DerivativeStructure[] logScale = logScale(z, new Trace());
            DerivativeStructure[] shift = t.apply(z, kept, new Trace());
            DerivativeStructure[] x = z.clone();
            for (int i = 0; i < changed.length; i++) {
                x[changed[i]] = z[changed[i]].subtract(shift[i]).multiply(logScale[i].negate().exp());
            }
            return x;
        }

        private DerivativeStructure[] logScale(DerivativeStructure[] x, Trace trace) {
            DerivativeStructure[] raw = s.apply(x, kept, trace);
            for (int i = 0; i < raw.length && c < Double.POSITIVE_INFINITY; i++) {
                raw[i] = raw[i].divide(c).tanh().multiply(c);
            }
            return raw;
        }
    }

    /** Linear layers with an activation between them. */
    private record Network(List<double[][]> weights, Activation activation) {
        /** Each layer as (in + 1, out) in double, its bias as the last row. */
        static Network of(Module module) {
            if (!(module instanceof Mlp mlp)) {
                throw new IllegalArgumentException("ReferenceFlow reads conditioners that are an Mlp, got "
                    + module.getClass().getSimpleName() + ": compare with Jacobian.check instead");
            }
            List<double[][]> weights = new ArrayList<>();
            for (Linear layer : mlp.layers()) {
                weights.add(Stream.concat(IntStream.range(0, layer.weight().rows())
                    .mapToObj(i -> layer.weight().value().row(i)), Stream.of(layer.bias().value().row(0)))
                    .toArray(double[][]::new));
            }
            return new Network(weights, mlp.activation());
        }

        DerivativeStructure[] apply(DerivativeStructure[] x, int[] kept, Trace trace) {
            DerivativeStructure[] h = IntStream.of(kept).mapToObj(i -> x[i]).toArray(DerivativeStructure[]::new);
            for (int layer = 0; layer < weights.size(); layer++) {
                h = linear(layer == 0 ? h : activate(h, trace), weights.get(layer));
            }
            return h;
        }

        /**
         * x W + b. A derivative of a weighted sum is the weighted sum of the derivatives, so the sums run
         * over plain arrays: adding DerivativeStructures one by one takes 40 times as long.
         */
        private static DerivativeStructure[] linear(DerivativeStructure[] x, double[][] w) {
            int outputs = w[0].length;
            double[][] y = new double[x[0].getAllDerivatives().length][outputs]; // values, derivatives
            System.arraycopy(w[x.length], 0, y[0], 0, outputs);
            for (int j = 0; j < x.length; j++) {
                double[] all = x[j].getAllDerivatives();
                for (int m = 0; m < all.length; m++) {
                    addScaled(y[m], all[m], w[j]);
                }
            }
            return IntStream.range(0, outputs).mapToObj(k -> new DerivativeStructure(x[0].getFreeParameters(),
                x[0].getOrder(), Arrays.stream(y).mapToDouble(all -> all[k]).toArray())).toArray(DerivativeStructure[]::new);
        }

        private static void addScaled(double[] sum, double factor, double[] terms) {
            if (factor != 0) { // half of the units behind a ReLU
                for (int k = 0; k < sum.length; k++) {
                    sum[k] += factor * terms[k];
                }
            }
        }

        private DerivativeStructure[] activate(DerivativeStructure[] x, Trace trace) {
            DerivativeStructure[] y = new DerivativeStructure[x.length];
            for (int i = 0; i < x.length; i++) {
                boolean on = activation == Activation.TANH || x[i].getValue() > 0;
                y[i] = activation == Activation.TANH ? x[i].tanh() : on ? x[i] : x[i].multiply(0);
                trace.piece = 31 * trace.piece + (on ? 1 : 2);
            }
            return y;
        }
    }
}
