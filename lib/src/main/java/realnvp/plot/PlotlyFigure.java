package realnvp.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.Trace;

/**
 * A Tablesaw figure plus what Tablesaw's builders cannot say: colour scales, contour levels, equal aspect,
 * frames. A path is plotly's own name of an attribute, as in {@code layout("xaxis.title.text", "time")} or
 * {@code trace(0, "colorscale", "Cividis")}; plotly's figure reference lists them all.
 */
public class PlotlyFigure extends Figure {
    private static final Map<String, Object> LOGARITHMIC = Map.of("type", "log", "exponentformat", "power");

    private final List<Map<String, Object>> tracePatches = new ArrayList<>();
    private final Map<String, Object> layoutPatch = new LinkedHashMap<>();
    private final List<Map<String, Object>> frames = new ArrayList<>();

    public PlotlyFigure(Layout layout, Trace... traces) {
        super(layout, traces);
        Stream.of(traces).forEach(trace -> tracePatches.add(new LinkedHashMap<>()));
    }

    /** A copy of the figure with more traces drawn over it; patches are kept. Takes any Tablesaw figure. */
    public static PlotlyFigure of(Figure figure, Trace... more) {
        PlotlyFigure copy = new PlotlyFigure(figure.getLayout(),
            Stream.of(figure.getTraces(), more).flatMap(Stream::of).toArray(Trace[]::new));
        copy.setConfig(figure.getConfig());
        if (figure instanceof PlotlyFigure patched) {
            PlotlyJson.merge(copy.layoutPatch, patched.layoutPatch);
            for (int i = 0; i < patched.tracePatches.size(); i++) {
                PlotlyJson.merge(copy.tracePatches.get(i), patched.tracePatches.get(i));
            }
            copy.frames.addAll(patched.frames);
        }
        return copy;
    }

    /** A copy of this figure with more traces, drawn over the others. */
    public PlotlyFigure plus(Trace... more) {
        return of(this, more);
    }

    /** Sets one attribute of trace number index, counted from 0, and returns this figure. */
    public PlotlyFigure trace(int index, String path, Object value) {
        if (index < 0 || index >= tracePatches.size()) {
            throw new IllegalArgumentException("trace must be 0 to %d, got %d"
                .formatted(tracePatches.size() - 1, index));
        }
        PlotlyJson.merge(tracePatches.get(index), nested(path, value));
        return this;
    }

    /** Sets one attribute of the layout and returns this figure. */
    public PlotlyFigure layout(String path, Object value) {
        PlotlyJson.merge(layoutPatch, nested(path, value));
        return this;
    }

    /** Makes the horizontal axis logarithmic and returns this figure. */
    public PlotlyFigure logX() { return layout("xaxis", LOGARITHMIC); }

    /** Makes the vertical axis logarithmic and returns this figure. */
    public PlotlyFigure logY() { return layout("yaxis", LOGARITHMIC); }

    Map<String, Object> tracePatch(int index) {
        return tracePatches.get(index);
    }

    Map<String, Object> layoutPatch() { return layoutPatch; }

    /** What an animation shows: one {name, data, layout} after the other. */
    List<Map<String, Object>> frames() { return frames; }

    /** "a.b.c" and a value as {a: {b: {c: value}}}. */
    private static Map<String, Object> nested(String path, Object value) {
        int dot = path.indexOf('.');
        Map<String, Object> map = new LinkedHashMap<>(); // Map.of would refuse null
        map.put(dot < 0 ? path : path.substring(0, dot), dot < 0 ? value : nested(path.substring(dot + 1), value));
        return map;
    }
}
