package realnvp.lesson;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.Printed;

class ExerciseTest {
    private static final double[] NOT_A_NUMBER = {Double.NaN, Double.NaN};

    static Stream<Runnable> right() {
        return Stream.of(
            () -> Exercise.check("1.2", 2.0000001, 2, 1e-6, "hint"),
            () -> Exercise.check("1.2", new double[] {1, 2}, new double[] {1, 2}, 0, "hint"),
            () -> Exercise.check("1.2", Math::exp, Math::exp, new double[] {0, 1}, 1e-12, "hint"),
            () -> Exercise.check("1.2", " Mass ", "mass", "hint"),
            () -> Exercise.check("1.2", true, "hint"));
    }

    static Stream<Runnable> wrong() {
        return Stream.of(
            () -> Exercise.check("1.2", 2.1, 2, 1e-6, "hint"),
            () -> Exercise.check("1.2", Double.POSITIVE_INFINITY, 2, 1e-6, "hint"),
            () -> Exercise.check("1.2", new double[] {1, 3}, new double[] {1, 2}, 0, "hint"),
            () -> Exercise.check("1.2", new double[] {1, Double.NaN}, new double[] {1, 2}, 9, "hint"),
            () -> Exercise.check("1.2", new double[] {1}, new double[] {1, 2}, 0, "hint"),
            () -> Exercise.check("1.2", Math::sin, Math::exp, new double[] {0, 1}, 1e-12, "hint"),
            () -> Exercise.check("1.2", "round trip", "mass", "hint"),
            () -> Exercise.check("1.2", false, "hint"));
    }

    static Stream<Runnable> notDone() {
        return Stream.of(
            () -> Exercise.check("1.2", Double.NaN, 2, 1e-6, "hint"),
            () -> Exercise.check("1.2", NOT_A_NUMBER, new double[] {1, 2}, 0, "hint"),
            () -> Exercise.check("1.2", (double[]) null, new double[] {1, 2}, 0, "hint"),
            () -> Exercise.check("1.2", x -> Double.NaN, Math::exp, new double[] {0, 1}, 1e-12, "hint"),
            () -> Exercise.check("1.2", (DoubleUnaryOperator) null, Math::exp, new double[] {0}, 1e-12, "hint"),
            () -> Exercise.check("1.2", "", "mass", "hint"),
            () -> Exercise.check("1.2", (String) null, "mass", "hint"),
            () -> Exercise.check("1.2", (Boolean) null, "hint"));
    }

