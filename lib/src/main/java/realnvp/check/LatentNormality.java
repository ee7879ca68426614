package realnvp.check;

import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import realnvp.autodiff.Matrix;

/**
 * Are these latent points standard normal, judged by their distance from the origin? |z|²/2 of z ~ N(0, I) in
 * d dimensions follows Gamma(d/2, 1), which for d = 2 is Exp(1), so P(|z| ≤ ρ) = 1 − exp(−ρ²/2).
 *
 * <p>The statistic is that of Kolmogorov and Smirnov: the largest gap between the two distribution functions.
 */
public record LatentNormality(int points, int features, double gap, double pValue) {
    /** A sample of n true normals shows a gap above 1.95/√n once in a thousand times (Smirnov 1948, asymptotic). */
    private static final double ONE_IN_A_THOUSAND = 1.95;

    /** Of latent points (n,d). */
    public static LatentNormality of(Matrix z) {
        KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
        double gap = test.kolmogorovSmirnovStatistic(new GammaDistribution(null, 0.5 * z.columns, 1), halfSquares(z));
        return new LatentNormality(z.rows, z.columns, gap, 1 - test.cdf(gap, z.rows));
    }

    private static double[] halfSquares(Matrix z) {
        z.requireWithin(Float.MAX_VALUE, "latent point", "look at the flow with RoundTrip.check");
        return IntStream.range(0, z.rows).mapToDouble(r -> 0.5 * StatUtils.sumSq(z.row(r))).toArray();
    }

    /** The gap against a limit that you choose: a trained flow's latent points are nearly normal, never exactly. */
    public Check within(double tolerance) {
        String reference = features == 2 ? "Exp(1)" : "Gamma(" + 0.5 * features + ", 1)";
        return new Check(Check.format("|z|²/2 of %,d points against %s", points, reference),
            Check.format("largest gap of the distribution functions %.4f, p-value %.3f", gap, pValue), gap, tolerance,
            "The latent points are not N(0, I): the flow is not trained, or maps the wrong way.");
    }

    /** Prints the gap, and throws if it is larger than 999 of 1,000 samples of true normals would show. */
    public static void check(Matrix z) {
        of(z).within(ONE_IN_A_THOUSAND / Math.sqrt(z.rows)).report();
    }
}
