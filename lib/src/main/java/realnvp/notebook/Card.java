package realnvp.notebook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import realnvp.table.TrainingTable;
import realnvp.train.TrainingLog;

/**
 * What a value is, as a small card: what its class is, the value in short, an example, and its methods with one
 * sentence each. The texts stand in the resource {@code cards.txt}: a line with # and the name of the class, its
 * text, the lines of an example with four spaces before each, and a line with a dash for each method.
 */
final class Card {
    private static final Map<String, Card> ALL = read();

    private final Class<?> type;
    private String text = "";
    private String example = "";
    private final Map<String, String> sentences = new HashMap<>(); // by the name of the method

    private Card(Class<?> type) {
        this.type = type;
    }

    private static Map<String, Card> read() {
        Map<String, Card> cards = new HashMap<>();
        try (InputStream in = Card.class.getResourceAsStream("cards.txt")) {
            Card card = null;
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("# ")) {
                    card = new Card(Class.forName(line.substring(2)));
                    cards.put(line.substring(2), card);
                } else if (line.startsWith("    ")) {
                    card.example += line.substring(4) + "\n";
                } else if (line.startsWith("- ")) {
                    card.sentences.put(line.substring(2, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2));
                } else {
                    card.text += line + "\n";
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("cards.txt explains a class that does not exist: " + e.getMessage(), e);
        }
        return cards;
    }

    /** The card of a value of any class: a class that has no card shows the card of what it implements. */
    static Map<String, Object> of(Object value) {
        Class<?> type = value instanceof Class<?> c ? c : value.getClass();
        Optional<Card> card = kinds(type).flatMap(kind -> forClass(kind).stream()).findFirst();
        String state = value instanceof Class<?> ? "" : Notebook.text(value);
        if (card.isEmpty()) {
            return Map.of("text/plain", value.toString());
        }
        String name = type.isSynthetic() || type.isHidden() ? card.get().type.getSimpleName() : type.getSimpleName();
        return Map.of("text/plain", state.isEmpty() ? card.get().summary() : state,
            "text/html", card.get().html(name, state, value));
    }

    /** The card of a class that has one of its own; empty for any other class. */
    static Optional<Card> forClass(Class<?> type) {
        return Optional.ofNullable(ALL.get(type.getName()));
    }

    /** What the class is, as HTML. */
    String text() {
        return text.strip();
    }

    /** Lines of code that show how the class is used; empty where the card has none. */
    String example() {
        return example.strip();
    }

    /** The sentence about each method, by its name. */
    Map<String, String> sentences() {
        return sentences;
    }

    private String summary() {
        return type.getSimpleName() + ": " + text().replaceAll("<[^>]*>", "");
    }

    private String html(String name, String state, Object value) {
        String example = example();
        return """
            <div style="max-width:680px;border:1px solid #8886;border-left:4px solid #0072B2;border-radius:4px;\
            padding:6px 12px;font-size:13px;line-height:1.5">
            <b style="font-size:15px">%s</b> <span style="opacity:0.7">%s</span>
            <div style="margin:4px 0">%s</div>%s%s%s%s</div>"""
            .formatted(TableHtml.escape(name), type.getPackageName(), text(),
                state.isEmpty() ? "" : "<div><b>This one:</b></div>" + code(state),
                example.isEmpty() ? "" : "<div><b>Example:</b></div>" + code(example),
                value instanceof TrainingLog log ? folded("All steps", TableHtml.of(TrainingTable.of(log))) : "",
                folded("What you can call", methods()));
    }

    private static String code(String text) {
        return "<pre style=\"background:#8882;padding:4px 8px;margin:2px 0 6px;font-size:12px;overflow-x:auto\">%s</pre>"
            .formatted(TableHtml.escape(text));
    }

    private static String folded(String title, String content) {
        return content.isEmpty() ? ""
            : "<details><summary style=\"cursor:pointer\">%s</summary>%s</details>".formatted(title, content);
    }

    private String methods() {
        String lines = Stream.of(type.getMethods())
            .filter(m -> m.getDeclaringClass().getName().startsWith("realnvp.") && !m.isBridge())
            .sorted(Comparator.comparing((Method m) -> !Modifier.isStatic(m.getModifiers()))
                .thenComparing(Method::getName))
            .map(m -> "<li><code>%s</code> %s</li>".formatted(signature(m), sentence(m)))
            .collect(Collectors.joining("\n"));
        return lines.isEmpty() ? "" : "<ul style=\"margin:2px 0\">" + lines + "</ul>";
    }

    private String signature(Method m) {
        return TableHtml.escape("%s%s(%s) → %s".formatted(
            Modifier.isStatic(m.getModifiers()) ? type.getSimpleName() + "." : "", m.getName(),
            Arrays.stream(m.getParameters()).map(p -> p.getType().getSimpleName() + " " + p.getName())
                .collect(Collectors.joining(", ")), m.getReturnType().getSimpleName()));
    }

    /** What a card says about a method, this one or that of a class or an interface above. */
    private String sentence(Method method) {
        return kinds(type).flatMap(kind -> forClass(kind).stream())
            .flatMap(card -> Stream.ofNullable(card.sentences.get(method.getName()))).findFirst().orElse("");
    }

    /** The class, its superclasses and all interfaces. */
    private static Stream<Class<?>> kinds(Class<?> type) {
        return type == null ? Stream.empty()
            : Stream.concat(Stream.of(type), Stream.concat(Stream.of(type.getInterfaces()),
                Stream.of(type.getSuperclass())).flatMap(Card::kinds));
    }
}
