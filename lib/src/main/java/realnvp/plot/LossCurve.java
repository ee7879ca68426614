package realnvp.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The losses of a training while it runs: at most as many as there are pixels to show them. */
public final class LossCurve {
    private static final int MOST = 600;
    private static final double CUT = 0.02; // part of the losses that may lie above the picture: the first ones

    private final List<double[]> points = new ArrayList<>(); // step and loss
    private int stride = 1;
    private int last;

    /** Takes the loss of a step; a step that is not later than the one before starts a new curve. */
    public void add(int step, double loss) {
        if (step <= last) {
            points.clear();
            stride = 1;
        }
        last = step;
        if (step % stride == 0 && Double.isFinite(loss)) {
            points.add(new double[] {step, loss});
        }
        if (points.size() > MOST) {
            stride *= 2;
            points.removeIf(point -> point[0] % stride != 0);
        }
    }

    /** The curve as an interactive figure. */
    public PlotlyFigure figure(String title) {
        return Theme.chart(title, "training step", "loss: mean −log p(x) (nats)",
            List.of(Theme.line("", column(0), column(1), Theme.color(0), 1.5)));
    }

    /** The figure with a dot at the step; at the first kept loss after it where the step itself was not kept. */
    public PlotlyFigure marked(PlotlyFigure figure, int step) {
        double[] at = points.stream().filter(point -> point[0] >= step).findFirst()
            .orElse(points.isEmpty() ? new double[] {0, 0} : points.get(points.size() - 1));
        return figure.plus(Theme.markers("", new double[] {at[0]}, new double[] {at[1]}, Theme.color(4), 12, 1))
            .trace(figure.getTraces().length, "cliponaxis", false);
    }

    /** The curve as a small picture of so many px for a training of so many steps, in the colours of the page. */
    public String svg(int width, int height, int steps) {
        double[] sorted = points.stream().mapToDouble(point -> point[1]).sorted().toArray();
        double low = sorted.length == 0 ? 0 : sorted[0];
        double high = sorted.length == 0 ? 1 : sorted[(int) Math.ceil((1 - CUT) * (sorted.length - 1))];
        StringBuilder line = new StringBuilder();
        for (double[] point : points) {
            double x = 46 + (width - 50) * point[0] / steps;
            double y = 6 + (height - 12) * (high - Math.min(high, point[1])) / Math.max(high - low, 1e-9);
            line.append(Math.round(10 * x) / 10.0).append(',').append(Math.round(10 * y) / 10.0).append(' ');
        }
        return String.format(Locale.ROOT, """
            <svg width="%1$d" height="%2$d" fill="currentColor" font-size="11">
            <path d="M46 0V%2$dH%1$d" fill="none" stroke="currentColor" opacity="0.6"/>
            <text x="2" y="11">%3$.3f</text><text x="2" y="%4$d">%5$.3f</text><text x="2" y="%6$d">loss</text>
            <polyline points="%7$s" fill="none" stroke="#E69F00" stroke-width="1.2"/></svg>""",
            width, height, high, height - 3, low, height / 2 + 3, line);
    }

    private double[] column(int index) {
        return points.stream().mapToDouble(point -> point[index]).toArray();
    }
}
