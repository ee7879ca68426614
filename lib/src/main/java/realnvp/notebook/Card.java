package realnvp.notebook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import realnvp.table.TrainingTable;
import realnvp.train.TrainingLog;

/**
 * What a value is, as a small card: what its class is, the value in short, an example, and the methods. The resource
 * {@code cards.txt} names the classes: a line with # and the name, how the class's Javadoc begins, and the example with
 * four spaces before each line. Methods and parameters are read from the class.
 */
record Card(Class<?> type, String text, String example) {
    /** The card of each class that has one of its own. */
    static final Map<Class<?>, Card> ALL = read();

    private static Map<Class<?>, Card> read() {
        Map<Class<?>, Card> cards = new LinkedHashMap<>();
        try (InputStream in = Card.class.getResourceAsStream("cards.txt")) {
            String file = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String entry : file.substring("# ".length()).split("\\R# ")) {
                Map<Boolean, String> lines = entry.lines().skip(1).collect(Collectors.partitioningBy(
                    line -> line.startsWith("    "), Collectors.joining("\n")));
                Class<?> type = Class.forName(entry.lines().findFirst().orElse(""), false, Card.class.getClassLoader());
                cards.put(type, new Card(type, lines.get(false).strip(), lines.get(true).stripIndent()));
            }
            return cards;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("cards.txt explains a class that does not exist: " + e.getMessage(), e);
        }
    }

    /** The card of a value of any class: a class that has no card shows the card of what it implements. */
    static Map<String, Object> of(Object value) {
        Class<?> type = value instanceof Class<?> c ? c : value.getClass();
        Optional<Card> card = kinds(type).flatMap(kind -> Stream.ofNullable(ALL.get(kind))).findFirst();
        if (card.isEmpty()) {
            return Map.of("text/plain", value.toString());
        }
        String name = type.isSynthetic() || type.isHidden() ? card.get().type.getSimpleName() : type.getSimpleName();
        String state = value instanceof Class<?> ? "" : Notebook.text(value);
        return Map.of("text/html", card.get().html(name, state, value), "text/plain",
            state.isEmpty() ? name + ": " + card.get().text.replaceAll("<[^>]*>", "") : state);
    }

    /** The class, its superclasses and all interfaces. */
    private static Stream<Class<?>> kinds(Class<?> type) {
        return type == null ? Stream.empty()
            : Stream.concat(Stream.of(type), Stream.concat(Stream.of(type.getInterfaces()),
                Stream.of(type.getSuperclass())).flatMap(Card::kinds));
    }

    private String html(String name, String state, Object value) {
        return """
            <div style="max-width:680px;border:1px solid #8886;border-left:4px solid #0072B2;border-radius:4px;\
            padding:6px 12px;font-size:13px;line-height:1.5">
            <b style="font-size:15px">%s</b> <span style="opacity:0.7">%s</span>
            <div style="margin:4px 0">%s</div>%s%s%s%s</div>"""
            .formatted(TableHtml.escape(name), type.getPackageName(), text, code("This one:", state),
                code("Example:", example),
                value instanceof TrainingLog log ? folded("All steps", TableHtml.of(TrainingTable.of(log))) : "",
                folded("What you can call", "<ul style=\"margin:2px 0\">" + methods() + "</ul>"));
    }

    private static String code(String title, String text) {
        return text.isEmpty() ? "" : """
            <div><b>%s</b></div>\
            <pre style="background:#8882;padding:4px 8px;margin:2px 0 6px;font-size:12px;overflow-x:auto">%s</pre>"""
            .formatted(title, TableHtml.escape(text));
    }

    private static String folded(String title, String content) {
        return "<details><summary style=\"cursor:pointer\">%s</summary>%s</details>".formatted(title, content);
    }

    private String methods() {
        return Stream.of(type.getMethods())
            .filter(m -> m.getDeclaringClass().getName().startsWith("realnvp.") && !m.isBridge())
            .sorted(Comparator.comparing((Method m) -> !Modifier.isStatic(m.getModifiers()))
                .thenComparing(Method::getName))
            .map(m -> "<li><code>%s%s(%s) → %s</code></li>".formatted(
                Modifier.isStatic(m.getModifiers()) ? type.getSimpleName() + "." : "", m.getName(),
                Arrays.stream(m.getParameters()).map(p -> p.getType().getSimpleName() + " " + p.getName())
                    .collect(Collectors.joining(", ")), m.getReturnType().getSimpleName()))
            .collect(Collectors.joining("\n"));
    }
}
