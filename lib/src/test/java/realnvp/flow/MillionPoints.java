package realnvp.flow;

import java.util.Arrays;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;

/** Samples a million points from a flow of 50 layers and scores them; prints how many scores are right. */
public final class MillionPoints {
    static final int POINTS = 1_000_000;

    private MillionPoints() {
    }

    public static void main(String[] args) {
        RandomGenerator rng = new Well19937c(1);
        RealNvp flow = RealNvp.create(2, 50, 16, 3, rng).addNoise(0.05, rng);
        Matrix x = flow.sample(POINTS, rng);
        double[] logProb = flow.logProb(x);
        int right = 0;
        for (int from = 0; from < POINTS; from += POINTS / 10) { // a few alone, as no chunk has them
            double[] alone = flow.logProb(x.rows(from + 7, from + 12));
            right += Arrays.equals(alone, Arrays.copyOfRange(logProb, from + 7, from + 12)) ? 5 : 0;
        }
        System.out.println(right + " of 50, all finite: " + Arrays.stream(logProb).allMatch(Double::isFinite));
    }
}
