package realnvp.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.Trace;

/**
 * A Tablesaw figure plus what Tablesaw's builders cannot say (colour scale, contour levels, equal aspect, frames).
 * A path is plotly's own name of an attribute: {@code figure.layout("xaxis.title.text", "time")} or
 * {@code figure.trace(0, "colorscale", "Cividis")}; plotly's figure reference lists them all.
 */
public class PlotlyFigure extends Figure {
    private final List<Map<String, Object>> tracePatches = new ArrayList<>();
    private final Map<String, Object> layoutPatch = new LinkedHashMap<>();
    private final List<Map<String, Object>> frames = new ArrayList<>();

    public PlotlyFigure(Layout layout, Trace... traces) {
        super(layout, traces);
        for (int i = 0; i < traces.length; i++) {
            tracePatches.add(new LinkedHashMap<>());
        }
    }

    /** A copy of the figure that takes patches; those it has are kept. */
    public static PlotlyFigure of(Figure figure) {
        PlotlyFigure copy = new PlotlyFigure(figure.getLayout(), figure.getTraces());
        copy.setConfig(figure.getConfig());
        if (figure instanceof PlotlyFigure patched) {
            PlotlyJson.merge(copy.layoutPatch, patched.layoutPatch);
            for (int i = 0; i < copy.tracePatches.size(); i++) {
                PlotlyJson.merge(copy.tracePatches.get(i), patched.tracePatches.get(i));
            }
            copy.frames.addAll(patched.frames);
        }
        return copy;
    }

    /** A copy of this figure with more traces, drawn over the others. */
    public PlotlyFigure plus(Trace... more) {
        PlotlyFigure copy = of(this);
        copy.setTraces(Stream.of(getTraces(), more).flatMap(Arrays::stream).toArray(Trace[]::new));
        for (int i = 0; i < more.length; i++) {
            copy.tracePatches.add(new LinkedHashMap<>());
        }
        return copy;
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
    public PlotlyFigure logX() {
        return layout("xaxis.type", "log").layout("xaxis.dtick", 1).layout("xaxis.exponentformat", "power");
    }

    /** Makes the vertical axis logarithmic and returns this figure. */
    public PlotlyFigure logY() {
        return layout("yaxis.type", "log").layout("yaxis.dtick", 1).layout("yaxis.exponentformat", "power");
    }

    /** Adds one frame of an animation: the traces of the other figure, under a name. */
    PlotlyFigure frame(String name, Figure figure) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("name", name);
        frame.put("data", PlotlyJson.traces(figure));
        frames.add(frame);
        return this;
    }

    Map<String, Object> tracePatch(int index) {
        return tracePatches.get(index);
    }

    Map<String, Object> layoutPatch() {
        return layoutPatch;
    }

    List<Map<String, Object>> frames() {
        return frames;
    }

    private static Map<String, Object> nested(String path, Object value) {
        Object nested = value;
        String[] keys = path.split("\\.");
        for (int i = keys.length - 1; i >= 0; i--) {
            Map<String, Object> outer = new LinkedHashMap<>();
            outer.put(keys[i], nested);
            nested = outer;
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> map = (Map<String, Object>) nested;
        return map;
    }
}
