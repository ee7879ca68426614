package realnvp.notebook;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a value is, as a small card: what its class is, the value in short, an example, and the methods. The resource
 * {@code cards.txt} names the classes, interfaces last: a line with # and the name, how the class's Javadoc begins, and
 * an example with four spaces before each line. Methods and parameters are read from the class.
 */
record Card(Class<?> type, String text, String example) {
    /** The card of each class that has one, in the order of the resource. */
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
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("cannot read cards.txt, or a class that it names: " + e.getMessage(), e);
        }
    }

    /** The card of a value of any class: a class that has no card shows the card of what it extends or implements. */
    static Map<String, Object> of(Object value) {
        Class<?> type = value instanceof Class<?> c ? c : value.getClass();
        Card card = ALL.values().stream().filter(c -> c.type.isAssignableFrom(type)).findFirst().orElse(null);
        if (card == null) {
            return Map.of("text/plain", value.toString());
        }
        String name = type.isSynthetic() || type.isHidden() ? card.type.getSimpleName() : type.getSimpleName();
        String state = value instanceof Class<?> ? "" : Notebook.text(value);
        return Map.of("text/html", card.html(name, state), "text/plain",
            state.isEmpty() ? name + ": " + card.text.replaceAll("<[^>]*>", "") : state);
    }

    private String html(String name, String state) {
        return """
            <div style="max-width:680px;border:1px solid #8886;border-left:4px solid #0072B2;border-radius:4px;\
            padding:6px 12px;font-size:13px;line-height:1.5">
            <b style="font-size:15px">%s</b> <span style="opacity:0.7">%s</span>
            <div style="margin:4px 0">%s</div>%s%s
            <details><summary style="cursor:pointer">What you can call</summary>
            <ul style="margin:2px 0">%s</ul></details></div>""".formatted(TableHtml.escape(name),
            type.getPackageName(), text, code("This one:", state), code("Example:", example), methods());
    }

    private static String code(String title, String text) {
        return text.isEmpty() ? "" : """
            <div><b>%s</b></div>\
            <pre style="background:#8882;padding:4px 8px;margin:2px 0 6px;font-size:12px;overflow-x:auto">%s</pre>"""
            .formatted(title, TableHtml.escape(text));
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
