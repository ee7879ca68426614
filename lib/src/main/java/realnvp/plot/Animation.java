package realnvp.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tech.tablesaw.plotly.components.Figure;

/** A figure with a slider and a Play button; it holds all its frames, so it plays with the kernel stopped. */
public final class Animation {
    private static final int CONTROLS = 84; // px below the plot
    private static final int BUTTON = 90;
    private static final int MILLISECONDS = 350; // for each frame

    private Animation() { }

    /**
     * Shows one of the frames at a time; the first one gives axes and legend.
     *
     * @param label  what the names of the frames count: "step", "layers"
     * @param frames name to figure, in order, each with as many traces as the first; a density weighs 100 kB
     */
    public static PlotlyFigure of(String label, Map<String, ? extends Figure> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("an animation needs at least 1 frame, got 0");
        }
        PlotlyFigure animation = PlotlyFigure.of(frames.values().iterator().next());
        int traces = animation.getTraces().length;
        List<Object> steps = new ArrayList<>();
        frames.forEach((name, figure) -> {
            if (figure.getTraces().length != traces) {
                throw new IllegalArgumentException("all frames need %d traces like the first, but %s has %d"
                    .formatted(traces, name, figure.getTraces().length));
            }
            animation.frames().add(Map.of("name", name, "data", PlotlyJson.traces(figure),
                "layout", Map.of("title", PlotlyJson.layout(figure).getOrDefault("title", Map.of()))));
            steps.add(Map.of("label", name, "method", "animate", "args", List.of(List.of(name), timing(0))));
        });
        Map<String, Object> layout = PlotlyJson.layout(animation);
        double y = (double) -Look.BOTTOM / Look.inner(layout, "height", "t", "b");
        double x = (double) BUTTON / Look.inner(layout, "width", "l", "r");
        Map<String, Object> play = Map.of("label", "▶ Play", "method", "animate",
            "args", Arrays.asList(null, timing(MILLISECONDS)));
        Map<String, Object> slider = Map.of("steps", steps, "x", x, "len", 1 - x, "y", y,
            "pad", Map.of("t", 4), "currentvalue", Map.of("prefix", label + " "));
        Map<String, Object> button = Map.of("type", "buttons", "showactive", false, "buttons", List.of(play),
            "x", 0, "xanchor", "left", "y", y, "yanchor", "top", "pad", Map.of("t", 24));
        return Look.widen(animation, "height", "b", CONTROLS)
            .layout("sliders", List.of(slider)).layout("updatemenus", List.of(button));
    }

    private static Map<String, Object> timing(int milliseconds) {
        return Map.of("mode", "immediate", "fromcurrent", true, "transition", Map.of("duration", 0),
            "frame", Map.of("duration", milliseconds, "redraw", true));
    }
}