    @ParameterizedTest
    @MethodSource("right")
    void aRightAnswerPasses(Runnable exercise) {
        assertTrue(Printed.line(exercise).startsWith("PASS 1.2: "));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongAnswerGetsOneHintAndNoException(Runnable exercise) {
        for (int again = 0; again < 3; again++) {
            String line = Printed.line(exercise);
            assertTrue(line.startsWith("NOT YET 1.2: ") && line.endsWith(". Hint: hint"), line);
            assertTrue(line.contains("expected"), line);
        }
    }

    @Test
    void theFirstMissKeepsTheExpectedNumberAndEachLaterOneShowsIt() {
        Supplier<String> miss = () -> Printed.line(() -> Exercise.check("7.1", 2.1, 2.75, 1e-6, "hint"));
        assertEquals("NOT YET 7.1: got 2.1, which is not what is expected. Hint: hint", miss.get());
        for (int again = 0; again < 3; again++) {
            assertEquals("NOT YET 7.1: got 2.1, expected 2.75, tolerance 1.0e-06. Hint: hint", miss.get());
        }
    }

    @Test
    void onlyAMissOfTheSameExerciseCountsAsItsFirst() {
        Printed.by(() -> {
            Exercise.check("7.2", 9, 2.75, 0, "hint");
            Exercise.check("7.3", 2.75, 2.75, 0, "hint");
            Exercise.check("7.3", Double.NaN, 2.75, 0, "hint");
        });
        assertFalse(Printed.line(() -> Exercise.check("7.3", 9, 2.75, 0, "hint")).contains("2.75"));
    }

    @Test
    void aPassOrAnOpenGapInBetweenDoesNotHideTheNumberAgain() {
        for (double answer : new double[] {9, 2.75, Double.NaN}) {
            Printed.by(() -> Exercise.check("7.4", answer, 2.75, 0, "hint"));
        }
        assertTrue(Printed.line(() -> Exercise.check("7.4", 8, 2.75, 0, "hint")).contains("expected 2.75"));
        assertTrue(Printed.line(() -> Exercise.check("7.4", 2.75, 2.75, 0, "hint")).startsWith("PASS 7.4: got 2.75"));
    }

    @Test
    void aWrongChoiceDoesNotGiveTheRightOneAway() {
        assertFalse(Printed.line(() -> Exercise.check("1.2", "latent", "mass", "look again")).contains("mass"));
    }

    @ParameterizedTest
    @MethodSource("notDone")
    void noAnswerIsSaidKindly(Runnable exercise) {
        String line = Printed.line(exercise);
        assertTrue(line.startsWith("NOT DONE 1.2: ") && line.contains("YOUR ANSWER 1.2"), line);
    }

    @Test
    void aFunctionIsShownWithThePlacesWhereItWasAsked() {
        Supplier<String> twice = () ->
            Printed.line(() -> Exercise.check("7.5", x -> 2 * x, x -> x, new double[] {0, 1.5}, 0, "hint"));
        assertTrue(twice.get().contains("at [0, 1.5]: got [0, 3], which is not what is expected"));
        assertTrue(twice.get().contains("at [0, 1.5]: got [0, 3], expected [0, 1.5], tolerance 0"));
    }

    @Test
    void theSummaryCountsTheLastVerdictOfEach() {
        Printed.by(() -> {
            Exercise.check("8.1", 1, 2, 0, "hint");
            Exercise.check("8.1", 2, 2, 0, "hint");
            Exercise.check("8.2", 2, 2, 0, "hint");
            Exercise.check("8.2", "no", "yes", "hint");
        });
        assertEquals("1 of 3 exercises pass: 8.1 PASS, 8.2 NOT YET, 8.3 NOT DONE",
            Printed.line(() -> Exercise.summary("8.1", "8.2", "8.3")));
    }

    @Test
    void aCardSaysInWordsWhatItsColourSaysAndShowsTextAsText() {
        String card = Exercise.Verdict.NOT_YET.html("NOT YET 1.2", "a < b & c");
        assertTrue(card.contains("NOT YET 1.2") && card.endsWith("<br>a &lt; b &amp; c</div>"), card);
        assertEquals(3, Stream.of(Exercise.Verdict.values()).map(verdict -> verdict.mark).distinct().count());
    }

    /** Graded mode is read from the environment, which only another JVM can have. */
    @ParameterizedTest
    @ValueSource(strings = {"right", "wrong", "not done"})
    void gradedModeThrowsUnlessRight(String answer) throws Exception {
        Process graded = start(answer);
        String output = new String(graded.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(answer.equals("right") ? 0 : 1, graded.waitFor(), output);
        assertTrue(output.contains(answer.equals("right") ? "PASS" : "CheckFailed: NOT "), output);
    }

    private static Process start(String answer) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(System.getProperty("java.home") + File.separator + "bin"
            + File.separator + "java", "-cp", System.getProperty("java.class.path"), Graded.class.getName(), answer);
        builder.environment().put("REALNVP_GRADED", "1");
        return builder.redirectErrorStream(true).start();
    }

    /** The program of the other JVM. */
    static final class Graded {
        public static void main(String[] args) {
            double answer = args[0].equals("right") ? 2 : args[0].equals("wrong") ? 3 : Double.NaN;
            Exercise.check("1.2", answer, 2, 1e-6, "hint");
        }
    }
}
