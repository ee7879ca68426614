package realnvp.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;
import realnvp.flow.Bijector;
import realnvp.flow.RealNvp;
import realnvp.flow.ValueAndLogDet;
import realnvp.nn.Module;
import tech.tablesaw.plotly.components.Figure;

class CardTest {
    private static final Path NOTEBOOKS = Path.of("../notebooks");
    private static final Pattern MADE = Pattern.compile("\\b(?:new\\s+([A-Z]\\w*)\\s*\\(|([A-Z]\\w*)\\.(?:create|of|fit|over|open|healthy)\\()");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*?;");

    private static String setup() throws IOException {
        return Files.readString(NOTEBOOKS.resolve("setup.jshell"));
    }

    /** Classes of the library that a code cell makes an object of, by constructor or factory. */
    private static Set<Class<?>> madeInNotebooks() throws IOException {
        List<String> packages = IMPORT.matcher(setup()).results().map(found -> found.group())
            .filter(line -> line.contains("realnvp.") && line.endsWith(".*;"))
            .map(line -> line.substring("import ".length(), line.length() - 2)).toList();
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(NOTEBOOKS)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".ipynb")).toList()) {
                for (JsonNode cell : new ObjectMapper().readTree(file.toFile()).get("cells")) {
                    StringBuilder code = new StringBuilder();
                    cell.get("source").forEach(line -> code.append(line.asText()));
                    Matcher made = MADE.matcher(cell.get("cell_type").asText().equals("code") ? code : "");
                    while (made.find()) {
                        names.add(made.group(1) == null ? made.group(2) : made.group(1));
                    }
                }
            }
        }
        return names.stream().flatMap(name -> packages.stream().flatMap(p -> find(p + name)))
            .collect(Collectors.toSet());
    }

    private static Stream<Class<?>> find(String name) {
        try {
            return Stream.of(Class.forName(name));
        } catch (ClassNotFoundException e) {
            return Stream.empty(); // of another package
        }
    }

    /** All classes that show a card of their own, interfaces aside. */
    private static Set<Class<?>> explained() throws IOException {
        Set<Class<?>> classes = madeInNotebooks();
        classes.removeIf(type -> Figure.class.isAssignableFrom(type) || neverAnObject(type));
        Card.ALL.keySet().stream().filter(type -> !type.isInterface()).forEach(classes::add);
        return classes;
    }

    private static boolean neverAnObject(Class<?> type) {
        return Throwable.class.isAssignableFrom(type)
            || !type.isInterface() && !type.isRecord() && type.getConstructors().length == 0
            && Stream.of(type.getDeclaredMethods()).noneMatch(m -> m.getReturnType() == type);
    }

    @Test
    void whatStudentsMakeShowsACard() throws IOException {
        Set<Class<?>> made = explained();
        assertTrue(made.size() > 20, made.toString());
        List<Class<?>> without = made.stream().filter(type -> !Card.ALL.containsKey(type)
            || Card.ALL.get(type).text().length() < 20 || Card.ALL.get(type).example().isEmpty()).toList();
        assertEquals(List.of(), without, "add its text and example to cards.txt");
    }

    /** A card cannot say what the Javadoc of its class no longer says. */
    @Test
    void aCardSaysHowTheJavadocBegins() throws IOException {
        for (Card card : Card.ALL.values()) {
            String source = javadoc(card.type());
            String javadoc = source.substring(source.indexOf("/**") + 3);
            assertTrue(plain(javadoc).startsWith(plain(card.text())), () -> "cards.txt says of "
                + card.type().getSimpleName() + ": " + card.text() + "\nIts Javadoc begins: "
                + javadoc.substring(0, Math.min(400, javadoc.length())));
        }
    }

    private static String plain(String text) {
        return text.replaceAll("\\{@\\w+ #?([^}]*)}", "$1").replaceAll("<[^>]*>|\\s", "");
    }

    @Test
    void everyExampleCompilesAndRuns() throws IOException {
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .forEach(shell::addToClasspath);
            IMPORT.matcher(setup()).results().forEach(found -> run(shell, found.group()));
            for (Class<?> type : explained()) {
                String example = Card.ALL.get(type).example();
                assertTrue(!javadoc(type).contains("<pre>{@code") || javadoc(type).contains(example),
                    "where the Javadoc has an example, it is that of the card: " + type.getSimpleName());
                assertEquals("", run(shell, example), "the example of " + type.getSimpleName());
            }
        }
    }

    /** The source of a class, its comments without the stars at the left. */
    private static String javadoc(Class<?> type) throws IOException {
        return Files.readString(Path.of("src/main/java", type.getName().replace('.', '/') + ".java"))
            .replaceAll("(?m)^\\s*\\* ?", "");
    }

    /** What went wrong in the first snippet that fails; empty when all is well. */
    private static String run(JShell shell, String code) {
        String rest = code;
        while (!rest.isBlank()) {
            SourceCodeAnalysis.CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            String source = next.source() == null ? rest : next.source();
            for (SnippetEvent event : shell.eval(source)) {
                if (event.exception() != null || event.status() == Snippet.Status.REJECTED) {
                    return source + ": " + event.exception() + shell.diagnostics(event.snippet())
                        .map(d -> d.getMessage(null)).toList();
                }
            }
            rest = next.remaining() == null ? "" : next.remaining();
        }
        return "";
    }

    @Test
    void aBrokenExampleWouldBeFound() {
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            assertTrue(run(shell, "int a = 1;\nint b = noSuchThing(a);").contains("noSuchThing"));
            assertTrue(run(shell, "int c = Integer.parseInt(\"x\");").contains("EvalException"));
        }
    }

    @Test
    void aCardHoldsTextStateExampleAndMethodsAndNothingThatMathJaxWouldTouch() throws IOException {
        for (Class<?> type : explained()) {
            String html = (String) Card.of(type).get("text/html");
            assertFalse(html.contains("$") || html.contains("{@"), html);
            assertTrue(html.contains("<b>Example:</b>"), html);
        }
        RealNvp flow = RealNvp.create(2, 3, 8, 2, new Well19937c(1));
        Map<String, Object> card = Card.of(flow);
        String html = (String) card.get("text/html");
        assertEquals("3 layers for 2 features, " + flow.parameterCount() + " parameters", card.get("text/plain"));
        assertTrue(html.contains("log p(x) = log p_Z(f(x))") && html.contains(card.get("text/plain") + "</pre>"), html);
        assertTrue(html.contains("<li><code>sample(int n, RandomGenerator rng) → Matrix</code>"), html);
    }

    @Test
    void aClassOfAStudentShowsTheCardOfWhatItImplements() {
        class Mine implements Bijector {
            @Override
            public int features() {
                return 2;
            }

            @Override
            public ValueAndLogDet forwardAndLogDet(Tensor x) {
                return null;
            }

            @Override
            public ValueAndLogDet inverseAndLogDet(Tensor z) {
                return null;
            }
        }
        String html = (String) Card.of(new Mine()).get("text/html");
        assertTrue(html.contains(">Mine</b>") && html.contains("An invertible function z = f(x)"), html);
        realnvp.nn.Module module = x -> x;
        assertTrue(Card.of(module).get("text/html").toString().contains(">Module</b>"));
    }

    @Test
    void aClassOfAnotherLibraryHasNoCard() {
        assertEquals(Map.of("text/plain", "class java.lang.String"), Card.of(String.class));
    }

    @Test
    void parameterNamesSpeak() {
        List<String> silent = new ArrayList<>();
        Card.ALL.keySet().stream().filter(type -> type != Matrix.class)
            .flatMap(type -> Stream.of(type.getMethods())).filter(m -> m.getDeclaringClass() != Object.class)
            .forEach(m -> Stream.of(m.getParameters()).filter(p -> p.getName().matches("arg\\d+"))
                .forEach(p -> silent.add(m.getDeclaringClass().getSimpleName() + "." + m.getName())));
        assertEquals(List.of(), silent);
    }
}
