package realnvp.check;

import java.util.Locale;

/**
 * A finding: what was compared, what was found, the largest error and how large it may be. It holds when
 * error ≤ tolerance; an error that is NaN never holds.
 *
 * <p>{@link #report} prints one line for a check that holds and throws when it does not, so that a notebook stops at
 * a wrong number.
 */
public record Check(String what, String found, double error, double tolerance, String hint) {
    /** Whether error ≤ tolerance. */
    public boolean holds() { return error <= tolerance; }

    /** One line: what, what was found, the error, the tolerance. */
    public String line() {
        return "%s: %s; error %s, tolerance %s".formatted(what, found, small(error), small(tolerance));
    }

    /** Prints the line if the check holds, and throws {@link CheckFailed} with the line and the hint if not. */
    public void report() {
        if (!holds()) {
            throw new CheckFailed(line() + ". " + hint);
        }
        System.out.println("ok   " + line());
    }

    /** Holds when got lies within tolerance of expected. */
    public static void close(String what, double got, double expected, double tolerance) {
        new Check(what, "got " + number(got) + ", expected " + number(expected), Math.abs(got - expected),
            tolerance, "Look at what changed since the expected number was right.").report();
    }

    /** Holds when got ≤ limit. */
    public static void atMost(String what, double got, double limit) {
        if (!(got <= limit)) {
            throw new CheckFailed("%s: got %s, which must be at most %s".formatted(what, number(got), number(limit)));
        }
        System.out.println("ok   %s: %s, at most %s".formatted(what, number(got), number(limit)));
    }

    static String number(double value) {
        return format("%.6g", value);
    }

    /** A number as two digits and a power of ten: 1.5e-05. */
    public static String small(double value) {
        return format("%.1e", value);
    }

    /** {@link String#format} with a decimal point, never a comma, in every country. */
    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
