package realnvp.plot;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.components.Line;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.Trace;

/** The one look of all figures: colours that colour-blind readers can tell apart, sizes, margins, legends. */
final class Theme {
    /** Okabe and Ito (2008), in the order in which curves and classes take them. */
    static final String[] COLORS = {"#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000"};
    static final String PALE = "#9fc5e8";
    static final int TOP = 46; // margins in px
    static final int BOTTOM = 58;
    static final int LEFT = 68;
    static final int RIGHT = 24;
    static final int COLOR_BAR = 86;

    private static final Map<String, Object> AXIS = Map.of("gridcolor", "#e8e8e8", "zeroline", false,
        "showline", true, "linecolor", "#888", "mirror", true, "ticks", "outside",
        "title", Map.of("standoff", 8));

    private Theme() { }

    /** Title, axis names, margins and fonts around a plot of the given size in px. */
    static PlotlyFigure figure(String title, Axis x, Axis y, int plotWidth, int plotHeight, Trace... traces) {
        Layout layout = Layout.builder(title).xAxis(x).yAxis(y).showLegend(false).build();
        return new PlotlyFigure(layout, traces)
            .layout("xaxis", AXIS).layout("yaxis", AXIS)
            .layout("width", LEFT + plotWidth + RIGHT).layout("height", TOP + plotHeight + BOTTOM)
            .layout("margin", Map.of("l", LEFT, "r", RIGHT, "t", TOP, "b", BOTTOM))
            .layout("font", Map.of("size", 13, "color", "#222222"))
            .layout("title", Map.of("font", Map.of("size", 16), "xref", "paper", "x", 0.5));
    }

    /** A figure with free aspect: curves, bars, losses. */
    static PlotlyFigure chart(String title, String xName, String yName, Trace... traces) {
        Axis x = Axis.builder().title(xName).build();
        Axis y = Axis.builder().title(yName).build();
        return figure(title, x, y, 600, 320, traces).layout("yaxis.automargin", true);
    }

    /** Adds a legend in a strip of its own below the axis name, where it covers nothing. */
    static PlotlyFigure withLegend(PlotlyFigure figure) {
        Stream<Trace> named = Stream.of(figure.getTraces()).filter(Theme::isNamed);
        return withLegend(figure, named.map(Trace::name).toList());
    }

    static PlotlyFigure withLegend(PlotlyFigure figure, Collection<String> names) {
        int entry = 55 + 7 * names.stream().mapToInt(String::length).max().orElse(0); // px, about
        int columns = Math.max(1, pixels(figure.layoutPatch(), "width") / entry);
        int rows = (names.size() + columns - 1) / columns;
        return widen(figure, "height", "b", 14 + 20 * rows).layout("showlegend", true)
            .layout("legend", Map.of("orientation", "h", "yref", "container", "y", 0.01, "yanchor", "bottom",
                "x", 0.5, "xanchor", "center", "itemsizing", "constant"));
    }

    /** A named colour bar to the right of the plot for trace number index. */
    static PlotlyFigure withColorBar(PlotlyFigure figure, int index, String name) {
        return widen(figure, "width", "r", COLOR_BAR).trace(index, "showscale", true)
            .trace(index, "colorbar", Map.of("title", Map.of("text", name, "side", "right"), "thickness", 14,
                "len", 1, "outlinewidth", 0));
    }

    /** Only named traces stand in a legend; Trace.showLegend() itself throws where it was not set. */
    static boolean isNamed(Trace trace) {
        return trace.name() != null && !trace.name().isEmpty();
    }

    /** Makes the figure larger by some px on one side ("r", "b", "t"), all of it margin. */
    static PlotlyFigure widen(PlotlyFigure figure, String size, String side, int px) {
        Map<String, Object> layout = PlotlyJson.layout(figure);
        return figure.layout(size, pixels(layout, size) + px)
            .layout("margin." + side, pixels(layout, "margin", side) + px);
    }

    /** A size in the layout, or plotly's usual one where the layout says nothing. */
    static int pixels(Map<?, ?> layout, String... path) {
        Object value = layout;
        for (String key : path) {
            value = value instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return value instanceof Number number ? number.intValue()
            : path.length > 1 ? 80 : path[0].equals("width") ? 700 : 450;
    }

    /** Width or height of the plot alone. */
    static int inner(Map<?, ?> layout, String size, String before, String after) {
        return pixels(layout, size) - pixels(layout, "margin", before) - pixels(layout, "margin", after);
    }

    static Trace markers(String name, double[] x, double[] y, String color, double size, double opacity) {
        return ScatterTrace.builder(x, y).name(name).mode(ScatterTrace.Mode.MARKERS).opacity(opacity)
            .marker(Marker.builder().color(color).size(size).build()).build();
    }

    static Trace line(String name, double[] x, double[] y, String color, double width, Line.Dash dash) {
        return ScatterTrace.builder(x, y).name(name).mode(ScatterTrace.Mode.LINE)
            .line(Line.builder().color(color).width(width).dash(dash).build()).build();
    }
}
