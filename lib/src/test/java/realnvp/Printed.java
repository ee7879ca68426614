package realnvp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a piece of code printed. */
public final class Printed {
    private Printed() {
    }

    /**
     * The text on standard output; fails if anything went to standard error, which costs a student all
     * points.
     */
    public static String by(Runnable code) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream caught = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(caught, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
            code.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        assertEquals("", errors.toString(StandardCharsets.UTF_8));
        return caught.toString(StandardCharsets.UTF_8);
    }

    /** As {@link #by}, for code that must print exactly one line, which is returned without its end. */
    public static String line(Runnable code) {
        String text = by(code);
        assertEquals(1, text.lines().count(), text);
        return text.strip();
    }
}
