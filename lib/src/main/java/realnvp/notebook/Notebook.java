package realnvp.notebook;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import realnvp.plot.PlotlyJson;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.components.Figure;

/**
 * What a notebook needs from its kernel: figures and tables that draw themselves, several outputs in a cell,
 * live progress. JupyterLab itself draws every Tablesaw figure as an interactive graph, with no network.
 */
public final class Notebook {
    static {
        // Tablesaw logs through SLF4J, which would greet the student with three lines on stderr.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
    }

    private static Kernel kernel; // null outside a kernel and before install

    private Notebook() { }

    /** Teaches the running kernel to show figures, tables and arrays; false in plain Java. */
    public static synchronized boolean install() {
        if (kernel == null) {
            Optional<Kernel> running = Kernel.running();
            running.ifPresent(k -> {
                k.register(Figure.class, PlotlyJson.MIME, f -> bundle((Figure) f));
                k.register(Class.class, "text/html", Card::of); // as in Trainer.class
                Card.ALL.keySet().forEach(type -> k.register(type, "text/html", Card::of));
                k.register(Table.class, "text/html", t -> Map.of("text/html", TableHtml.of((Table) t),
                    "text/plain", t.toString()));
                Stream.of(double[].class, float[].class, int[].class, double[][].class, int[][].class,
                    Object[].class).forEach(
                        array -> k.register(array, "text/plain", a -> Map.of("text/plain", text(a))));
            });
            kernel = running.orElse(null);
        }
        return kernel != null;
    }

    /** Shows a figure, a table or any other value in the running cell; prints it as text outside a kernel. */
    public static void show(Object value) {
        if (install()) {
            kernel.show(value);
        } else {
            System.out.println(text(value));
        }
    }

    /** Shows HTML in the running cell; prints the text outside a kernel. */
    public static void show(String html, String text) {
        if (install()) {
            kernel.show(UUID.randomUUID().toString(), Map.of("text/html", html, "text/plain", text));
        } else {
            System.out.println(text);
        }
    }

    /** A progress listener that draws a bar, the loss and the time left into the cell that is training. */
    public static LiveProgress progress(String title) {
        install();
        return new LiveProgress(title, Optional.ofNullable(kernel));
    }

    /** Whether long cells run in full; false when the environment has REALNVP_QUICK=1, as repeated tests do. */
    public static boolean full() { return !"1".equals(System.getenv("REALNVP_QUICK")); }

    /** The text a value has where it cannot be drawn. */
    static String text(Object value) {
        if (value instanceof Figure figure) {
            String title = figure.getLayout() == null ? "" : " \"" + figure.getLayout().getTitle() + '"';
            return "Figure%s with %d traces".formatted(title, figure.getTraces().length);
        }
        String all = Arrays.deepToString(new Object[] {value});
        return all.substring(1, all.length() - 1);
    }

    static Map<String, Object> bundle(Figure figure) {
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put(PlotlyJson.MIME, PlotlyJson.packed(figure));
        bundle.put("text/plain", text(figure));
        return bundle;
    }
}
