package realnvp.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.autodiff.Matrix;
import realnvp.flow.RealNvp;
import realnvp.flow.StandardNormal;
import realnvp.moons.TwoMoons;

/** A training that goes wrong says what is at fault, the points, the flow or the rate, and leaves a finite flow. */
class BadTrainingTest {
    private static final TwoMoons MOONS = new TwoMoons(0.1);
    private static final Matrix PROBE = MOONS.sample(50, new Well19937c(5));

    private static RealNvp flow() {
        return RealNvp.create(2, 2, 8, 2, new Well19937c(1));
    }

    private static Trainer trainer(RealNvp flow) {
        return new Trainer(flow, BatchSource.fresh(MOONS, new Well19937c(2))).steps(40).batchSize(64);
    }

    private static String refusal(Runnable action) {
        return assertThrows(RuntimeException.class, action::run).getMessage();
    }

    private static boolean isFinite(RealNvp flow) {
        return Arrays.stream(flow.logProb(PROBE)).allMatch(Double::isFinite);
    }

    @ParameterizedTest
    @CsvSource({"1, 1e39", "1, 1e30", "1, Infinity", "2, 1e25", "26, 1e30", "40, 1e39"})
    void aFlowThatTheLastStepBreaksIsPutBackAndNamed(int steps, double rate) {
        RealNvp flow = flow();
        Trainer trainer = trainer(flow).steps(steps)
            .learningRate((step, all) -> step == steps - 1 ? rate : 1e-3);
        String message = refusal(trainer::train);
        assertTrue(message.contains(" after step " + steps + ", ") && message.endsWith("the flow is back at step "
            + (steps - 1) / 25 * 25 + ", try a learning rate below " + rate + " or a smaller maxLogScale"), message);
        assertTrue(isFinite(flow));
        assertEquals(steps, trainer.log().size());
        trainer.steps(steps + 5).learningRate(LearningRate.constant(1e-3)).train();
        assertTrue(isFinite(flow), "training goes on from there");
    }

    @Test
    void aFlowThatBreaksWhereItIsStoppedIsPutBackToo() {
        RealNvp flow = flow();
        Trainer trainer = trainer(flow).learningRate((step, all) -> step == 6 ? 1e30 : 1e-3).progress(
            (step, steps, loss, perSecond, left) -> {
                if (step == 7) {
                    Thread.currentThread().interrupt();
                }
            });
        assertTrue(refusal(trainer::train).contains(" after step 7, "));
        assertTrue(isFinite(flow));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e30f, -3e38f, 2e19f})
    void aPointThatNoFlowCanLearnFromIsNamed(float bad) {
        Matrix x = MOONS.sample(60, new Well19937c(1));
        x.set(7, 1, bad);
        RealNvp flow = flow();
        Trainer trainer = new Trainer(flow, BatchSource.shuffled(x, new Well19937c(1))).batchSize(60).steps(10);
        String message = refusal(trainer::train);
        assertTrue(message.startsWith("after step 0, batch row ") && message.contains(" has " + bad + " in column 1: ")
            && message.endsWith("so leave it out or take a larger unit"), message);
        assertTrue(isFinite(flow));
        String heldOut = refusal(() -> trainer(flow()).heldOut(x, 5));
        assertTrue(heldOut.startsWith("held-out row 7 has " + bad + " in column 1: "), heldOut);
    }

    @Test
    void aFlowThatCameBrokenIsNotBlamedOnTheRate() {
        RealNvp flow = flow();
        flow.parameters().get(4).update(numbers -> numbers[0] = Float.NaN);
        String message = refusal(() -> trainer(flow).train());
        assertEquals("loss is NaN after step 0, layer 1 of 2 is the first whose output is not finite: the flow came with "
            + "it, so make a new one", message);
    }

    @ParameterizedTest
    @CsvSource({"10, true", "100, true", "1e-3, false", "1e-2, false"})
    void aLossThatRoseIsShortAndSaysSo(double rate, boolean rises) {
        String text = trainer(flow()).steps(30).learningRate(LearningRate.constant(rate)).train().toString();
        assertEquals(rises, text.contains("; it was 2.") && text.endsWith(" at first, so try a smaller learning rate"), text);
        assertTrue(text.length() < 120, text);
    }

    @Test
    void aLossHasFourDigitsHoweverLargeItIs() {
        assertEquals("0.3013 nats", TrainingLog.nats(0.30125001));
        assertEquals("-12345.6789 nats", TrainingLog.nats(-12345.6789));
        assertEquals("2.902e+32 nats", TrainingLog.nats(290152363030462300000000000000000.0));
        assertEquals("-1.000e+06 nats", TrainingLog.nats(-1e6));
        assertEquals("NaN nats", TrainingLog.nats(Double.NaN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"de-DE", "tr-TR", "fr-FR", "ar-EG", "hi-IN-u-nu-deva"})
    void theLogReadsTheSameInEveryCountry(String country) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(country));
            TrainingLog log = trainer(flow()).heldOut(PROBE, 10).steps(1234).train();
            assertTrue(log.toString().matches("1234 steps in \\d+\\.\\d s, last loss \\d\\.\\d{4} nats, best held-out loss "
                + "\\d\\.\\d{4} nats at step \\d+"), log.toString());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void pointsOfAnotherWidthAreRefusedAtOnce() {
        Matrix wide = new StandardNormal(3).sample(100, new Well19937c(1));
        assertTrue(refusal(() -> trainer(flow()).heldOut(wide, 5)).startsWith("points need 2 features, got points of shape"));
        assertEquals("a batch of shape (64,2) can't be drawn from points of shape (100,3): take as many columns as the "
            + "flow has features", refusal(() -> new Trainer(flow(), BatchSource.shuffled(wide, new Well19937c(1)))
                .batchSize(64).train()));
        for (int features : new int[] {1, 3, 4}) {
            String message = refusal(() -> new Trainer(flow(), BatchSource.fresh(new StandardNormal(features),
                new Well19937c(1))).batchSize(64).train());
            assertTrue(message.startsWith("points need " + features + " features, got points of shape (64,2)"), message);
        }
    }

    @Test
    void aBatchThatNoMatrixHoldsIsRefused() {
        for (int rows : new int[] {Integer.MAX_VALUE, 1 << 30}) {
            assertTrue(refusal(() -> trainer(flow()).batchSize(rows).train()).startsWith("a matrix has at most "));
        }
    }

    /** "Until I press stop" costs nothing before the first step. */
    @Test
    void moreStepsThanAnyoneWaitsForCanBeAskedFor() {
        Thread.currentThread().interrupt();
        assertEquals(0, trainer(flow()).steps(Integer.MAX_VALUE).learningRate(LearningRate.cosine(1e-3).warmUp(9)).train()
            .size());
        assertFalse(Thread.interrupted());
    }

    @Test
    void threadsThatShareATrainerTakeTurnsAndChangeNoBit() throws InterruptedException {
        double[] alone = trainer(flow()).steps(400).train().losses();
        Trainer shared = trainer(flow()).steps(400);
        List<Thread> threads = IntStream.range(0, 4).mapToObj(i -> new Thread(shared::train)).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertArrayEquals(alone, shared.log().losses());
    }
}
