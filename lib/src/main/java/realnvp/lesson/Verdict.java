package realnvp.lesson;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an exercise can be told, in words, a mark and a colour; no two differ in colour alone. */
enum Verdict {
    // The colours are Okabe and Ito's (2008) for readers with any colour vision, and a grey.
    PASS("✓", "#009e73"),
    NOT_YET("△", "#e69f00"),
    NOT_DONE("○", "#888888");

    private final String mark;
    private final String colour;

    Verdict(String mark, String colour) {
        this.mark = mark;
        this.colour = colour;
    }

    String words() {
        return name().replace('_', ' ');
    }

    String mark() {
        return mark;
    }

    /** A title and lines beside a coloured bar, as HTML; the text has the page's own colour, light or dark. */
    String html(String title, String... lines) {
        return Stream.of(lines).filter(line -> !line.isEmpty())
            .map(line -> "<br>" + line.replace("&", "&amp;").replace("<", "&lt;"))
            .collect(Collectors.joining("", "<div style=\"border-left: 6px solid %s; padding: 0 0.8em\"><b>%s %s</b>"
                .formatted(colour, mark, title), "</div>"));
    }
}
