package realnvp.lesson;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import realnvp.check.Check;
import realnvp.check.CheckFailed;

/**
 * Looks at the answer to an exercise and says PASS with the number, NOT YET with what was expected and one
 * hint, or NOT DONE where the gap is still open (NaN, null or an empty text).
 *
 * <p>Only in graded mode, when the environment has REALNVP_GRADED=1, an exercise that is wrong or not done
 * throws. Nothing is ever written to standard error, and nothing is returned: a grader would read a text
 * there as a failure, and a number as points.
 */
public final class Exercise {
    private static final String GRADED = "REALNVP_GRADED";
    private static final MathContext DIGITS = new MathContext(6);

    /** The last verdict on each exercise since the kernel started. */
    private static final Map<String, Verdict> VERDICTS = new ConcurrentHashMap<>();

    private static volatile BiConsumer<String, String> display = (html, text) -> System.out.println(text);

    private Exercise() {
    }

    /** What shows a verdict from now on: it takes HTML, and the text for where HTML is not drawn. */
    public static void showWith(BiConsumer<String, String> display) {
        Exercise.display = display;
    }

    /** A number within tolerance of the expected one. */
    public static void check(String id, double answer, double expected, double tolerance, String hint) {
        check(id, new double[] {answer}, new double[] {expected}, tolerance, hint);
    }

    /** Numbers, each within tolerance of the expected one. */
    public static void check(String id, double[] answer, double[] expected, double tolerance, String hint) {
        compare(id, "", answer, expected, tolerance, hint);
    }

    /** A function of one number that agrees with the expected one at the given places. */
    public static void check(String id, DoubleUnaryOperator answer, DoubleUnaryOperator expected, double[] at,
                             double tolerance, String hint) {
        double[] got = answer == null ? null : Arrays.stream(at).map(answer).toArray();
        compare(id, "at " + list(at) + ": ", got, Arrays.stream(at).map(expected).toArray(), tolerance, hint);
    }

    /**
     * A choice, compared without regard to case. The right one is not given away: with a choice, unlike a
     * number, nothing would be left to work out.
     */
    public static void check(String id, String answer, String expected, String hint) {
        if (answer == null || answer.isBlank()) {
            notDone(id);
        } else {
            boolean right = answer.strip().equalsIgnoreCase(expected);
            judge(id, right, "got \"" + answer.strip() + '"' + (right ? "" : ", expected another choice"), hint);
        }
    }

    /** A statement about the answer that must be true; null: not done. */
    public static void check(String id, Boolean holds, String hint) {
        if (holds == null) {
            notDone(id);
        } else {
            judge(id, holds, "got " + holds + ", expected true", hint);
        }
    }

    /** Any check of this package, such as {@code RoundTrip.of(mine, x).within(1e-4)}; null: not done. */
    public static void check(String id, Check finding) {
        if (finding == null) {
            notDone(id);
        } else {
            judge(id, finding.holds(), finding.line(), finding.hint());
        }
    }

    /** Shows how many of these exercises pass; one whose check did not run counts as not done. */
    public static void summary(String... ids) {
        Map<String, Verdict> verdicts = Arrays.stream(ids).collect(Collectors.toMap(id -> id,
            id -> VERDICTS.getOrDefault(id, Verdict.NOT_DONE)));
        long passed = verdicts.values().stream().filter(v -> v == Verdict.PASS).count();
        String count = "%d of %d exercises pass".formatted(passed, ids.length);
        display.accept(Verdict.card(passed == ids.length ? Verdict.PASS : Verdict.NOT_DONE, count,
                Arrays.stream(ids).map(id -> verdicts.get(id).mark() + " " + id)
                    .collect(Collectors.joining(" · "))),
            count + ": " + Stream.of(ids).map(id -> id + " " + verdicts.get(id).words())
                .collect(Collectors.joining(", ")));
    }

    private static void compare(String id, String where, double[] answer, double[] expected, double tolerance,
                                String hint) {
        if (answer == null || Arrays.stream(answer).allMatch(Double::isNaN)) {
            notDone(id);
        } else {
            double error = answer.length == expected.length ? 0 : Double.NaN;
            for (int i = 0; i < Math.min(answer.length, expected.length); i++) {
                error = Math.max(error, Math.abs(answer[i] - expected[i])); // Math.max keeps a NaN
            }
            judge(id, error <= tolerance, "%sgot %s, expected %s, tolerance %s"
                .formatted(where, list(answer), list(expected), number(tolerance)), hint);
        }
    }

    private static void judge(String id, boolean right, String found, String hint) {
        tell(id, right ? Verdict.PASS : Verdict.NOT_YET, found, right ? "" : "Hint: " + hint);
    }

    private static void notDone(String id) {
        tell(id, Verdict.NOT_DONE, "write your answer at YOUR ANSWER " + id + " and run that cell, then this one",
            "");
    }

    private static void tell(String id, Verdict verdict, String found, String hint) {
        VERDICTS.put(id, verdict);
        String text = verdict.words() + " " + id + ": " + found + (hint.isEmpty() ? "" : ". " + hint);
        if (verdict != Verdict.PASS && "1".equals(System.getenv(GRADED))) {
            throw new CheckFailed(text);
        }
        display.accept(Verdict.card(verdict, verdict.words() + " " + id, found, hint), text);
    }

    private static String list(double[] values) {
        return values.length == 1 ? number(values[0])
            : Arrays.stream(values).mapToObj(Exercise::number).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Six digits without idle zeros; a whole number in full. */
    private static String number(double value) {
        boolean plain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e15;
        if (value == 0 || plain && value == Math.rint(value)) {
            return String.valueOf((long) value);
        }
        return !plain ? Check.small(value)
            : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
