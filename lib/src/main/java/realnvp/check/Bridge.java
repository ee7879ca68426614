package realnvp.check;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;
import realnvp.moons.Box;
import realnvp.moons.TwoMoons;

/**
 * The mass that a density has between the moons, where there are nearly no data: inside the rectangle of the two arcs,
 * wherever the true log density is below −8 nats. N(0, I) is in one piece, and a flow and its inverse are continuous,
 * so a flow has some mass there (Stimper et al. 2022, arXiv:2110.15828). Noisy moons have some too, but far less.
 */
public record Bridge(TwoMoons moons) {
    /** Around four noises from the nearest arc, for a noise of 0.05. */
    private static final double EMPTY = -8; // nats
    private static final Box ARCS = new Box(-1, 2, -0.5, 1);
    private static final int CELLS = 240; // at most a quarter of that noise: half of it changes the true mass by 1 %

    /** The share of n draws of q, at least 1, that fall there; a share m has the standard error √(m(1 − m)/n). */
    public double mass(Density q, int n, RandomGenerator rng) {
        return (double) between(q.sample(n, rng)).length / n;
    }

    /** The rows of those points (n,2) that lie there. */
    public int[] between(Matrix points) {
        double[] logProb = moons.logProb(points);
        return IntStream.range(0, points.rows)
            .filter(r -> logProb[r] < EMPTY && ARCS.contains(points.get(r, 0), points.get(r, 1))).toArray();
    }

    /** The same share of the truth itself, by midpoints: far too small to be counted in draws. */
    public double trueMass() {
        return Mass.inside(points -> Arrays.stream(moons.logProb(points))
            .map(log -> log < EMPTY ? log : Double.NEGATIVE_INFINITY).toArray(), ARCS, CELLS);
    }
}
