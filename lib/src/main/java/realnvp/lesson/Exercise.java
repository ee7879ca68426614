package realnvp.lesson;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import realnvp.check.Check;
import realnvp.check.CheckFailed;
import realnvp.notebook.Notebook;

/**
 * Looks at the answer to an exercise and says PASS with the number, NOT YET with what was expected and one hint, or
 * NOT DONE where the gap is still open (NaN, null or an empty text).
 *
 * <p>An exercise that is wrong or not done throws in graded mode only, when the environment has REALNVP_GRADED=1. The
 * methods write nothing to standard error and return nothing: a grader would read such a text as a failure, and a
 * returned number as points.
 */
public final class Exercise {
    private static final MathContext DIGITS = new MathContext(6);

    /** The last verdict on each exercise since the kernel started. */
    private static final Map<String, Verdict> VERDICTS = new ConcurrentHashMap<>();

    private Exercise() {
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
     * A choice, compared without regard to case. The right one is not given away: with a choice, unlike a number,
     * nothing would be left to work out.
     */
    public static void check(String id, String answer, String expected, String hint) {
        String choice = answer == null ? "" : answer.strip();
        boolean right = choice.equalsIgnoreCase(expected);
        judge(id, choice.isEmpty() ? null : right,
            "got \"" + choice + '"' + (right ? "" : ", expected another choice"), hint);
    }

    /** A statement about the answer that must be true; null: not done. */
    public static void check(String id, Boolean holds, String hint) {
        judge(id, holds, "got " + holds + ", expected true", hint);
    }

    /** Shows how many of these exercises pass; one whose check did not run counts as not done. */
    public static void summary(String... ids) {
        long passed = Stream.of(ids).filter(id -> last(id) == Verdict.PASS).count();
        Verdict all = passed == ids.length ? Verdict.PASS : Verdict.NOT_DONE;
        String count = "%d of %d exercises pass".formatted(passed, ids.length);
        String marks = Stream.of(ids).map(id -> last(id).mark() + " " + id).collect(Collectors.joining(" · "));
        String words = Stream.of(ids).map(id -> id + " " + last(id).words()).collect(Collectors.joining(", "));
        Notebook.show(all.html(count, marks), count + ": " + words);
    }

    private static Verdict last(String id) {
        return VERDICTS.getOrDefault(id, Verdict.NOT_DONE);
    }

    private static void compare(String id, String where, double[] answer, double[] expected, double tolerance,
                                String hint) {
        if (answer == null || Arrays.stream(answer).allMatch(Double::isNaN)) {
            judge(id, null, "", hint);
            return;
        }
        double error = answer.length == expected.length ? 0 : Double.NaN;
        for (int i = 0; i < Math.min(answer.length, expected.length); i++) {
            error = Math.max(error, Math.abs(answer[i] - expected[i])); // Math.max keeps a NaN
        }
        judge(id, error <= tolerance, "%sgot %s, expected %s, tolerance %s".formatted(where, list(answer),
            list(expected), number(tolerance)), hint);
    }

    /** Shows the verdict; right is null where there is no answer yet. */
    private static void judge(String id, Boolean right, String found, String hint) {
        Verdict verdict = right == null ? Verdict.NOT_DONE : right ? Verdict.PASS : Verdict.NOT_YET;
        String title = verdict.words() + " " + id;
        String first = right != null ? found
            : "write your answer at YOUR ANSWER " + id + " and run that cell, then this one";
        String second = verdict == Verdict.NOT_YET ? "Hint: " + hint : "";
        String text = title + ": " + first + (second.isEmpty() ? "" : ". " + second);
        VERDICTS.put(id, verdict);
        if (verdict != Verdict.PASS && "1".equals(System.getenv("REALNVP_GRADED"))) {
            throw new CheckFailed(text);
        }
        Notebook.show(verdict.html(title, first, second), text);
    }

    private static String list(double[] values) {
        return values.length == 1 ? number(values[0])
            : Arrays.stream(values).mapToObj(Exercise::number).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Six digits without zeros at the end; a whole number in full. */
    private static String number(double value) {
        boolean plain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e15;
        if (value == 0 || plain && value == Math.rint(value)) {
            return String.valueOf((long) value);
        }
        return !plain ? Check.small(value)
            : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
