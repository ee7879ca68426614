package realnvp.plot;

import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The losses of a training while it runs: at most as many as there are pixels to show them. */
public final class LossCurve {
    private static final int MOST = 600;
    private static final double CUT = 0.02; // part of the losses that may lie above the picture: the first ones

    private final NavigableMap<Integer, Double> losses = new TreeMap<>(); // by step

    /** Takes the loss of one of so many steps; a step that is not later than the one before starts a new curve. */
    public void add(int step, int steps, double loss) {
        if (!losses.isEmpty() && step <= losses.lastKey()) {
            losses.clear();
        }
        if ((step - 1L) * MOST % steps < MOST && Double.isFinite(loss)) { // evenly spaced, the first step included
            losses.put(step, loss);
        }
    }

    /** The curve as an interactive figure. */
    public PlotlyFigure figure(String title) {
        double[] steps = losses.keySet().stream().mapToDouble(step -> step).toArray();
        double[] y = losses.values().stream().mapToDouble(loss -> loss).toArray();
        return Theme.chart(title, "training step", "loss: mean −log p(x) (nats)")
            .line("", steps, y, Theme.color(0), 1.5);
    }

    /** The figure with a dot at the step, or at the first one after it whose loss was kept. */
    public PlotlyFigure figure(String title, int step) {
        Integer next = losses.ceilingKey(step);
        Integer at = next == null ? losses.floorKey(step) : next;
        double[] x = at == null ? new double[0] : new double[] {at};
        double[] y = at == null ? new double[0] : new double[] {losses.get(at)};
        return figure(title).markers("", x, y, Theme.color(4), 12, 1).last("cliponaxis", false);
    }

    /** The curve as a small picture of so many px for a training of so many steps, in the colours of the page. */
    public String svg(int width, int height, int steps) {
        double[] sorted = losses.values().stream().mapToDouble(loss -> loss).sorted().toArray();
        double low = sorted.length == 0 ? 0 : sorted[0];
        double high = sorted.length == 0 ? 1 : sorted[(int) Math.ceil((1 - CUT) * (sorted.length - 1))];
        StringBuilder line = new StringBuilder();
        losses.forEach((step, loss) -> {
            double x = 46 + (width - 50.0) * step / steps;
            double y = 6 + (height - 12) * (high - Math.min(high, loss)) / Math.max(high - low, 1e-9);
            line.append(Math.round(10 * x) / 10f).append(',').append(Math.round(10 * y) / 10f).append(' ');
        });
        return String.format(Locale.ROOT, """
            <svg width="%1$d" height="%2$d" fill="currentColor" font-size="11">
            <path d="M46 0V%2$dH%1$d" fill="none" stroke="currentColor" opacity="0.6"/>
            <text x="2" y="11">%3$.3f</text><text x="2" y="%4$d">%5$.3f</text><text x="2" y="%6$d">loss</text>
            <polyline points="%7$s" fill="none" stroke="#E69F00" stroke-width="1.2"/></svg>""",
            width, height, high, height - 3, low, height / 2 + 3, line);
    }
}
