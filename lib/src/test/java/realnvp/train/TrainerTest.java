package realnvp.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.data.OneLayerOptimum;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Mask;
import realnvp.flow.RealNvp;
import realnvp.moons.TwoMoons;
import realnvp.engine.Activation;
import realnvp.nn.Adam;
import realnvp.nn.Mlp;

class TrainerTest {
    private static final TwoMoons MOONS = new TwoMoons(0.1);

    private static RealNvp flow(int couplings) {
        return RealNvp.create(2, couplings, 16, 3, new Well19937c(1));
    }

    private static Trainer trainer(RealNvp flow) {
        return new Trainer(flow, BatchSource.fresh(MOONS, new Well19937c(2))).steps(60).batchSize(200)
            .learningRate(LearningRate.cosine(3e-3));
    }

    private static float[] bits(RealNvp flow) {
        List<Float> all = new ArrayList<>();
        flow.parameters().forEach(p -> {
            for (float value : p.value().data) {
                all.add(value);
            }
        });
        float[] bits = new float[all.size()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = all.get(i);
        }
        return bits;
    }

    @Test
    void trainingComesNearTheTruth() {
        RealNvp flow = flow(4);
        Matrix heldOut = MOONS.sample(2000, new Well19937c(3));
        TrainingLog log = trainer(flow).steps(400).heldOut(heldOut, 100).train();
        assertTrue(log.losses()[0] > 2.3, "an untrained flow is the standard normal");
        assertTrue(log.heldOutLoss() < MOONS.entropy() + 0.5, "held-out loss " + log.heldOutLoss());
        assertTrue(log.heldOutLoss() > MOONS.entropy() - 0.05, "no model is better than the truth");
    }

    /** The optimum is known without training; see OneLayerOptimum. */
    @ParameterizedTest(name = "keeps x{0}, |s| at most {1}")
    @CsvSource({"0, 1", "1, 1", "1, Infinity"})
    void oneLayerComesToItsOptimum(int kept, double maxLogScale) {
        RandomGenerator rng = new Well19937c(1);
        Mask mask = kept == 0 ? Mask.of(1, 0) : Mask.of(0, 1);
        RealNvp flow = RealNvp.of(AffineCoupling.create(mask, 64, 3, maxLogScale, rng));
        Matrix heldOut = MOONS.sample(20_000, new Well19937c(3));
        double truth = -Arrays.stream(MOONS.logProb(heldOut)).average().orElseThrow();
        TrainingLog log = new Trainer(flow, BatchSource.fresh(MOONS, rng)).steps(1000)
            .learningRate(LearningRate.cosine(5e-3)).heldOut(heldOut, 1000).train();
        double gap = log.heldOutLoss() - truth; // of the same points, so that most of their noise cancels
        assertEquals(OneLayerOptimum.of(MOONS, kept, maxLogScale) - MOONS.entropy(), gap, 0.02);
    }

    @Test
    void sameSeedSameBits() {
        RealNvp first = flow(3);
        RealNvp second = flow(3);
        double[] losses = trainer(first).train().losses();
        assertArrayEquals(losses, trainer(second).train().losses());
        assertArrayEquals(bits(first), bits(second));
    }

    @Test
    void anInterruptStopsAndTrainingAgainGoesOnWithTheSameBits() {
        RealNvp unbroken = flow(2);
        trainer(unbroken).train();
        RealNvp broken = flow(2);
        Trainer trainer = trainer(broken).progress((step, steps, loss, perSecond, left) -> {
            if (step == 20) {
                Thread.currentThread().interrupt();
            }
        });
        assertEquals(20, trainer.train().size());
        assertEquals(60, trainer.train().size());
        assertArrayEquals(bits(unbroken), bits(broken));
        assertEquals(60, trainer.train().size(), "training a finished flow again does nothing");
    }

