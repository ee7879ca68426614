package realnvp.lesson;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.util.MathArrays;
import realnvp.check.Check;
import realnvp.check.CheckFailed;
import realnvp.notebook.Notebook;

/**
 * Looks at the answer to an exercise and says PASS with the number, NOT YET with one hint and, from the second miss on,
 * with the number that was expected, or NOT DONE where the gap is still open (NaN, null or an empty text).
 *
 * <p>An exercise that is wrong or not done throws in graded mode only, when the environment has REALNVP_GRADED=1. The
 * methods write nothing to standard error and return nothing: a grader would read such a text as a failure, and a
 * returned number as points.
 */
public final class Exercise {
    /** Since the kernel started: the last verdict on each exercise, and the exercises that were ever missed. */
    private static final Map<String, Verdict> VERDICTS = new ConcurrentHashMap<>();
    private static final Set<String> MISSED = ConcurrentHashMap.newKeySet();

    private Exercise() { }

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

    /** A choice, in any case. The right one is not given away: unlike with a number, nothing would be left to do. */
    public static void check(String id, String answer, String expected, String hint) {
        String choice = answer == null ? "" : answer.strip();
        judge(id, choice.isEmpty() ? null : choice.equalsIgnoreCase(expected), "got \"" + choice + '"', "", hint);
    }

    /** A statement about the answer that must be true; null: not done. */
    public static void check(String id, Boolean holds, String hint) {
        judge(id, holds, "got " + holds, "", hint);
    }

    /** Shows how many of these exercises pass; one whose check did not run counts as not done. */
    public static void summary(String... ids) {
        Stream.of(ids).forEach(id -> VERDICTS.putIfAbsent(id, Verdict.NOT_DONE));
        long passed = Stream.of(ids).filter(id -> VERDICTS.get(id) == Verdict.PASS).count();
        String count = "%d of %d exercises pass".formatted(passed, ids.length);
        String marks = Stream.of(ids).map(id -> VERDICTS.get(id).mark + " " + id).collect(Collectors.joining(" · "));
        String words = Stream.of(ids).map(id -> id + " " + VERDICTS.get(id).words).collect(Collectors.joining(", "));
        Verdict all = passed == ids.length ? Verdict.PASS : Verdict.NOT_DONE;
        Notebook.show(all.html(count, marks), count + ": " + words);
    }

    private static void compare(String id, String where, double[] answer, double[] expected, double tolerance,
                                String hint) {
        if (answer == null || Arrays.stream(answer).allMatch(Double::isNaN)) {
            judge(id, null, "", "", hint);
            return;
        }
        double error = answer.length == expected.length ? MathArrays.distanceInf(answer, expected) : Double.NaN;
        judge(id, error <= tolerance, where + "got " + list(answer),
            ", expected %s, tolerance %s".formatted(list(expected), number(tolerance)), hint);
    }

    /** Shows the verdict; right is null where there is no answer yet. The first miss does not say what was expected. */
    private static void judge(String id, Boolean right, String got, String expected, String hint) {
        Verdict verdict = right == null ? Verdict.NOT_DONE : right ? Verdict.PASS : Verdict.NOT_YET;
        String title = verdict.words + " " + id;
        String body = switch (verdict) {
            case PASS -> got + expected;
            case NOT_YET -> got + (MISSED.add(id) || expected.isEmpty() ? ", which is not what is expected" : expected)
                + "\nHint: " + hint;
            case NOT_DONE -> "write your answer at YOUR ANSWER " + id + " and run that cell, then this one";
        };
        String text = title + ": " + body.replace("\n", ". ");
        VERDICTS.put(id, verdict);
        if (verdict != Verdict.PASS && "1".equals(System.getenv("REALNVP_GRADED"))) {
            throw new CheckFailed(text);
        }
        Notebook.show(verdict.html(title, body), text);
    }

    private static String list(double[] values) {
        return values.length == 1 ? number(values[0])
            : Arrays.stream(values).mapToObj(Exercise::number).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Six digits without zeros at the end; a whole number in full. */
    private static String number(double value) {
        double size = Math.abs(value);
        return size < 1e15 && value == Math.rint(value) ? String.valueOf((long) value)
            : size < 1e-4 || !(size < 1e15) ? Check.format("%.1e", value)
            : new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString();
    }

    /** What is said of an answer, in words, a mark and a colour: two of Okabe and Ito (2008), and a grey. */
    enum Verdict {
        PASS("✓", "#009e73"), NOT_YET("△", "#e69f00"), NOT_DONE("○", "#888888");

        final String words = name().replace('_', ' ');
        final String mark;
        final String colour;

        Verdict(String mark, String colour) {
            this.mark = mark;
            this.colour = colour;
        }

        /** A title and a text beside a coloured bar, as HTML; it has the page's own text colour, light or dark. */
        String html(String title, String text) {
            return "<div style=\"border-left: 6px solid %s; padding: 0 0.8em\"><b>%s %s</b><br>%s</div>"
                .formatted(colour, mark, title, text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>"));
        }
    }
}
