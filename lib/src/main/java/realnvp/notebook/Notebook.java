package realnvp.notebook;

import java.lang.reflect.Array;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import realnvp.plot.PlotlyFigure;
import realnvp.plot.PlotlyJson;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.components.Figure;

/**
 * What a notebook needs from its kernel: figures and tables that draw themselves, and live progress. JupyterLab itself
 * draws every Tablesaw figure as an interactive graph, with no network.
 */
public final class Notebook {
    private static final int SHOWN = 100; // numbers of an array; the rest would only make the file large
    private static final int LONGEST = 20_000; // characters of a text; the rest would only make the notebook's file large
    private static Optional<Kernel> kernel = Optional.empty(); // outside a kernel and before install

    private Notebook() { }

    /** Teaches the running kernel to show figures, tables and arrays; false in plain Java. */
    public static synchronized boolean install() {
        if (kernel.isEmpty()) {
            kernel = Kernel.running();
            kernel.ifPresent(Notebook::teach);
        }
        return kernel.isPresent();
    }

    private static void teach(Kernel kernel) {
        Locale.setDefault(Locale.ROOT); // of the kernel alone: numbers and names are the same in every country
        kernel.register(Figure.class, PlotlyJson.MIME, figure -> bundle((Figure) figure));
        kernel.register(Class.class, "text/html", Card::of); // as in Trainer.class
        Card.ALL.keySet().forEach(type -> kernel.register(type, "text/html", Card::of));
        kernel.register(Table.class, "text/html", table -> Map.of("text/html", TableHtml.of((Table) table),
            "text/plain", table.toString()));
        Stream.of(double[].class, float[].class, int[].class, double[][].class, int[][].class, Object[].class, Object.class,
            CharSequence.class).forEach(type -> kernel.register(type, "text/plain", v -> Map.of("text/plain", text(v))));
    }

    /** Shows HTML in the running cell; prints the text outside a kernel. */
    public static void show(String html, String text) {
        if (install()) {
            kernel.get().show(UUID.randomUUID().toString(), Map.of("text/html", html, "text/plain", text));
        } else {
            System.out.println(text);
        }
    }

    /** A progress listener that draws a bar, the loss and the time left into the cell that is training. */
    public static LiveProgress progress(String title) {
        install();
        return new LiveProgress(title, kernel, System::nanoTime);
    }

    /** Whether long cells run in full; false when the environment has REALNVP_QUICK=1, as repeated tests do. */
    public static boolean full() { return !"1".equals(System.getenv("REALNVP_QUICK")); }

    /** The text a value has where it cannot be drawn. */
    static String text(Object value) {
        if (value == null || !value.getClass().isArray()) {
            String text = value instanceof Figure figure ? PlotlyFigure.of(figure).toString() : "" + value;
            return text.length() <= LONGEST ? text
                : text.substring(0, LONGEST) + " … %,d more characters".formatted(text.length() - LONGEST);
        }
        int length = Array.getLength(value);
        return IntStream.range(0, Math.min(length, SHOWN)).mapToObj(i -> text(Array.get(value, i))).collect(
            Collectors.joining(", ", "[", length > SHOWN ? ", … %,d more]".formatted(length - SHOWN) : "]"));
    }

    static Map<String, Object> bundle(Figure figure) {
        return Map.of(PlotlyJson.MIME, PlotlyJson.of(figure), "text/plain", text(figure));
    }
}
