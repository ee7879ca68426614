package realnvp.check;

import java.util.Locale;

/**
 * A finding: what was compared, what was found, the largest error and how large it may be. It holds when
 * error ≤ tolerance; an error that is NaN never holds.
 */
public record Check(String what, String found, double error, double tolerance, String hint) {
    /** Whether error ≤ tolerance. */
    public boolean holds() { return error <= tolerance; }

    /** One line: what, what was found, the error, the tolerance. */
    public String line() {
        return format("%s: %s; error %.1e, tolerance %.1e", what, found, error, tolerance);
    }

    /** Prints the line if it holds; else throws {@link CheckFailed} with line and hint: a notebook stops there. */
    public void report() {
        if (!holds()) {
            throw new CheckFailed(line() + ". " + hint);
        }
        System.out.println("ok   " + line());
    }

    /** Holds when got lies within tolerance of expected. */
    public static void close(String what, double got, double expected, double tolerance) {
        new Check(what, format("got %.6g, expected %.6g", got, expected), Math.abs(got - expected), tolerance,
            "Look at what changed since the expected number was right.").report();
    }

    /** Holds when got ≤ limit. */
    public static void atMost(String what, double got, double limit) {
        if (!(got <= limit)) {
            throw new CheckFailed(format("%s: got %.6g, which must be at most %.6g", what, got, limit));
        }
        System.out.println(format("ok   %s: %.6g, at most %.6g", what, got, limit));
    }

    /** {@link String#format} with a decimal point, never a comma, in every country. */
    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
