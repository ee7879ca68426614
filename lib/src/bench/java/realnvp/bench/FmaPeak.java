package realnvp.bench;

import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import realnvp.engine.Parallel;

/** How many operations all threads can do when nothing but fused multiply-adds runs, two operations each. */
final class FmaPeak {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LOOPS = 30_000_000;
    private static final int RUNS = 20;
    private static final int CHAINS = 12; // enough to hide the four or five cycles that each one waits

    private final float[] sums = new float[Parallel.THREADS];

    /** The least and the most of twenty runs, in 10⁹ operations a second, after as many that only warm up. */
    static String leastAndMost() {
        FmaPeak peak = new FmaPeak();
        LongStream.generate(peak::nanoseconds).limit(RUNS).sum();
        LongSummaryStatistics times = LongStream.generate(peak::nanoseconds).limit(RUNS).summaryStatistics();
        double operations = 2.0 * LOOPS * CHAINS * SPECIES.length() * peak.sums.length;
        return operations / times.getMax() + " " + operations / times.getMin();
    }

    private long nanoseconds() {
        long start = System.nanoTime();
        new Parallel(sums.length, thread -> sums[thread] = loop()).run();
        return System.nanoTime() - start;
    }

    private static float loop() {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
        FloatVector c0 = y;
        FloatVector c1 = y;
        FloatVector c2 = y;
        FloatVector c3 = y;
        FloatVector c4 = y;
        FloatVector c5 = y;
        FloatVector c6 = y;
        FloatVector c7 = y;
        FloatVector c8 = y;
        FloatVector c9 = y;
        FloatVector c10 = y;
        FloatVector c11 = y;
        for (int i = 0; i < LOOPS; i++) {
            c0 = c0.fma(x, y);
            c1 = c1.fma(x, y);
            c2 = c2.fma(x, y);
            c3 = c3.fma(x, y);
            c4 = c4.fma(x, y);
            c5 = c5.fma(x, y);
            c6 = c6.fma(x, y);
            c7 = c7.fma(x, y);
            c8 = c8.fma(x, y);
            c9 = c9.fma(x, y);
            c10 = c10.fma(x, y);
            c11 = c11.fma(x, y);
        }
        FloatVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5).add(c6).add(c7).add(c8).add(c9).add(c10).add(c11);
        return sum.lane(0);
    }
}
