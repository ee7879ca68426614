package realnvp.notebook;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import realnvp.lesson.SourceCode;
import realnvp.train.TrainingLog;

/**
 * What a value is, as a small card: the Javadoc of its class, the value in short, an example, and its methods with
 * the first sentence of each. The text is the Javadoc itself: the sources travel in the jar.
 */
final class Card {
    private static final String PACKAGE = "realnvp.";
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\\s*?\\n(.*?)\\}</pre>", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("\\{@(?:code|link|linkplain)\\s+#?([^{}]*)}");
    private static final Pattern DOCUMENTED = Pattern.compile(
        "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+\\s+)*(?:[\\w<>\\[\\]?, ]+ )?(\\w+)\\(", Pattern.DOTALL);

    private final Class<?> type;
    private final String source;

    private Card(Class<?> type, String source) {
        this.type = type;
        this.source = source;
    }

    /** The card of a value of any class: a class that has no source here shows the card of what it implements. */
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

    /** The card of a class of the library; empty for any other class. */
    static Optional<Card> forClass(Class<?> type) {
        return SourceCode.of(type).map(source -> new Card(type, source));
    }

    /** The comment of the class, as HTML; without the example and without what Javadoc calls block tags. */
    String text() {
        return html(EXAMPLE.matcher(comment()).replaceAll("").split("\n@", 2)[0]).replaceAll("(<p>\\s*)+$", "").strip();
    }

    /** Lines of code that show how the class is used; empty where the comment has none. */
    String example() {
        Matcher example = EXAMPLE.matcher(comment());
        return example.find() ? example.group(1).strip() : "";
    }

    private String summary() {
        return type.getSimpleName() + ": " + text().replaceAll("<[^>]*>", "");
    }

    private String comment() {
        Matcher declaration = Pattern.compile("public [\\w ]*(?:class|record|interface|enum) "
            + type.getSimpleName() + "\\b").matcher(source);
        if (!declaration.find()) {
            return "";
        }
        int end = source.lastIndexOf("*/", declaration.start());
        return end < 0 ? "" : plain(source.substring(source.lastIndexOf("/**", end) + 3, end));
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
                value instanceof TrainingLog log ? folded("All steps", TableHtml.of(log.table())) : "",
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
        List<String> lines = new ArrayList<>();
        Stream.of(type.getMethods()).filter(m -> m.getDeclaringClass().getName().startsWith(PACKAGE) && !m.isBridge())
            .sorted(Comparator.comparing((Method m) -> !Modifier.isStatic(m.getModifiers()))
                .thenComparing(Method::getName))
            .forEach(m -> lines.add("<li><code>%s</code> %s</li>".formatted(signature(m), sentence(m))));
        return lines.isEmpty() ? "" : "<ul style=\"margin:2px 0\">" + String.join("\n", lines) + "</ul>";
    }

    private String signature(Method m) {
        return TableHtml.escape("%s%s(%s) → %s".formatted(
            Modifier.isStatic(m.getModifiers()) ? type.getSimpleName() + "." : "", m.getName(),
            Arrays.stream(m.getParameters()).map(p -> p.getType().getSimpleName() + " " + p.getName())
                .collect(Collectors.joining(", ")), m.getReturnType().getSimpleName()));
    }

    /** The first sentence about a method, here or where it is inherited from. */
    private String sentence(Method method) {
        return kinds(type).flatMap(kind -> forClass(kind).stream())
            .flatMap(card -> DOCUMENTED.matcher(card.source).results())
            .filter(found -> found.group(2).equals(method.getName())).map(Card::firstSentence)
            .findFirst().orElse("");
    }

    private static String firstSentence(MatchResult found) {
        return html(plain(found.group(1)).split("\n@|^@|(?<=[.:])\\s", 2)[0]);
    }

    /** The class, its superclasses and all interfaces. */
    private static Stream<Class<?>> kinds(Class<?> type) {
        return type == null ? Stream.empty()
            : Stream.concat(Stream.of(type), Stream.concat(Stream.of(type.getInterfaces()),
                Stream.of(type.getSuperclass())).flatMap(Card::kinds));
    }

    /** A comment without the stars at the left. */
    private static String plain(String comment) {
        return comment.replaceAll("(?m)^\\s*\\* ?", "").strip();
    }

    /** Javadoc is HTML but for its own tags in braces. */
    private static String html(String javadoc) {
        return INLINE.matcher(javadoc).replaceAll(found ->
            Matcher.quoteReplacement("<code>" + TableHtml.escape(found.group(1)) + "</code>"));
    }
}
