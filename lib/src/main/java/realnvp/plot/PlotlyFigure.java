package realnvp.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import realnvp.autodiff.Matrix;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.Trace;

/**
 * A figure whose every attribute can be set, also those that Tablesaw's builders do not know: colour scales, contour
 * levels, equal aspect, frames. A path is plotly's own name of an attribute, as in {@code layout("xaxis.title.text",
 * "time")} or {@code trace(0, "colorscale", "Cividis")}; plotly's figure reference lists them all.
 */
public final class PlotlyFigure extends Figure {
    private static final Map<String, Object> LOGARITHMIC = Map.of("type", "log", "exponentformat", "power");

    final List<Map<String, Object>> data = new ArrayList<>(); // the traces
    final Map<String, Object> layout = new LinkedHashMap<>();
    final List<Map<String, Object>> frames = new ArrayList<>(); // of an animation, each {name, data, layout}

    /** A copy of any Tablesaw figure. */
    public static PlotlyFigure of(Figure figure) {
        PlotlyFigure copy = new PlotlyFigure();
        copy.setConfig(figure.getConfig());
        if (figure instanceof PlotlyFigure other) {
            other.layout.forEach(copy::layout);
            other.data.forEach(copy::add);
            copy.frames.addAll(other.frames);
            return copy;
        }
        PlotlyJson.layout(figure).forEach(copy::layout);
        return copy.plus(figure.getTraces());
    }

    /** A copy of this figure with more traces, drawn over the others. */
    public PlotlyFigure plus(Trace... more) {
        PlotlyFigure copy = of(this);
        Stream.of(more).map(PlotlyJson::trace).forEach(trace -> PlotlyJson.separateNames(copy.add(trace), trace));
        return copy;
    }

    /** Sets one attribute of trace number index, counted from 0, and returns this figure. */
    public PlotlyFigure trace(int index, String path, Object value) {
        if (index < 0 || index >= data.size()) {
            throw new IllegalArgumentException("trace must be 0 to %d, got %d".formatted(data.size() - 1, index));
        }
        PlotlyJson.set(data.get(index), path, value);
        return this;
    }

    /** Sets one attribute of the layout and returns this figure. */
    public PlotlyFigure layout(String path, Object value) {
        PlotlyJson.set(layout, path, value);
        return this;
    }

    /** Makes the horizontal axis logarithmic and returns this figure. */
    public PlotlyFigure logX() { return layout("xaxis", LOGARITHMIC); }

    /** Makes the vertical axis logarithmic and returns this figure. */
    public PlotlyFigure logY() { return layout("yaxis", LOGARITHMIC); }

    /** Draws a trace over the others: its attributes by their paths. */
    PlotlyFigure add(Map<String, Object> trace) {
        data.add(new LinkedHashMap<>(Map.of("name", ""))); // else plotly calls it "trace 0"
        if (trace.getOrDefault("name", "").equals("")) {
            last("showlegend", false); // else plotly keeps an empty place for it
        }
        trace.forEach(this::last);
        return this;
    }

    /** A line through the places in two arrays of numbers. */
    PlotlyFigure line(String name, Object x, Object y, String color, double width) {
        return add(Map.of("type", "scatter", "mode", "lines", "name", name, "x", x, "y", y,
            "line", Map.of("color", color, "width", width)));
    }

    /** A line through every so many rows of the points (n,2), the pen lifted between them. */
    PlotlyFigure lines(String name, Matrix points, int each, String color, double width) {
        double[][] xy = new double[2][points.rows / each * (each + 1)];
        for (int i = 0; i < xy[0].length; i++) {
            int gaps = i / (each + 1); // before this place
            boolean gap = i % (each + 1) == each;
            xy[0][i] = gap ? Double.NaN : points.get(i - gaps, 0);
            xy[1][i] = gap ? Double.NaN : points.get(i - gaps, 1);
        }
        return line(name, xy[0], xy[1], color, width);
    }

    PlotlyFigure markers(String name, Object x, Object y, String color, double size, double opacity) {
        return add(Map.of("type", "scatter", "mode", "markers", "name", name, "x", x, "y", y, "opacity", opacity,
            "marker", Map.of("color", color, "size", size)));
    }

    /** Sets one attribute of the trace that was added last. */
    PlotlyFigure last(String path, Object value) { return trace(data.size() - 1, path, value); }

    /** The attribute of the layout at the path, null where it is not set. */
    Object layout(String path) { return PlotlyJson.at(layout, path); }

    @Override
    public String toString() {
        Object title = layout("title.text");
        return "Figure%s with %d traces".formatted(title == null ? "" : " \"" + title + '"', data.size());
    }
}
