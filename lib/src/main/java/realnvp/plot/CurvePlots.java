package realnvp.plot;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import realnvp.train.TrainingLog;

/** Curves, bars and histograms; add {@code .logX()} or {@code .logY()} for logarithmic axes. */
public final class CurvePlots {
    private static final int CURVE = 401; // points of a function

    private CurvePlots() { }

    /** Several named curves over the same x. */
    public static PlotlyFigure curves(String title, String xName, double[] x, String yName, Map<String, double[]> ys) {
        PlotlyFigure figure = Theme.chart(title, xName, yName);
        ys.forEach((name, y) -> figure.line(name, x, y, Theme.color(figure.data.size()), 2));
        return Theme.withLegend(figure);
    }

    /** Several values at each x, as for several seeds: every value a dot, the means a line; name to x to values. */
    public static PlotlyFigure dots(String title, String xName, String yName,
            Map<String, ? extends SortedMap<Integer, double[]>> values) {
        PlotlyFigure figure = Theme.chart(title, xName, yName);
        values.forEach((name, at) -> {
            String color = Theme.color(figure.data.size() / 2);
            double[] means = at.values().stream().mapToDouble(StatUtils::mean).toArray();
            double[] xOfDots = at.entrySet().stream()
                .flatMapToDouble(e -> Arrays.stream(e.getValue()).map(v -> e.getKey())).toArray();
            double[] dots = at.values().stream().flatMapToDouble(Arrays::stream).toArray();
            figure.line(name, at.keySet().toArray(), means, color, 2).markers("", xOfDots, dots, color, 7, 0.75);
        });
        return Theme.withLegend(figure).layout("xaxis.tickvals",
            values.values().stream().flatMap(at -> at.keySet().stream()).distinct().sorted().toList());
    }

    /** Several functions over [from, to]. */
    public static PlotlyFigure functions(String title, String xName, double from, double to, String yName,
            Map<String, DoubleUnaryOperator> functions) {
        double[] x = Axes.spaced(from, to, CURVE);
        Map<String, double[]> ys = new LinkedHashMap<>();
        functions.forEach((name, f) -> ys.put(name, Arrays.stream(x).map(f).toArray()));
        return curves(title, xName, x, yName, ys);
    }

    /**
     * The loss of a run: each step thin, their running mean thick, held-out losses as markers, and the
     * values to compare with ("entropy of the moons") as named dashed lines.
     */
    public static PlotlyFigure loss(String title, TrainingLog log, Map<String, Double> floors) {
        double[] losses = log.losses();
        int[] shown = IntStream.range(0, log.size())
            .filter(i -> i % (1 + log.size() / 1500) == 0 || i == log.size() - 1).toArray(); // about one for a pixel
        double[] x = pick(log.steps(), shown);
        double[] means = IntStream.of(shown).mapToDouble(i -> runningMean(losses, i)).toArray();
        PlotlyFigure figure = Theme.chart(title, "training step", "loss: mean −log p(x) (nats)")
            .line("batch loss", x, pick(losses, shown), Theme.PALE, 1)
            .line("running mean", x, means, Theme.color(0), 2.5);
        double[] heldOut = log.heldOutLosses();
        int[] at = IntStream.range(0, log.size()).filter(i -> !Double.isNaN(heldOut[i])).toArray();
        if (at.length > 0) {
            figure.markers("held-out loss", pick(log.steps(), at), pick(heldOut, at), Theme.color(1), 7, 1);
        }
        double[] ends = {1, Math.max(2, log.size())};
        floors.forEach((name, value) -> figure.line(String.format(Locale.ROOT, "%s %.3f", name, value), ends,
            new double[] {value, value}, Theme.color(figure.data.size() - 1), 1.5).last("line.dash", "dash"));
        return Theme.withLegend(figure);
    }

    /** One named bar for each number. */
    public static PlotlyFigure bars(String title, String yName, Map<String, Double> bars) {
        return Theme.chart(title, "", yName).layout("xaxis.type", "category").add(Map.of("type", "bar",
            "x", bars.keySet().toArray(), "y", bars.values().toArray(), "marker.color", Theme.color(0)));
    }

    /** Values as a histogram of area 1, with densities drawn over it. */
    public static PlotlyFigure histogram(String title, String xName, double[] values, int bins,
            Map<String, DoubleUnaryOperator> densities) {
        double low = Arrays.stream(values).min().orElse(0);
        double width = (Arrays.stream(values).max().orElse(0) - low) / bins;
        if (!(width > 0 && Double.isFinite(width))) {
            throw new IllegalArgumentException(("a histogram needs at least 1 bin and 2 different, finite "
                + "values, got %d bins and %d values").formatted(bins, values.length));
        }
        double[] heights = new double[bins];
        for (double v : values) {
            heights[Math.min(bins - 1, (int) ((v - low) / width))] += 1 / (values.length * width);
        }
        double[] centres = IntStream.range(0, bins).mapToDouble(i -> low + (i + 0.5) * width).toArray();
        PlotlyFigure figure = Theme.chart(title, xName, "density (1 / unit of x)").layout("bargap", 0)
            .add(Map.of("type", "bar", "name", values.length + " values", "x", centres, "y", heights,
                "marker.color", Theme.PALE));
        double[] x = Axes.spaced(low, low + bins * width, CURVE);
        densities.forEach((name, p) -> figure.line(name, x, Arrays.stream(x).map(p).toArray(),
            Theme.color(3 + figure.data.size()), 2.5));
        return Theme.withLegend(figure);
    }

    private static double[] pick(double[] values, int[] indices) {
        return IntStream.of(indices).mapToDouble(i -> values[i]).toArray();
    }

    /** Mean of the last twentieth of the steps so far, at most 100: follows the fall, then settles. */
    private static double runningMean(double[] losses, int index) {
        int length = Math.min(100, 1 + index / 20);
        return StatUtils.mean(losses, index + 1 - length, length);
    }
}