    @Test
    void aLossThatIsNotFiniteStopsWithAMessageAndKeepsModelAndLog() {
        RealNvp flow = flow(4);
        Trainer trainer = trainer(flow).learningRate(LearningRate.constant(1e30));
        IllegalStateException stop = assertThrows(IllegalStateException.class, trainer::train);
        assertTrue(stop.getMessage().matches("loss is \\S+ after step \\d+, .*: the flow is back at step \\d+, try a learning "
            + "rate below 1.0E30 or a smaller maxLogScale"), stop.getMessage());
        assertTrue(trainer.log().size() >= 1);
        double[] logProb = flow.logProb(MOONS.sample(10, new Well19937c(1)));
        assertTrue(Arrays.stream(logProb).allMatch(Double::isFinite), "the model still works");
    }

    /** Few points and many steps: the held-out loss soon rises. */
    private static Trainer overfitting(RealNvp flow) {
        Matrix few = MOONS.sample(40, new Well19937c(4));
        return new Trainer(flow, BatchSource.shuffled(few, new Well19937c(2))).steps(400).batchSize(40)
            .learningRate(LearningRate.constant(1e-2)).heldOut(MOONS.sample(500, new Well19937c(3)), 10);
    }

    /** The parameters after so many steps of training without a stop. */
    private static float[] bitsAfter(int steps) {
        RealNvp flow = flow(2);
        overfitting(flow).steps(steps).train();
        return bits(flow);
    }

    @Test
    void patienceUsedUpEndsTrainingAtTheBestBitForBit() {
        RealNvp flow = flow(2);
        Trainer trainer = overfitting(flow).keepBest(4);
        TrainingLog log = trainer.train();
        assertTrue(log.size() < 400, log.toString());
        assertEquals(log.bestStep() + 40, log.size(), "four measurements later");
        assertArrayEquals(bitsAfter(log.bestStep()), bits(flow));
        double[] heldOut = Arrays.stream(log.heldOutLosses()).filter(Double::isFinite).toArray();
        assertEquals(Arrays.stream(heldOut).min().orElseThrow(), log.bestHeldOutLoss());
        assertEquals(log.bestHeldOutLoss(),
            -Arrays.stream(flow.logProb(MOONS.sample(500, new Well19937c(3)))).average().orElseThrow());
        assertTrue(log.heldOutLoss() > log.bestHeldOutLoss(), "it had become worse");
        assertTrue(log.toString().endsWith("best held-out loss %.4f nats at step %d".formatted(log.bestHeldOutLoss(),
            log.bestStep())), log.toString());
        assertTrue(trainer.toString().endsWith("; stopped early, as 4 held-out measurements brought no new best"),
            trainer.toString());
    }

    @Test
    void trainingAgainGrantsThePatienceOnceMoreAndGoesOnFromTheLastStep() {
        RealNvp flow = flow(2);
        Trainer trainer = overfitting(flow).keepBest(4);
        int first = trainer.train().size();
        double[] unbroken = overfitting(flow(2)).train().losses();
        TrainingLog log = trainer.train();
        assertTrue(log.size() >= first + 40, log.toString());
        assertArrayEquals(Arrays.copyOf(unbroken, log.size()), log.losses());
        assertArrayEquals(bitsAfter(log.bestStep()), bits(flow));
    }

    @Test
    void anInterruptLeavesTheBestAndTrainingAgainGoesOnWithTheSameBits() {
        RealNvp flow = flow(2);
        boolean[] stop = {true};
        Trainer trainer = overfitting(flow).keepBest(1000).progress((step, steps, loss, perSecond, left) -> {
            if (stop[0] && step % 97 == 0) {
                Thread.currentThread().interrupt();
            }
        });
        for (int stopped = 97; stopped < 400; stopped += 97) {
            assertEquals(stopped, trainer.train().size());
            assertArrayEquals(bitsAfter(trainer.log().bestStep()), bits(flow));
        }
        stop[0] = false;
        TrainingLog log = trainer.train();
        assertArrayEquals(overfitting(flow(2)).train().losses(), log.losses());
        assertArrayEquals(bitsAfter(log.bestStep()), bits(flow));
        assertTrue(log.bestStep() < 400, "it is another than the last");
    }

