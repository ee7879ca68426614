package realnvp.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tech.tablesaw.plotly.components.Figure;

/** A figure with a slider and Play; it holds all its frames, so it plays with the kernel stopped. */
public final class Animation {
    private static final int CONTROLS = 84; // px below the plot
    private static final int BUTTONS = 130;
    private static final int SLOWEST = 350; // milliseconds for each frame
    private static final int FASTEST = 100;
    private static final int ALL = 8000;
    private static final Set<String> FIXED = Set.of("width", "height", "margin", "legend"); // the controls stay

    private Animation() { }

    /**
     * Shows one of the frames at a time; the first one gives axes and legend. A frame holds only what differs
     * between frames.
     *
     * @param label  what the names of the frames count: "step", "layers"
     * @param frames name to figure, in order, each with as many traces as the first; a density weighs 100 kB
     */
    public static PlotlyFigure of(String label, Map<String, ? extends Figure> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("an animation needs at least 1 frame, got 0");
        }
        PlotlyFigure animation = PlotlyFigure.of(frames.values().iterator().next());
        animation.frames().clear();
        int traces = animation.data().size();
        frames.forEach((name, figure) -> {
            if (figure.getTraces().length != traces) {
                throw new IllegalArgumentException("all frames need %d traces like the first, but %s has %d"
                    .formatted(traces, name, figure.getTraces().length));
            }
        });
        List<List<Map<String, Object>>> all = frames.values().stream().map(PlotlyJson::data).toList();
        Map<Integer, List<Map<String, Object>>> moving = new LinkedHashMap<>(); // by trace, a change for each frame
        IntStream.range(0, traces).forEach(
            t -> moving.put(t, differing(all.stream().map(frame -> frame.get(t)).toList())));
        moving.values().removeIf(changes -> changes.get(0).isEmpty());
        List<Map<String, Object>> layouts = differing(frames.values().stream().map(PlotlyJson::layout).toList());
        layouts.forEach(layout -> layout.keySet().removeAll(FIXED));
        List<Object> steps = new ArrayList<>();
        for (String name : frames.keySet()) {
            int frame = steps.size();
            animation.frames().add(Map.of("name", name, "layout", layouts.get(frame),
                "traces", List.copyOf(moving.keySet()),
                "data", moving.values().stream().map(changes -> PlotlyJson.packed(changes.get(frame))).toList()));
            steps.add(animate(name, List.of(name), 0));
        }
        return withControls(animation, label, steps);
    }

    private static PlotlyFigure withControls(PlotlyFigure animation, String label, List<Object> steps) {
        double y = (double) -Theme.BOTTOM / Theme.inner(animation, "height", "t", "b");
        double x = (double) BUTTONS / Theme.inner(animation, "width", "l", "r");
        int milliseconds = Math.max(FASTEST, Math.min(SLOWEST, ALL / steps.size()));
        Map<String, Object> slider = Map.of("steps", steps, "x", x, "len", 1 - x, "y", y,
            "pad", Map.of("t", 4), "currentvalue", Map.of("prefix", label + " "));
        List<Object> playAndPause = List.of(animate("▶ Play", null, milliseconds),
            animate("❚❚", Arrays.asList((Object) null), 0));
        Map<String, Object> buttons = Map.of("type", "buttons", "direction", "left", "showactive", false,
            "buttons", playAndPause, "x", 0, "xanchor", "left", "y", y, "yanchor", "top", "pad", Map.of("t", 24));
        return Theme.widen(animation, "height", "b", CONTROLS)
            .layout("sliders", List.of(slider)).layout("updatemenus", List.of(buttons));
    }

    /** A button, or a place of the slider: it shows these frames, all of them where they are null. */
    private static Map<String, Object> animate(String label, List<?> frames, int milliseconds) {
        Map<String, Object> timing = Map.of("mode", "immediate", "fromcurrent", true,
            "transition", Map.of("duration", 0), "frame", Map.of("duration", milliseconds, "redraw", true));
        return Map.of("label", label, "method", "animate", "args", Arrays.asList(frames, timing));
    }

    /** Of each map those entries that are not the same in all of them. */
    private static List<Map<String, Object>> differing(List<Map<String, Object>> maps) {
        List<String> keys = maps.stream().flatMap(map -> map.keySet().stream()).distinct()
            .filter(key -> maps.stream().map(map -> map.get(key)).distinct().count() > 1).toList();
        return maps.stream().map(map -> {
            Map<String, Object> changes = new LinkedHashMap<>();
            keys.forEach(key -> changes.put(key, map.get(key)));
            return changes;
        }).toList();
    }
}
