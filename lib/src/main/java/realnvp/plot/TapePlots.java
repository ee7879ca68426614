package realnvp.plot;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;

/** The operations behind a result as a graph. */
public final class TapePlots {
    private TapePlots() { }

    /**
     * Every operation as a circle with its value and its gradient g, for tensors of one number, or its shape. Values go
     * to the right: the column of a node is its longest path to the result. Inputs have the given names.
     */
    public static PlotlyFigure graph(String title, Tensor result, Map<Tensor, String> names) {
        Map<Tensor, Integer> columns = new LinkedHashMap<>();
        place(result, 0, columns);
        Map<Integer, Integer> filled = new LinkedHashMap<>();
        Map<Tensor, double[]> places = new LinkedHashMap<>();
        columns.forEach((node, column) -> places.put(node,
            new double[] {-column, 1 - filled.merge(column, 1, Integer::sum)}));
        int wide = filled.size();
        int high = Collections.max(filled.values());
        PlotlyFigure figure = Theme.figure(title, "", "", 160 * wide, 110 * high)
            .layout("xaxis", Map.of("visible", false, "range", List.of(0.5 - wide, 0.5)))
            .layout("yaxis", Map.of("visible", false, "range", List.of(0.5 - high, 0.5)))
            .layout("margin", Map.of("b", 10, "l", 10, "r", 10)).layout("hovermode", false);
        places.forEach((node, to) -> {
            for (Tensor parent : node.parents()) {
                double[] from = places.get(parent);
                figure.line("", new double[] {from[0], to[0]}, new double[] {from[1], to[1]}, "#999999", 1.5);
            }
        });
        double[] x = places.values().stream().mapToDouble(place -> place[0]).toArray();
        double[] y = places.values().stream().mapToDouble(place -> place[1]).toArray();
        return figure.markers("", x, y, "#cfe3f3", 74, 1).last("mode", "text+markers").last("marker.opacity", 1)
            .last("text", places.keySet().stream().map(node -> text(node, names)).toList());
    }

    /** Gives a node its column, unless it has one that lies further left, and then its parents theirs. */
    private static void place(Tensor node, int column, Map<Tensor, Integer> columns) {
        if (columns.getOrDefault(node, -1) < column) {
            columns.put(node, column);
            for (Tensor parent : node.parents()) {
                place(parent, column + 1, columns);
            }
        }
    }

    private static String text(Tensor node, Map<Tensor, String> names) {
        Matrix value = node.value();
        return "<b>%s</b><br>".formatted(names.getOrDefault(node, node.op())) + (value.rows * value.columns > 1
            ? value.shape() : String.format(Locale.ROOT, "%.3f<br>g %.3f", value.get(0, 0), node.gradient().get(0, 0)));
    }
}
