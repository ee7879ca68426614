package realnvp.check;

import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.StatUtils;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;
import realnvp.moons.Box;

/**
 * Where the mass of a density in the plane lies: ∫ p over a box by midpoints on a grid, and the share of its
 * own draws outside the box. Together they are 1 for any density, trained or not.
 *
 * <p>The grid is summed at full and at half resolution: where the two differ, the grid is too coarse.
 */
public record Mass(int cells, double inside, double insideCoarse, double outside, double outsideError) {
    private static final int CELLS = 200;
    private static final int DRAWS = 20_000;
    private static final int DRAWS_FOR_BOX = 5_000;
    /** A box chosen from draws leaves out this percentage at each of its four sides. */
    private static final double PERCENT_OUTSIDE = 0.05;
    private static final double TOLERANCE = 2e-3;
    /** A mean of independent draws is off by more than this many standard errors once in 16,000 tries. */
    private static final double STANDARD_ERRORS = 4;

    /** The mass over a box, on cells × cells and half as many; cells is at least 2, and p has 2 features. */
    public static Mass of(Density p, Box box, int cells, RandomGenerator rng) {
        if (cells < 2) {
            throw new IllegalArgumentException("a grid needs at least 2 cells a side, got " + cells);
        }
        Matrix draws = p.sample(DRAWS, rng);
        double share = IntStream.range(0, DRAWS)
            .filter(r -> !box.contains(draws.get(r, 0), draws.get(r, 1))).count() / (double) DRAWS;
        double error = Math.sqrt(Math.max(share * (1 - share), 1.0 / DRAWS) / DRAWS); // above 0 even for a share of 0
        return new Mass(cells, inside(p::logProb, box, cells), inside(p::logProb, box, cells / 2), share, error);
    }

    /** The mass over a box that holds all but about 0.2 % of the density's own draws, so that it fits any flow. */
    public static Mass of(Density p, RandomGenerator rng) {
        Matrix draws = p.sample(DRAWS_FOR_BOX, rng);
        draws.requireWithin(Float.MAX_VALUE, "draw", "look at the flow with RoundTrip.check");
        double[] x = draws.column(0);
        double[] y = draws.column(1);
        Box box = new Box(StatUtils.percentile(x, PERCENT_OUTSIDE), StatUtils.percentile(x, 100 - PERCENT_OUTSIDE),
            StatUtils.percentile(y, PERCENT_OUTSIDE), StatUtils.percentile(y, 100 - PERCENT_OUTSIDE));
        return of(p, box, CELLS, rng);
    }

    /** ∫ p over the box alone, by midpoints on cells × cells, of a log p that takes (n,2) to n numbers. */
    public static double inside(Function<Matrix, double[]> logProb, Box box, int cells) {
        double dx = (box.xMax() - box.xMin()) / cells;
        double dy = (box.yMax() - box.yMin()) / cells;
        Matrix row = new Matrix(cells, 2);
        double mass = 0;
        for (int i = 0; i < cells; i++) {
            for (int j = 0; j < cells; j++) {
                row.set(j, 0, box.xMin() + (j + 0.5) * dx);
                row.set(j, 1, box.yMin() + (i + 0.5) * dy);
            }
            for (double logP : logProb.apply(row)) {
                mass += Math.exp(logP) * dx * dy;
            }
        }
        return mass;
    }

    /** ∫ p over the box plus the share of draws outside it: 1 up to the error of the grid and of the draws. */
    public double total() { return inside + outside; }

    /** The total against 1; the tolerance grows by four standard errors of the part outside. */
    public Check within(double tolerance) {
        boolean converged = Math.abs(inside - insideCoarse) < tolerance;
        return new Check("mass of the density",
            Check.format("%.5f in the box on %d x %d cells (%.5f on %d x %d) + %.5f outside = %.5f",
                inside, cells, cells, insideCoarse, cells / 2, cells / 2, outside, total()),
            Math.abs(total() - 1), tolerance + STANDARD_ERRORS * outsideError,
            Double.isNaN(total()) ? "The density is NaN somewhere: look at the flow with RoundTrip.check."
                : converged ? "The grid is fine enough, so the log-determinant or a constant of log p is wrong."
                : "The grid is too coarse for this density: take more cells or a smaller box.");
    }

    /** Prints the total for a box that fits p's own draws, and throws if it is not 1. */
    public static void check(Density p, RandomGenerator rng) {
        of(p, rng).within(TOLERANCE).report();
    }
}