    @Test
    void beforeTheFirstMeasurementTheLastParametersStay() {
        RealNvp flow = flow(2);
        Trainer trainer = overfitting(flow).keepBest(3).progress((step, steps, loss, perSecond, left) ->
            Thread.currentThread().interrupt());
        assertEquals(1, trainer.train().size());
        assertEquals(0, trainer.log().bestStep());
        assertArrayEquals(bitsAfter(1), bits(flow));
    }

    @Test
    void aFailureLeavesTheBest() {
        RealNvp flow = flow(2);
        Trainer trainer = overfitting(flow).keepBest(1000)
            .learningRate((step, steps) -> step < 95 ? 1e-2 : 1e30);
        IllegalStateException stop = assertThrows(IllegalStateException.class, trainer::train);
        int best = trainer.log().bestStep();
        assertTrue(best > 0 && stop.getMessage().contains(": the flow is back at step " + best + ","), stop.getMessage());
        assertArrayEquals(bitsAfter(best), bits(flow));
        trainer.learningRate(LearningRate.constant(1e-3)).train();
        assertEquals(400, trainer.log().size());
    }

    /** Of the rate r in 4 steps: r·½(1 + cos(π(step + ½)/4)), worked by hand. */
    @Test
    void aCosineFallsFromTheRateToAlmostZero() {
        LearningRate cosine = LearningRate.cosine(2);
        double[] expected = {1.923880, 1.382683, 0.617317, 0.076120};
        for (int step = 0; step < 4; step++) {
            assertEquals(expected[step], cosine.at(step, 4), 1e-6);
        }
    }

    /** Batches of less than a group, of one, of several, and with a group that is not full. */
    @ParameterizedTest(name = "{0} points")
    @ValueSource(ints = {1, 40, 128, 129, 300, 512})
    void theGradientsOfTheGroupsAddUpToThatOfTheWholeBatch(int points) {
        RealNvp flow = flow(3).addNoise(0.1, new Well19937c(5));
        BatchGradient gradient = new BatchGradient(flow, points);
        Matrix x = MOONS.sample(points, new Well19937c(6));
        System.arraycopy(x.data, 0, gradient.batch.data, 0, x.data.length);
        double loss = gradient.compute();
        Tape whole = new Tape();
        Tensor wholeLoss = flow.loss(whole.constant(x));
        whole.backward(wholeLoss);
        assertEquals(wholeLoss.value().get(0, 0), loss, 1e-5);
        for (Parameter p : flow.parameters()) {
            float[] expected = new float[p.size()];
            float[] sum = new float[p.size()];
            whole.addGradient(p, expected);
            gradient.tapes.forEach(tape -> tape.addGradient(p, sum));
            assertArrayEquals(expected, sum, 2e-5f, p.toString());
        }
    }

    /** One network in two couplings, one network as both s and t, and one coupling twice. */
    private static List<Supplier<RealNvp>> sharing() {
        return List.of(
            () -> {
                Mlp net = net("net");
                return RealNvp.of(new AffineCoupling(Mask.of(1, 0), net, net("t1"), 1),
                    new AffineCoupling(Mask.of(0, 1), net, net("t2"), 1));
            },
            () -> {
                Mlp net = net("net");
                return RealNvp.of(new AffineCoupling(Mask.of(1, 0), net, net, 1));
            },
            () -> {
                AffineCoupling one = new AffineCoupling(Mask.of(1, 0), net("s"), net("t"), 1);
                return RealNvp.of(one, new AffineCoupling(Mask.of(0, 1), net("s2"), net("t2"), 1), one);
            });
    }

    @Test
    void whatIsSharedIsMovedOnceByNoise() {
        for (Supplier<RealNvp> make : sharing()) {
            float[] before = bits(make.get());
            RandomGenerator rng = new Well19937c(9);
            float[] after = bits(make.get().addNoise(0.5, rng));
            RandomGenerator again = new Well19937c(9);
            for (int i = 0; i < after.length; i++) {
                assertEquals(0.5 * again.nextGaussian(), after[i] - before[i], 1e-6);
            }
            assertEquals(again.nextGaussian(), rng.nextGaussian(), "one draw for each number, and no more");
        }
    }

