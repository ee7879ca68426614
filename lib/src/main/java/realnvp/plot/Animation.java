package realnvp.plot;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tech.tablesaw.plotly.components.Figure;

/** A figure with a slider and Play; it holds all its frames, so it plays with the kernel stopped. */
public final class Animation {
    private static final Set<String> FIXED = Set.of("width", "height", "margin", "legend"); // the controls stay

    private Animation() { }

    /**
     * Shows one of the frames at a time: name to figure, in order, each with as many traces as the first one, which
     * gives axes and legend. The label says what the names count, as "step". A density weighs 100 kB in a frame, and
     * nothing where it does not change.
     */
    public static PlotlyFigure of(String label, Map<String, ? extends Figure> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("an animation needs at least 1 frame, got 0");
        }
        List<PlotlyFigure> all = frames.values().stream().map(PlotlyFigure::of).toList();
        List<String> names = List.copyOf(frames.keySet());
        int traces = all.get(0).data.size();
        for (int k = 0; k < all.size(); k++) {
            if (all.get(k).data.size() != traces) {
                throw new IllegalArgumentException("all frames need %d traces like the first, but %s has %d"
                    .formatted(traces, names.get(k), all.get(k).data.size()));
            }
        }
        List<Map<String, Object>> layouts = differing(all.stream().map(figure -> figure.layout).toList());
        layouts.forEach(layout -> layout.keySet().removeAll(FIXED));
        List<List<Map<String, Object>>> changes = IntStream.range(0, traces).mapToObj(
            t -> differing(all.stream().map(figure -> figure.data.get(t)).toList())).toList(); // [trace][frame]
        List<Integer> moving = IntStream.range(0, traces).boxed()
            .filter(t -> !changes.get(t).get(0).isEmpty()).toList();
        PlotlyFigure animation = PlotlyFigure.of(all.get(0));
        animation.frames.clear();
        for (int k = 0; k < all.size(); k++) {
            int frame = k;
            animation.frames.add(Map.of("name", names.get(k), "layout", layouts.get(k), "traces", moving,
                "data", moving.stream().map(t -> PlotlyJson.packed(changes.get(t).get(frame))).toList()));
        }
        List<Object> steps = names.stream().map(name -> (Object) animate(name, List.of(name), 0)).toList();
        return withControls(animation, label, steps);
    }

    private static PlotlyFigure withControls(PlotlyFigure animation, String label, List<Object> steps) {
        double y = (double) -Theme.BOTTOM / Theme.inner(animation, "height", "t", "b");
        double x = 130.0 / Theme.inner(animation, "width", "l", "r"); // right of the buttons
        int milliseconds = Math.max(100, Math.min(350, 8000 / steps.size())); // for each frame; 8 s in all
        Map<String, Object> slider = Map.of("steps", steps, "x", x, "len", 1 - x, "y", y,
            "pad", Map.of("t", 4), "currentvalue", Map.of("prefix", label + " "));
        Map<String, Object> buttons = Map.of("type", "buttons", "direction", "left", "showactive", false,
            "buttons", List.of(animate("▶ Play", null, milliseconds), animate("❚❚", Arrays.asList((Object) null), 0)),
            "x", 0, "xanchor", "left", "y", y, "yanchor", "top", "pad", Map.of("t", 24));
        return Theme.widen(animation, "height", "b", 84)
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
