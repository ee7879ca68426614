package realnvp.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.MultivariateNormalDistribution;
import org.apache.commons.math3.distribution.fitting.MultivariateNormalMixtureExpectationMaximization;
import org.apache.commons.math3.exception.MathArithmeticException;
import org.apache.commons.math3.exception.MathIllegalArgumentException;
import org.apache.commons.math3.exception.MathIllegalStateException;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import org.apache.commons.math3.util.MathArrays;
import org.apache.commons.math3.util.Pair;
import realnvp.autodiff.Matrix;
import realnvp.flow.Standardize;
import realnvp.moons.Quadrature;

/**
 * A mixture of Gaussians with full covariances: log p(x) = log Σ w_k N(x; μ_k, Σ_k), in nats; the sum is taken in logs,
 * so that it is finite however far away.
 *
 * <p>Points are (n,d). The fit is commons-math3's expectation-maximisation: Dempster, Laird and Rubin (1977).
 */
public final class GaussianMixture extends PointwiseDensity {
    private static final int MOST_STEPS = 1000;
    /** Of the mean log density, in nats: what a step must gain for another one to follow. */
    private static final double LEAST_GAIN = 1e-6;

    private final double[] weights;
    private final List<Gaussian> components;

    /** Weights above 0, which are divided by their sum, and for each a component; all have the same features. */
    GaussianMixture(double[] weights, List<Gaussian> components) {
        double sum = Arrays.stream(weights).sum();
        this.weights = Arrays.stream(weights).map(weight -> weight / sum).toArray();
        this.components = List.copyOf(components);
    }

    /**
     * A local maximum of the likelihood of the points (n,d): the points, each feature standardised, are sorted by the
     * mean of their features and cut into as many parts as components, which is where the search starts. It draws
     * nothing: same points, same mixture. One component is {@link Gaussian#fit}; many of many points take minutes.
     */
    public static GaussianMixture fit(Matrix x, int components) {
        if (components < 1) {
            throw new IllegalArgumentException("components must be at least 1, got " + components);
        }
        if (components == 1) {
            return new GaussianMixture(new double[] {1}, List.of(Gaussian.fit(x)));
        }
        if (x.columns < 2 || x.rows < components * (x.columns + 1L)) {
            throw new IllegalArgumentException(("a mixture of %d needs at least 2 features and %d points for each "
                + "component, got points of shape %s").formatted(components, x.columns + 1, x.shape()));
        }
        Standardize units = Standardize.fit(x); // else the largest feature alone would decide where the search starts
        List<Pair<Double, MultivariateNormalDistribution>> found = search(x, units, components);
        return new GaussianMixture(found.stream().mapToDouble(Pair::getFirst).toArray(),
            found.stream().map(pair -> inUnitsOfTheData(pair.getSecond(), units)).toList());
    }

    /** Weights and components, in units of the standard deviations. */
    private static List<Pair<Double, MultivariateNormalDistribution>> search(Matrix x, Standardize units, int k) {
        double[][] z = IntStream.range(0, x.rows).mapToObj(r -> MathArrays.ebeDivide(MathArrays.ebeSubtract(
            x.row(r), units.mean()), units.standardDeviation())).toArray(double[][]::new);
        try {
            MultivariateNormalMixtureExpectationMaximization em =
                new MultivariateNormalMixtureExpectationMaximization(z);
            em.fit(MultivariateNormalMixtureExpectationMaximization.estimate(z, k), MOST_STEPS, LEAST_GAIN);
            if (!Double.isFinite(em.getLogLikelihood())) { // it takes NaN for an end of the search
                throw new MathArithmeticException();
            }
            return em.getFittedModel().getComponents();
        } catch (MathIllegalArgumentException | MathIllegalStateException | MathArithmeticException failed) {
            throw new IllegalArgumentException(("no mixture of %d components was found for %d points of %d features, "
                + "since a component shrank onto too few of them, such as one far outlier, or %d steps were too few: "
                + "take fewer components or more points").formatted(k, x.rows, x.columns, MOST_STEPS), failed);
        }
    }

    private static Gaussian inUnitsOfTheData(MultivariateNormalDistribution z, Standardize units) {
        double[] sd = units.standardDeviation();
        double[] mean = z.getMeans();
        double[][] covariance = z.getCovariances().getData();
        for (int i = 0; i < mean.length; i++) {
            mean[i] = units.mean()[i] + sd[i] * mean[i];
            for (int j = 0; j < mean.length; j++) {
                covariance[i][j] *= sd[i] * sd[j];
            }
        }
        return new Gaussian(mean, covariance);
    }

    @Override
    public int features() { return components.get(0).features(); }

    @Override
    double logProb(double[] x) {
        return Quadrature.logSum(IntStream.range(0, weights.length)
            .mapToDouble(k -> FastMath.log(weights[k]) + components.get(k).logProb(x)).toArray());
    }

    @Override
    double[] draw(RandomGenerator rng) {
        double u = rng.nextDouble();
        int k = 0;
        while (k < weights.length - 1 && u >= weights[k]) {
            u -= weights[k++];
        }
        return components.get(k).draw(rng);
    }

    @Override
    public String toString() {
        return "%d components of %d features, weights %s"
            .formatted(weights.length, features(), Arrays.toString(weights));
    }
}
