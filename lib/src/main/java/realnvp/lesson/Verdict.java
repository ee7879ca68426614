package realnvp.lesson;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What an exercise can be told, in words, a mark and a colour; no two differ in colour alone. */
enum Verdict {
    // The colours are Okabe and Ito's (2008) for readers with any colour vision, and a grey.
    PASS("PASS", "✓", "#009e73"),
    NOT_YET("NOT YET", "△", "#e69f00"),
    NOT_DONE("NOT DONE", "○", "#888888");

    private final String words;
    private final String mark;
    private final String colour;

    Verdict(String words, String mark, String colour) {
        this.words = words;
        this.mark = mark;
        this.colour = colour;
    }

    String words() {
        return words;
    }

    String mark() {
        return mark;
    }

    /** A title and lines beside a coloured bar; the text has the page's own colour, light or dark. */
    static String card(Verdict verdict, String title, String... lines) {
        return "<div style=\"border-left: 6px solid %s; padding: 0 0.8em\"><b>%s %s</b>%s</div>".formatted(
            verdict.colour, verdict.mark, title, Arrays.stream(lines).filter(line -> !line.isEmpty())
                .map(line -> "<br>" + line.replace("&", "&amp;").replace("<", "&lt;"))
                .collect(Collectors.joining()));
    }
}
