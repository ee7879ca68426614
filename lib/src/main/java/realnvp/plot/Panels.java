package realnvp.plot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.plotly.components.Figure;

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
        List<PlotlyFigure> parts = Stream.of(figures).map(PlotlyFigure::of).toList();
        int rows = (parts.size() + columns - 1) / columns;
        boolean sameY = sameAsNext(parts, "yaxis.title.text", 1);
        boolean sameX = sameAsNext(parts, "xaxis.title.text", columns);
        int gapX = TICKS + (sameY ? 0 : NAME);
        int gapY = TICKS + SUBTITLE + (sameX ? 0 : NAME);
        int wished = parts.stream().mapToInt(p -> Theme.inner(p, "width", "l", "r")).max().getAsInt();
        int room = WIDEST - Theme.LEFT - Theme.RIGHT - colorBars(parts).size() * Theme.COLOR_BAR;
        int width = Math.min(wished, (room - (columns - 1) * gapX) / columns);
        int tallest = parts.stream().mapToInt(p -> Theme.inner(p, "height", "t", "b")).max().getAsInt();
        int height = tallest * width / wished;
        int allWidth = columns * width + (columns - 1) * gapX;
        double allHeight = rows * height + (rows - 1) * gapY;
        PlotlyFigure panels = Theme.figure(title, "", "", allWidth, (int) allHeight);
        Theme.widen(panels, "height", "t", SUBTITLE);

        List<Object> subtitles = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            PlotlyFigure part = parts.get(i);
            String id = i == 0 ? "" : String.valueOf(i + 1);
            double left = (double) (i % columns * (width + gapX)) / allWidth;
            double right = Math.min(1, left + (double) width / allWidth);
            double top = 1 - i / columns * (height + gapY) / allHeight;
            double bottom = Math.max(0, top - height / allHeight);
            part.layout("xaxis.domain", List.of(left, right)).layout("xaxis.anchor", "y" + id)
                .layout("yaxis.domain", List.of(bottom, top)).layout("yaxis.anchor", "x" + id);
            if (part.layout("yaxis.scaleanchor") != null) {
                part.layout("yaxis.scaleanchor", "x" + id);
            }
            if (sameY && i % columns > 0) {
                part.layout("yaxis.title.text", ""); // the first panel of the row says it
            }
            if (sameX && i + columns < parts.size()) {
                part.layout("xaxis.title.text", ""); // the panel below says it
            }
            part.data.forEach(trace -> trace.putAll(Map.of("xaxis", "x" + id, "yaxis", "y" + id)));
            part.data.forEach(panels::add);
            panels.layout.putAll(Map.of("xaxis" + id, part.layout("xaxis"), "yaxis" + id, part.layout("yaxis")));
            subtitles.add(Map.of("text", Objects.toString(part.layout("title.text"), ""), "font", Map.of("size", 14),
                "showarrow", false, "xref", "paper", "x", (left + right) / 2, "xanchor", "center",
                "yref", "paper", "y", top, "yanchor", "bottom"));
        }
        int bars = 0;
        for (List<Map<String, Object>> sharing : colorBars(List.of(panels)).values()) {
            shareColors(sharing, 1 + (8.0 + Theme.COLOR_BAR * bars++) / allWidth);
        }
        Theme.widen(panels, "width", "r", Theme.COLOR_BAR * bars);
        return shareLegend(panels).layout("annotations", subtitles);
    }

    /** The names of the colour bars, each with its traces. */
    private static Map<String, List<Map<String, Object>>> colorBars(List<PlotlyFigure> figures) {
        Map<String, List<Map<String, Object>>> bars = figures.stream().flatMap(figure -> figure.data.stream())
            .collect(Collectors.groupingBy(trace -> Objects.toString(PlotlyJson.at(trace, "colorbar.title.text"), ""),
                LinkedHashMap::new, Collectors.toList()));
        bars.remove("");
        return bars;
    }

    private static void shareColors(List<Map<String, Object>> traces, double x) {
        double low = traces.stream().mapToDouble(t -> ((Number) t.get("zmin")).doubleValue()).min().getAsDouble();
        double high = traces.stream().mapToDouble(t -> ((Number) t.get("zmax")).doubleValue()).max().getAsDouble();
        traces.forEach(trace -> trace.putAll(Map.of("zmin", low, "zmax", high, "showscale", trace == traces.get(0))));
        PlotlyJson.set(traces.get(0), "colorbar.x", x);
    }

    private static PlotlyFigure shareLegend(PlotlyFigure panels) {
        Set<Object> names = new HashSet<>();
        panels.data.forEach(trace -> trace.putAll(Map.of("legendgroup", trace.get("name"),
            "showlegend", !trace.get("name").equals("") && names.add(trace.get("name")))));
        return names.isEmpty() ? panels : Theme.withLegend(panels);
    }

    /** Whether every panel has the same text at the path as the next one: to the right, or below. */
    private static boolean sameAsNext(List<PlotlyFigure> parts, String path, int next) {
        return IntStream.range(next, parts.size()).allMatch(
            i -> Objects.equals(parts.get(i).layout(path), parts.get(i - next).layout(path)));
    }
}
