package realnvp.lesson;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import realnvp.autodiff.Matrix;
import realnvp.check.Bridge;
import realnvp.check.KlDivergence;
import realnvp.data.Gaussian;
import realnvp.flow.RealNvp;
import realnvp.flow.StandardNormal;
import realnvp.moons.TwoMoons;
import realnvp.train.Progress;
import tech.tablesaw.api.Table;

/** What notebook 07 says about depth rests on these: the divergence, the bridge, and the study itself. */
class DepthStudyTest {
    private static final TwoMoons MOONS = new TwoMoons(0.05);
    private static final Matrix HELD_OUT = MOONS.sample(3000, new Well19937c(1));
    private static final double STANDARD_ERRORS = 4; // further off once in 16,000 tries

    private static List<DepthStudy.Run> runs(Progress progress) {
        return new DepthStudy(MOONS, HELD_OUT, 16, 3)
            .train(new int[] {1, 4}, new int[] {7, 8}, layers -> 100 + layers, progress);
    }

    // *** divergence ***

    /** KL of N(m, s²) from N(0, 1), in each of two coordinates, is (m² + s² − 1)/2 − log s. */
    @Test
    void divergenceOfTwoGaussiansIsThatOfTheFormula() {
        Gaussian truth = new Gaussian(new double[] {0.5, 0}, new double[][] {{0.25, 0}, {0, 1}});
        KlDivergence found = KlDivergence.of(truth, new StandardNormal(2), truth.sample(20_000, new Well19937c(1)));
        double exact = (0.25 + 0.25 - 1) / 2 - Math.log(0.5);
        assertEquals(exact, found.nats(), STANDARD_ERRORS * found.standardError());
        assertTrue(found.standardError() < 0.02);
        assertTrue(found.within(exact).holds());
        assertFalse(found.within(exact - 0.1).holds());
    }

    @Test
    void theTruthIsAsGoodAsItselfAndNoModelMayBeBetter() {
        KlDivergence itself = KlDivergence.of(MOONS, MOONS, HELD_OUT);
        assertEquals(0, itself.nats());
        assertTrue(itself.notBelowZero().holds());
        double[] logTruth = MOONS.logProb(HELD_OUT);
        double[] tooGood = logTruth.clone();
        for (int i = 0; i < tooGood.length; i++) {
            tooGood[i] += 0.1 + 0.001 * (i % 7); // a log-determinant that is off by a constant, say
        }
        assertFalse(KlDivergence.of(logTruth, tooGood).notBelowZero().holds());
    }

    // *** bridge ***

    @Test
    void trueMassIsTheShareOfTheTruthsOwnDraws() {
        Bridge bridge = new Bridge(MOONS);
        int draws = 400_000;
        double exact = bridge.trueMass();
        double error = Math.sqrt(exact / draws);
        assertEquals(exact, bridge.mass(MOONS, draws, new Well19937c(1)), STANDARD_ERRORS * error);
        assertTrue(exact > 0 && error < exact / 2, "as measured, or too few draws");
    }

    @Test
    void noPointOfTheArcsLiesBetweenThem() {
        Bridge bridge = new Bridge(MOONS);
        assertEquals(0, bridge.between(new TwoMoons(0).sample(1000, new Well19937c(1))).length);
        Matrix places = Matrix.of(new double[][] {{0.5, 0.25}, {0, 1}, {0, 3}, {-0.1, 0.4}});
        assertArrayEquals(new int[] {0}, bridge.between(places)); // one is on an arc, one outside, one near a tip
    }

    // *** study ***

    @Test
    void deeperIsBetterAndSeedsDiffer() {
        List<DepthStudy.Run> runs = runs(Progress.SILENT);
        SortedMap<Integer, double[]> gaps = DepthStudy.byLayers(runs, DepthStudy.Run::gap);
        assertEquals(List.of(1, 4), List.copyOf(gaps.keySet()));
        for (int seed = 0; seed < 2; seed++) {
            assertTrue(gaps.get(4)[seed] < gaps.get(1)[seed]);
            assertTrue(gaps.get(4)[seed] > 0, "no model is better than the truth");
        }
        assertTrue(gaps.get(4)[0] != gaps.get(4)[1]);
        assertArrayEquals(new double[] {104, 104}, DepthStudy.byLayers(runs, DepthStudy.Run::steps).get(4));
        for (DepthStudy.Run run : runs) {
            int parameters = RealNvp.create(2, run.layers(), 16, 3, new Well19937c(1)).parameterCount();
            assertEquals(parameters, run.parameters());
            assertTrue(run.roundTrip() < 1e-5 && run.bridge() > 0.01 && run.bridge() < 0.5, run.toString());
        }
    }

    @Test
    void theSameStudyHasTheSameNumbers() {
        List<ToDoubleFunction<DepthStudy.Run>> numbers =
            List.of(DepthStudy.Run::gap, DepthStudy.Run::roundTrip, DepthStudy.Run::bridge);
        List<DepthStudy.Run> first = runs(Progress.SILENT);
        List<DepthStudy.Run> second = runs(Progress.SILENT);
        for (int i = 0; i < first.size(); i++) {
            for (ToDoubleFunction<DepthStudy.Run> number : numbers) {
                assertEquals(number.applyAsDouble(first.get(i)), number.applyAsDouble(second.get(i)));
            }
        }
    }

    @Test
    void progressCountsTheStepsOfAllRunsAndEndsOnce() {
        List<Integer> steps = new ArrayList<>();
        List<Double> left = new ArrayList<>();
        int[] finished = {0};
        runs(new Progress() {
            @Override
            public void update(int step, int all, double loss, double stepsPerSecond, double secondsLeft) {
                assertEquals(2 * (101 + 104), all);
                steps.add(step);
                left.add(secondsLeft);
            }

            @Override
            public void finish() {
                finished[0]++;
            }
        });
        assertEquals(2 * (101 + 104), steps.size());
        for (int i = 0; i < steps.size(); i++) {
            assertEquals(i + 1, steps.get(i));
        }
        assertTrue(left.get(0) > 0);
        assertEquals(0, left.get(left.size() - 1), 1e-9);
        assertEquals(1, finished[0]);
    }

    @Test
    void anInterruptEndsTheStudyWithTheRunsThatAreComplete() {
        List<DepthStudy.Run> runs = runs((step, steps, loss, perSecond, left) -> {
            if (step == 150) { // inside the second run
                Thread.currentThread().interrupt();
            }
        });
        assertFalse(Thread.interrupted());
        assertEquals(List.of(1), runs.stream().map(DepthStudy.Run::layers).toList());
    }

    @Test
    void theTableHasMeansOverTheSeeds() {
        List<DepthStudy.Run> runs = List.of(new DepthStudy.Run(1, 7, 10, 5, 2, 0.5, 1e-6, 0.1),
            new DepthStudy.Run(1, 8, 10, 5, 4, 0.7, 3e-6, 0.3), new DepthStudy.Run(2, 7, 20, 5, 6, 0.2, 1e-6, 0));
        Table table = DepthStudy.table("study", runs);
        assertArrayEquals(new double[] {1, 10, 5, 3, 0.6, 3e-6, 20, 0.5, 0.7},
            table.numericColumns().stream().mapToDouble(c -> c.getDouble(0)).toArray(), 1e-12);
        assertEquals(2, table.rowCount());
        assertEquals(7, DepthStudy.table("one seed", runs.subList(0, 1)).columnCount());
    }
}
