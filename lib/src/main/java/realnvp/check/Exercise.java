package realnvp.check;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Looks at the answer to an exercise and prints one line: PASS, or what is wrong with one hint, or that there
 * is no answer yet (NaN or null).
 *
 * <p>Only in graded mode, when the environment has REALNVP_GRADED=1, an exercise that is wrong or not done
 * throws.
 */
public final class Exercise {
    private static final String GRADED = "REALNVP_GRADED";

    private Exercise() {
    }

    /** A number within tolerance of the expected one. */
    public static void check(String id, double answer, double expected, double tolerance, String hint) {
        check(id, new double[] {answer}, new double[] {expected}, tolerance, hint);
    }

    /** Numbers, each within tolerance of the expected one. */
    public static void check(String id, double[] answer, double[] expected, double tolerance, String hint) {
        if (answer == null || Arrays.stream(answer).allMatch(Double::isNaN)) {
            notDone(id);
        } else if (answer.length != expected.length) {
            wrong(id, "got %d numbers, expected %d".formatted(answer.length, expected.length), hint);
        } else {
            double error = 0;
            for (int i = 0; i < expected.length; i++) {
                error = Math.max(error, Math.abs(answer[i] - expected[i])); // Math.max keeps a NaN
            }
            judge(id, error <= tolerance, "got %s, expected %s, tolerance %s"
                .formatted(list(answer), list(expected), Check.small(tolerance)), hint);
        }
    }

    /** A function of one number that agrees with the expected one at the given places. */
    public static void check(String id, DoubleUnaryOperator answer, DoubleUnaryOperator expected, double[] at,
                             double tolerance, String hint) {
        double[] got = answer == null ? null : Arrays.stream(at).map(answer).toArray();
        check(id, got, Arrays.stream(at).map(expected).toArray(), tolerance, hint);
    }

    /** A choice, compared without regard to case; the right one is not given away. */
    public static void check(String id, String answer, String expected, String hint) {
        if (answer == null || answer.isBlank()) {
            notDone(id);
        } else {
            judge(id, answer.strip().equalsIgnoreCase(expected), "got \"" + answer.strip() + "\"", hint);
        }
    }

    /** A statement about the answer that must be true; null: not done. */
    public static void check(String id, Boolean holds, String hint) {
        if (holds == null) {
            notDone(id);
        } else {
            judge(id, holds, holds ? "that holds" : "that does not hold", hint);
        }
    }

    /** Any check of this package, such as {@code RoundTrip.of(mine, x).within(1e-4)}. */
    public static void check(String id, Check finding) {
        judge(id, finding.holds(), finding.line(), finding.hint());
    }

    private static void judge(String id, boolean right, String found, String hint) {
        if (right) {
            System.out.println("PASS " + id + ": " + found);
        } else {
            wrong(id, found, hint);
        }
    }

    private static void wrong(String id, String found, String hint) {
        tell("Exercise " + id + ": not right yet: " + found + ". Hint: " + hint);
    }

    private static void notDone(String id) {
        tell("Exercise " + id + ": not done yet. Write your answer at YOUR ANSWER and run again.");
    }

    private static void tell(String message) {
        if ("1".equals(System.getenv(GRADED))) {
            throw new CheckFailed(message);
        }
        System.out.println(message);
    }

    private static String list(double[] values) {
        if (values.length == 1) {
            return Check.number(values[0]);
        }
        return Arrays.toString(Arrays.stream(values).mapToObj(Check::number).toArray());
    }
}
