package realnvp.plot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.Trace;

/**
 * Several figures in one: each keeps its axes and its title. Heatmaps whose colour bars have the same name
 * share one range and one bar; traces of the same name share one entry of the legend.
 */
public final class Panels {
    private static final int WIDEST = 850; // px: fits beside the file browser of a window of 1300
    private static final int TICKS = 38;   // px between panels
    private static final int NAME = 36;    // more, where the axes between them have names of their own
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
        Trace[] traces = Stream.of(figures).map(Figure::getTraces).flatMap(Stream::of).toArray(Trace[]::new);
        Map<String, List<Integer>> bars = colorBars(figures);
        List<Map<String, Object>> layouts = Stream.of(figures).map(PlotlyJson::layout).toList();
        int rows = (figures.length + columns - 1) / columns;
        int gapX = TICKS + (sameAsNext(layouts, "yaxis", 1) ? 0 : NAME);
        int gapY = TICKS + SUBTITLE + (sameAsNext(layouts, "xaxis", columns) ? 0 : NAME);
        int wished = layouts.stream().mapToInt(l -> Theme.inner(l, "width", "l", "r")).max().getAsInt();
        int room = WIDEST - Theme.LEFT - Theme.RIGHT - bars.size() * Theme.COLOR_BAR;
        int width = Math.min(wished, (room - (columns - 1) * gapX) / columns);
        int tallest = layouts.stream().mapToInt(l -> Theme.inner(l, "height", "t", "b")).max().getAsInt();
        int height = tallest * width / wished;
        int allWidth = columns * width + (columns - 1) * gapX;
        double allHeight = rows * height + (rows - 1) * gapY;
        PlotlyFigure panels = Theme.figure(title, null, null, allWidth, (int) allHeight, traces);
        Theme.widen(panels, "height", "t", SUBTITLE);

        List<Object> subtitles = new ArrayList<>();
        for (int i = 0, first = 0; i < figures.length; first += figures[i++].getTraces().length) {
            String id = i == 0 ? "" : String.valueOf(i + 1);
            double left = (double) (i % columns * (width + gapX)) / allWidth;
            double right = Math.min(1, left + (double) width / allWidth);
            double top = 1 - i / columns * (height + gapY) / allHeight;
            double bottom = Math.max(0, top - height / allHeight);
            Map<String, Object> x = axis(layouts.get(i), "xaxis", left, right, "y" + id);
            Map<String, Object> y = axis(layouts.get(i), "yaxis", bottom, top, "x" + id);
            y.computeIfPresent("scaleanchor", (key, anchor) -> "x" + id);
            if (gapX == TICKS && i % columns > 0) {
                y.remove("title"); // the first panel of the row says it
            }
            if (gapY == TICKS + SUBTITLE && i + columns < figures.length) {
                x.remove("title"); // the panel below says it
            }
            panels.layout("xaxis" + id, x).layout("yaxis" + id, y);
            subtitles.add(Map.of("text", text(layouts.get(i), "title", "text"), "font", Map.of("size", 14),
                "showarrow", false, "xref", "paper", "x", (left + right) / 2, "xanchor", "center",
                "yref", "paper", "y", top, "yanchor", "bottom"));
            for (int t = 0; t < figures[i].getTraces().length; t++) {
                PlotlyJson.merge(panels.tracePatch(first + t), patch(figures[i], t));
                panels.trace(first + t, "xaxis", "x" + id).trace(first + t, "yaxis", "y" + id);
            }
        }
        int bar = 0;
        for (List<Integer> sharing : bars.values()) {
            shareColors(panels, sharing, 1 + (8.0 + Theme.COLOR_BAR * bar++) / allWidth);
        }
        return shareLegend(panels).layout("annotations", subtitles);
    }

    /** Names of the colour bars, each with the numbers of its traces. */
    private static Map<String, List<Integer>> colorBars(Figure... figures) {
        Map<String, List<Integer>> bars = new LinkedHashMap<>();
        int index = 0;
        for (Figure figure : figures) {
            for (int t = 0; t < figure.getTraces().length; t++, index++) {
                String name = text(patch(figure, t), "colorbar", "title", "text");
                if (!name.isEmpty()) {
                    bars.computeIfAbsent(name, n -> new ArrayList<>()).add(index);
                }
            }
        }
        return bars;
    }

    private static void shareColors(PlotlyFigure panels, List<Integer> traces, double x) {
        double low = traces.stream().mapToDouble(t -> limit(panels, t, "zmin")).min().getAsDouble();
        double high = traces.stream().mapToDouble(t -> limit(panels, t, "zmax")).max().getAsDouble();
        traces.forEach(t -> panels.trace(t, "zmin", low).trace(t, "zmax", high).trace(t, "showscale", false));
        panels.trace(traces.get(0), "showscale", true).trace(traces.get(0), "colorbar.x", x);
        Theme.widen(panels, "width", "r", Theme.COLOR_BAR);
    }

    private static double limit(PlotlyFigure panels, int trace, String key) {
        return ((Number) panels.tracePatch(trace).get(key)).doubleValue();
    }

    private static PlotlyFigure shareLegend(PlotlyFigure panels) {
        Set<String> names = new HashSet<>();
        for (int t = 0; t < panels.getTraces().length; t++) {
            String name = panels.getTraces()[t].name();
            boolean named = Theme.isNamed(panels.getTraces()[t]);
            panels.trace(t, "legendgroup", named ? name : "").trace(t, "showlegend", named && names.add(name));
        }
        return names.isEmpty() ? panels : Theme.withLegend(panels, names);
    }

    private static Map<String, Object> axis(Map<String, Object> layout, String name, double from, double to,
            String anchor) {
        Map<String, Object> axis = new LinkedHashMap<>();
        PlotlyJson.merge(axis, Map.of(name, layout.getOrDefault(name, Map.of())));
        PlotlyJson.merge(axis, Map.of(name, Map.of("domain", List.of(from, to), "anchor", anchor)));
        @SuppressWarnings("unchecked")
        Map<String, Object> inner = (Map<String, Object>) axis.get(name);
        return inner;
    }

    private static Map<String, Object> patch(Figure figure, int trace) {
        return figure instanceof PlotlyFigure patched ? patched.tracePatch(trace) : Map.of();
    }

    /** Whether every panel has the same name on this axis as the next one: to the right, or below. */
    private static boolean sameAsNext(List<Map<String, Object>> layouts, String axis, int next) {
        List<String> names = layouts.stream().map(l -> text(l, axis, "title", "text")).toList();
        return IntStream.range(next, names.size()).allMatch(i -> names.get(i).equals(names.get(i - next)));
    }

    private static String text(Object map, String... path) {
        for (String key : path) {
            map = map instanceof Map<?, ?> m ? m.get(key) : null;
        }
        return map == null ? "" : map.toString();
    }
}
