package realnvp.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.Trace;

/**
 * Several figures side by side in one: each keeps its axes and its title. Heatmaps whose colour bars have the same
 * name share one colour range and one bar; entries of the same name share one place in the legend.
 */
public final class Panels {
    private static final int WIDEST = 900; // px: what a notebook column holds beside the file browser
    private static final int TICKS = 38;   // px between panels
    private static final int NAME = 24;    // more, where the axis between them has a name of its own
    private static final int SUBTITLE = 26;

    private Panels() { }

    /** All figures in one row. */
    public static PlotlyFigure row(String title, Figure... figures) {
        return grid(title, figures.length, figures);
    }

    /** The figures row by row, so many in each. */
    public static PlotlyFigure grid(String title, int columns, Figure... figures) {
        if (figures.length == 0 || columns < 1) {
            throw new IllegalArgumentException("panels need at least 1 figure and 1 column, got %d and %d"
                .formatted(figures.length, columns));
        }
        List<Map<String, Object>> layouts = Stream.of(figures).map(PlotlyJson::layout).toList();
        int rows = (figures.length + columns - 1) / columns;
        int bars = (int) Stream.of(figures).flatMap(f -> PlotlyJson.traces(f).stream())
            .map(t -> text(t, "colorbar", "title", "text")).filter(name -> !name.isEmpty()).distinct().count();
        int gapX = TICKS + (sameAsNext(layouts, "yaxis", 1) ? 0 : NAME);
        int gapY = TICKS + SUBTITLE + (sameAsNext(layouts, "xaxis", columns) ? 0 : NAME);
        int wished = layouts.stream().mapToInt(l -> Look.inner(l, "width", "l", "r")).max().getAsInt();
        int room = WIDEST - Look.LEFT - Look.RIGHT - bars * Look.COLOR_BAR;
        int width = Math.min(wished, (room - (columns - 1) * gapX) / columns);
        int height = layouts.stream().mapToInt(l -> Look.inner(l, "height", "t", "b")).max().getAsInt() * width / wished;
        Trace[] traces = Stream.of(figures).map(Figure::getTraces).flatMap(Stream::of).toArray(Trace[]::new);
        double allWidth = columns * width + (columns - 1) * gapX;
        double allHeight = rows * height + (rows - 1) * gapY;
        PlotlyFigure panels = Look.figure(title, null, null, (int) allWidth, (int) allHeight, traces);
        Look.widen(panels, "height", "t", SUBTITLE);

        List<Object> subtitles = new ArrayList<>();
        for (int i = 0, first = 0; i < figures.length; first += figures[i++].getTraces().length) {
            String id = i == 0 ? "" : String.valueOf(i + 1);
            double left = i % columns * (width + gapX) / allWidth;
            double right = left + width / allWidth;
            double top = 1 - i / columns * (height + gapY) / allHeight;
            double bottom = Math.max(0, top - height / allHeight);
            Map<String, Object> x = map(layouts.get(i).get("xaxis"));
            Map<String, Object> y = map(layouts.get(i).get("yaxis"));
            x.putAll(Map.of("domain", List.of(left, Math.min(1, right)), "anchor", "y" + id));
            y.putAll(Map.of("domain", List.of(bottom, top), "anchor", "x" + id));
            y.computeIfPresent("scaleanchor", (key, anchor) -> "x" + id);
            if (gapX == TICKS && i % columns > 0) {
                y.remove("title"); // the first panel of the row says it
            }
            if (gapY == TICKS + SUBTITLE && i + columns < figures.length) {
                x.remove("title"); // the panel below says it
            }
            panels.layout("xaxis" + id, x).layout("yaxis" + id, y);
            subtitles.add(Map.of("text", text(layouts.get(i), "title", "text"), "showarrow", false,
                "xref", "paper", "yref", "paper", "x", (left + right) / 2, "y", top, "xanchor", "center",
                "yanchor", "bottom", "font", Map.of("size", 14)));
            for (int t = 0; t < figures[i].getTraces().length; t++) {
                if (figures[i] instanceof PlotlyFigure patched) {
                    PlotlyJson.merge(panels.tracePatch(first + t), patched.tracePatch(t));
                }
                panels.trace(first + t, "xaxis", "x" + id).trace(first + t, "yaxis", "y" + id);
            }
        }
        shareColors(panels, allWidth);
        return shareLegend(panels).layout("annotations", subtitles);
    }

    private static void shareColors(PlotlyFigure panels, double plotWidth) {
        Map<String, List<Integer>> sharing = new LinkedHashMap<>(); // name of the colour bar to numbers of traces
        for (int t = 0; t < panels.getTraces().length; t++) {
            String name = text(panels.tracePatch(t), "colorbar", "title", "text");
            if (!name.isEmpty()) {
                sharing.computeIfAbsent(name, n -> new ArrayList<>()).add(t);
            }
        }
        int bars = 0;
        for (List<Integer> group : sharing.values()) {
            double low = group.stream().mapToDouble(t -> number(panels.tracePatch(t), "zmin")).min().getAsDouble();
            double high = group.stream().mapToDouble(t -> number(panels.tracePatch(t), "zmax")).max().getAsDouble();
            group.forEach(t -> panels.trace(t, "zmin", low).trace(t, "zmax", high).trace(t, "showscale", false));
            panels.trace(group.get(0), "showscale", true)
                .trace(group.get(0), "colorbar.x", 1 + (8 + Look.COLOR_BAR * bars++) / plotWidth);
            Look.widen(panels, "width", "r", Look.COLOR_BAR);
        }
    }

    private static PlotlyFigure shareLegend(PlotlyFigure panels) {
        Set<String> names = new LinkedHashSet<>();
        Trace[] traces = panels.getTraces();
        for (int t = 0; t < traces.length; t++) {
            if (Look.isNamed(traces[t])) {
                panels.trace(t, "legendgroup", traces[t].name()).trace(t, "showlegend", names.add(traces[t].name()));
            }
        }
        return names.isEmpty() ? panels : Look.withLegend(panels, List.copyOf(names));
    }

    private static double number(Map<String, Object> map, String key) {
        return ((Number) map.get(key)).doubleValue();
    }

    /** Whether every panel has the same name on this axis as the one after it, or below it. */
    private static boolean sameAsNext(List<Map<String, Object>> layouts, String axis, int next) {
        return IntStream.range(next, layouts.size()).allMatch(i ->
            text(layouts.get(i), axis, "title", "text").equals(text(layouts.get(i - next), axis, "title", "text")));
    }

    private static String text(Object map, String... path) {
        for (String key : path) {
            map = map instanceof Map<?, ?> m ? m.get(key) : null;
        }
        return map == null ? "" : map.toString();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? new LinkedHashMap<>() : new LinkedHashMap<>((Map<String, Object>) value);
    }
}
