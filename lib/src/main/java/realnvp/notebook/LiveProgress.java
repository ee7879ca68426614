package realnvp.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import realnvp.train.Progress;

/**
 * A bar, the numbers of the run and a small loss curve in the cell, redrawn at most five times a second:
 * faster updates arrive, but the browser drops them. In plain Java it prints a line every few seconds.
 */
final class LiveProgress implements Progress {
    private static final double SECONDS_BETWEEN_FRAMES = 0.2;
    private static final double SECONDS_BETWEEN_LINES = 5;
    private static final int WIDTH = 600; // of the curve, px
    private static final int HEIGHT = 70;

    private final String title;
    private final Optional<Kernel> kernel;
    private final List<Double> losses = new ArrayList<>(); // of every stride-th step, at most WIDTH
    private String id; // of the output; null between two runs
    private int firstStep;
    private int stride;
    private long started;
    private long shown;
    private int step;
    private int steps;
    private String numbers;

    LiveProgress(String title, Optional<Kernel> kernel) {
        this.title = title;
        this.kernel = kernel;
    }

    @Override
    public void update(int step, int steps, double loss, double stepsPerSecond, double secondsLeft) {
        long now = System.nanoTime();
        boolean first = id == null;
        if (first) {
            id = UUID.randomUUID().toString();
            started = now;
            firstStep = step;
            stride = 1;
            losses.clear();
        }
        this.step = step;
        this.steps = steps;
        keep(loss);
        double wait = kernel.isPresent() ? SECONDS_BETWEEN_FRAMES : SECONDS_BETWEEN_LINES;
        boolean draw = first || now - shown > wait * 1e9;
        if (draw || step == steps) {
            numbers = String.format(Locale.ROOT, "step %,d of %,d · %.0f %% · loss %.4f nats · %.1f steps/s",
                step, steps, 100.0 * step / steps, loss, stepsPerSecond);
        }
        if (draw) {
            shown = now;
            draw(first, clock(secondsLeft) + " left");
        }
    }

    @Override
    public void finish() {
        if (id != null) {
            String time = clock((System.nanoTime() - started) * 1e-9);
            draw(false, step < steps ? "stopped after " + time : "done in " + time);
            id = null; // the next run gets an output of its own
        }
    }

    private void keep(double loss) {
        if ((step - firstStep) % stride == 0 && Double.isFinite(loss)) {
            losses.add(loss);
        }
        if (losses.size() > WIDTH) {
            for (int i = losses.size() / 2; i >= 1; i--) {
                losses.remove(2 * i - 1);
            }
            stride *= 2;
        }
    }

    private void draw(boolean first, String state) {
        String text = title + ": " + numbers + " · " + state;
        if (kernel.isEmpty()) {
            System.out.println(text);
            return;
        }
        Map<String, Object> bundle = Map.of("text/html", html(state), "text/plain", text);
        if (first) {
            kernel.get().show(id, bundle);
        } else {
            kernel.get().update(id, bundle);
        }
    }

    private String html(String state) {
        return String.format(Locale.ROOT, """
            <div style="font-size:13px;width:%1$dpx;white-space:nowrap;font-variant-numeric:tabular-nums">
            <b>%2$s</b> · %3$s · %4$s
            <div style="background:#8884;height:8px;border-radius:4px;margin:4px 0">
            <div style="background:#0072B2;height:8px;border-radius:4px;width:%5$.1f%%"></div></div>
            <svg width="%1$d" height="%6$d">
            <polyline points="%7$s" fill="none" stroke="#E69F00"/></svg></div>""",
            WIDTH, TableHtml.escape(title), numbers, state, 100.0 * step / steps, HEIGHT, curve());
    }

    /** The losses of this run as points of a line; the width of the picture is the whole training. */
    private String curve() {
        double low = losses.stream().mapToDouble(v -> v).min().orElse(0);
        double high = losses.stream().mapToDouble(v -> v).max().orElse(1);
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < losses.size(); i++) {
            double x = (double) WIDTH * (firstStep + i * stride) / steps;
            double y = 2 + (HEIGHT - 4) * (high - losses.get(i)) / Math.max(high - low, 1e-9);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        }
        return points.toString();
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
