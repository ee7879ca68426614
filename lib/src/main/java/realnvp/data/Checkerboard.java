package realnvp.data;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.FastMath;
import realnvp.moons.KnownDensity2D;

/**
 * Uniform on the 8 dark squares, 2 wide, of a 4 × 4 board on [−4,4)²: p = 1/32 there and 0 elsewhere. Points are (n,2),
 * the entropy is the log of the dark area, 3.4657 nats. Outside, log p is minus infinity; a flow's never is, so a flow
 * can come close to this truth but not reach it. A usual test of flows: Grathwohl et al. (2019), arXiv:1810.01367.
 */
public final class Checkerboard extends KnownDensity2D {
    private static final double SIDE = 2; // of a square
    private static final double EDGE = 4; // of the board

    @Override
    protected int draw(float[] data, int at, RandomGenerator rng) {
        int square = rng.nextInt(8); // two in each row
        int row = square / 2;
        int column = 2 * (square % 2) + row % 2;
        data[at] = within(column, rng.nextDouble());
        data[at + 1] = within(row, rng.nextDouble());
        return square;
    }

    /** A float32 may be rounded up to the next square, which is light: then the largest one below it is taken. */
    private static float within(int square, double u) {
        float end = (float) (SIDE * (square + 1) - EDGE);
        return FastMath.min((float) (SIDE * (square + u) - EDGE), FastMath.nextAfter(end, Double.NEGATIVE_INFINITY));
    }

    @Override
    protected double logDensity(double x, double y) {
        double column = FastMath.floor((x + EDGE) / SIDE);
        double row = FastMath.floor((y + EDGE) / SIDE);
        boolean onBoard = x >= -EDGE && x < EDGE && y >= -EDGE && y < EDGE;
        return onBoard && (column + row) % 2 == 0 ? -entropy() : Double.NEGATIVE_INFINITY;
    }

    @Override
    protected double integrateEntropy() { return FastMath.log(8 * SIDE * SIDE); }

    @Override
    public String toString() { return "8 dark squares of 4 × 4, each 2 wide"; }
}
