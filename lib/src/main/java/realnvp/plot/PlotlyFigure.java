package realnvp.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import realnvp.autodiff.Matrix;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.components.Line;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.Trace;

/**
 * A Tablesaw figure whose every attribute can be set, also those that Tablesaw's builders do not know: colour scales,
 * contour levels, equal aspect, frames. A path is plotly's own name of an attribute, as in
 * {@code layout("xaxis.title.text", "time")} or {@code trace(0, "colorscale", "Cividis")}; plotly's figure reference
 * lists them all.
 */
public class PlotlyFigure extends Figure {
    private static final Map<String, Object> LOGARITHMIC = Map.of("type", "log", "exponentformat", "power");

    private final List<Map<String, Object>> data = new ArrayList<>();
    private final Map<String, Object> layout;
    private final List<Map<String, Object>> frames = new ArrayList<>();

    /** A figure of Tablesaw's layout and traces. */
    public PlotlyFigure(Layout layout, Trace... traces) {
        super(layout);
        this.layout = PlotlyJson.layout(new Figure(layout));
        add(traces);
    }

    /** A copy of any Tablesaw figure. */
    public static PlotlyFigure of(Figure figure) {
        PlotlyFigure copy = new PlotlyFigure(figure.getLayout());
        copy.setConfig(figure.getConfig());
        PlotlyJson.layout(figure).forEach(copy::layout);
        copy.frames.addAll(figure instanceof PlotlyFigure other ? other.frames : List.of());
        return copy.add(figure);
    }

    /** A copy of this figure with more traces, drawn over the others. */
    public PlotlyFigure plus(Trace... more) {
        return of(this).add(more);
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

    /** Draws the traces of another figure over those of this one. */
    PlotlyFigure add(Figure other) {
        setTraces(Stream.of(getTraces(), other.getTraces()).flatMap(Stream::of).toArray(Trace[]::new));
        PlotlyJson.data(other).forEach(trace -> data.add(PlotlyJson.copy(trace)));
        return this;
    }

    PlotlyFigure add(Trace... traces) { return add(new Figure(traces)); }

    PlotlyFigure line(String name, double[] x, double[] y, String color, double width) {
        return add(ScatterTrace.builder(x, y).name(name).mode(ScatterTrace.Mode.LINE)
            .line(Line.builder().color(color).width(width).build()).build());
    }

    /** A line through every so many rows of the points (n,2), the pen lifted between them. */
    PlotlyFigure lines(String name, Matrix points, int each, String color, double width) {
        double[][] xy = new double[2][points.rows / each * (each + 1)];
        for (int i = 0; i < xy[0].length; i++) {
            int along = i % (each + 1);
            for (int c = 0; c < 2; c++) {
                xy[c][i] = along == each ? Double.NaN : points.get(i / (each + 1) * each + along, c);
            }
        }
        return line(name, xy[0], xy[1], color, width);
    }

    PlotlyFigure markers(String name, double[] x, double[] y, String color, double size, double opacity) {
        return add(ScatterTrace.builder(x, y).name(name).mode(ScatterTrace.Mode.MARKERS).opacity(opacity)
            .marker(Marker.builder().color(color).size(size).build()).build());
    }

    /** Sets one attribute of the trace that was added last. */
    PlotlyFigure last(String path, Object value) { return trace(data.size() - 1, path, value); }

    /** The attribute of the layout at the path, null where it is not set. */
    Object layout(String path) { return PlotlyJson.at(layout, path); }

    List<Map<String, Object>> data() { return data; }

    Map<String, Object> layout() { return layout; }

    /** What an animation shows: one {name, data, layout} after the other. */
    List<Map<String, Object>> frames() { return frames; }
}