    @Test
    void whatIsSharedIsTrainedOnceInEachStep() {
        for (Supplier<RealNvp> make : sharing()) {
            RealNvp flow = make.get();
            assertEquals(new HashSet<>(flow.parameters()).size(), flow.parameters().size());
            assertEquals(flow.parameters().stream().mapToInt(Parameter::size).sum(), flow.parameterCount());
            float[] before = bits(flow);
            trainer(flow).steps(1).learningRate(LearningRate.constant(1e-3)).train();
            float[] after = bits(flow);
            for (int i = 0; i < after.length; i++) {
                assertEquals(0, after[i] - before[i], 1.001e-3, "the first step of Adam is at most the learning rate");
            }
            float[] first = bits(trained(make.get()));
            for (int again = 0; again < 5; again++) {
                assertArrayEquals(first, bits(trained(make.get())), "same seed, same bits");
            }
        }
    }

    private static Mlp net(String name) {
        return Mlp.create(name, Activation.RELU, new Well19937c(3), 1, 16, 16, 1);
    }

    private static RealNvp trained(RealNvp flow) {
        trainer(flow).batchSize(512).steps(20).train();
        return flow;
    }

    @Test
    void aWarmUpRisesInEqualStepsAndThenLeavesTheRateAlone() {
        LearningRate cosine = LearningRate.cosine(1e-3);
        LearningRate warm = cosine.warmUp(4);
        for (int step = 0; step < 10; step++) {
            double share = step < 4 ? 0.25 * (step + 1) : 1;
            assertEquals(share * cosine.at(step, 10), warm.at(step, 10));
        }
        assertEquals("firstSteps must be at least 1, got 0",
            assertThrows(IllegalArgumentException.class, () -> cosine.warmUp(0)).getMessage());
    }

    @Test
    void shuffledBatchesUseEveryPointOncePerRound() {
        Matrix x = new Matrix(12, 1);
        for (int i = 0; i < 12; i++) {
            x.set(i, 0, i);
        }
        BatchSource source = BatchSource.shuffled(x, new Well19937c(1));
        Matrix batch = new Matrix(4, 1);
        List<Float> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            source.fill(batch);
            for (float value : batch.data) {
                seen.add(value);
            }
        }
        assertEquals(12, seen.stream().distinct().count());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> source.fill(new Matrix(13, 1))).getMessage()
            .contains("at most 12"));
    }

    @Test
    void aWarmStepAllocatesNothing() {
        Matrix x = MOONS.sample(512, new Well19937c(1));
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        RealNvp flow = flow(4);
        BatchGradient gradient = new BatchGradient(flow, 512);
        System.arraycopy(x.data, 0, gradient.batch.data, 0, x.data.length);
        Adam adam = new Adam(flow.parameters());
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < 60 && bytes > 0; round++) { // until the compilers are done
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 50; i++) {
                gradient.compute();
                adam.step(1e-3, gradient.tapes);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes, "bytes in 50 steps");
    }

    @Test
    void badSettingsAreRefused() {
        assertEquals("steps must be at least 1, got 0",
            assertThrows(IllegalArgumentException.class, () -> trainer(flow(1)).steps(0)).getMessage());
        assertEquals("batchSize must be at least 1, got -5",
            assertThrows(IllegalArgumentException.class, () -> trainer(flow(1)).batchSize(-5)).getMessage());
        assertEquals("patience must be at least 1, got 0",
            assertThrows(IllegalArgumentException.class, () -> trainer(flow(1)).keepBest(0)).getMessage());
        assertEquals("keepBest needs points to measure on: call heldOut(points, everySteps) too",
            assertThrows(IllegalStateException.class, () -> trainer(flow(1)).keepBest(3).train()).getMessage());
        Trainer begun = trainer(flow(1)).steps(2);
        begun.train();
        assertEquals("keepBest must be called before the first step, got it after step 2",
            assertThrows(IllegalStateException.class, () -> begun.keepBest(3)).getMessage());
    }
}
