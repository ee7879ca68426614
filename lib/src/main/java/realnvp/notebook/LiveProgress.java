package realnvp.notebook;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import realnvp.flow.Density;
import realnvp.plot.Animation;
import realnvp.plot.Axes;
import realnvp.plot.DensityFilm;
import realnvp.plot.LossCurve;
import realnvp.plot.Panels;
import realnvp.plot.PlotlyFigure;
import realnvp.train.Progress;

/**
 * A bar, the numbers of the run and a small loss curve in the cell, redrawn at most four times a second: faster
 * updates arrive, but the browser drops them. With {@link #density} also the density as it grows, and at the end a
 * figure with a slider over the steps. In plain Java it prints a line every few seconds.
 *
 * <p>Pictures wait until all of them together have cost less than 3 % of the time of training.
 */
public final class LiveProgress implements Progress {
    private static final double SECONDS_BETWEEN_FRAMES = 0.25;
    private static final double SECONDS_BETWEEN_LINES = 5;
    private static final double SHARE = 0.03; // of the time of training, for pictures of the density
    private static final int WIDTH = 640; // of the whole, px
    private static final int DENSITY = 230; // width of the density, px

    private final String title;
    private final Optional<Kernel> kernel;
    private final LongSupplier clock; // nanoseconds
    private final LossCurve losses = new LossCurve();
    private DensityFilm film; // null: no density
    private String id; // of the output; null between two runs
    private long started;
    private long shown;
    private long spent; // nanoseconds for drawing in this run
    private long cost; // of the last picture of the density
    private long drawing; // nanoseconds for the last redrawing of all
    private String density = ""; // the picture in HTML
    private int step;
    private int steps;
    private double loss;
    private double stepsPerSecond;
    private String end = ""; // how the last run ended, once it did

    LiveProgress(String title, Optional<Kernel> kernel) {
        this(title, kernel, System::nanoTime);
    }

    LiveProgress(String title, Optional<Kernel> kernel, LongSupplier clock) {
        this.title = title;
        this.kernel = kernel;
        this.clock = clock;
    }

    /** Also shows the density of a model with 2 features while it is trained, from now on. */
    public LiveProgress density(Density model, Axes space) {
        film = new DensityFilm(model, space);
        takePicture(0); // the first one is slow; now nobody waits for it
        return this;
    }

    /** The loss so far and, with a slider over the steps, the density; for the next cell after a stop. */
    public PlotlyFigure figure() {
        PlotlyFigure loss = losses.figure("loss of each batch");
        if (film == null) {
            return loss.layout("title.text", title);
        }
        String done = String.format(Locale.ROOT, "%s: %s%s", title, numbers(), end);
        Map<String, PlotlyFigure> frames = new LinkedHashMap<>();
        film.frames("density, and samples").forEach((name, density) -> frames.put(name,
            Panels.row(done, losses.marked(loss, Integer.parseInt(name)), density)));
        return Animation.of("step", frames);
    }

    /** Pictures of the density taken so far, the one before training included. */
    int pictures() { return film == null ? 0 : film.size(); }

    @Override
    public void update(int step, int steps, double loss, double stepsPerSecond, double secondsLeft) {
        long now = clock.getAsLong();
        boolean first = id == null;
        if (first) {
            begin(now);
        }
        this.step = step;
        this.steps = steps;
        this.loss = loss;
        this.stepsPerSecond = stepsPerSecond;
        losses.add(step, loss);
        double wait = kernel.isPresent() ? SECONDS_BETWEEN_FRAMES : SECONDS_BETWEEN_LINES;
        boolean draw = first || now - shown > Math.max(wait * 1e9, drawing / SHARE);
        if (film != null && (step == steps || !first && draw && spent + cost < SHARE * (now - started))) {
            takePicture(step);
            cost = clock.getAsLong() - now;
        }
        if (draw) {
            shown = now;
            long start = clock.getAsLong();
            draw(first, clock(secondsLeft) + " left");
            drawing = clock.getAsLong() - start;
            spent += clock.getAsLong() - now;
        }
    }

    @Override
    public void finish() {
        if (id == null) {
            return;
        }
        String time = clock((clock.getAsLong() - started) * 1e-9);
        String end = step < steps ? "stopped after " + time : "done in " + time;
        if (film == null || kernel.isEmpty() || step < steps) {
            draw(false, end); // what is sent after an interrupt is often lost: a figure would be work for nothing
        } else {
            this.end = " · " + end;
            kernel.get().update(id, Notebook.bundle(figure()));
        }
        id = null; // the next run gets an output of its own
    }

    @Override
    public String toString() { return title + ": " + numbers(); }

    private String numbers() {
        return steps == 0 ? "no step yet" : String.format(Locale.ROOT,
            "step %,d of %,d · %.0f %% · loss %.4f nats · %.1f steps/s",
            step, steps, 100.0 * step / steps, loss, stepsPerSecond);
    }

    private void begin(long now) {
        id = UUID.randomUUID().toString();
        started = now;
        end = "";
        spent = 0;
        cost = 0;
        drawing = 0;
    }

    private void takePicture(int step) {
        film.add(String.valueOf(step));
        density = """
            <img alt="density" style="width:%dpx;height:%dpx;margin-left:12px" src="data:image/png;base64,%s">"""
            .formatted(DENSITY, height(), Base64.getEncoder().encodeToString(film.png()));
    }

    private int height() { return film == null ? 70 : (int) (DENSITY / film.aspect()); }

    private void draw(boolean first, String state) {
        String text = title + ": " + numbers() + " · " + state;
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
        int width = film == null ? WIDTH : WIDTH - DENSITY - 12;
        return String.format(Locale.ROOT, """
            <div style="font-size:13px;width:%1$dpx;white-space:nowrap;font-variant-numeric:tabular-nums">
            <b>%2$s</b> · %3$s · %4$s
            <div style="background:#8884;height:8px;border-radius:4px;margin:4px 0">
            <div style="background:#0072B2;height:8px;border-radius:4px;width:%5$.1f%%"></div></div>
            <div style="display:flex">%6$s%7$s</div></div>""",
            WIDTH, TableHtml.escape(title), numbers(), state, 100.0 * step / steps,
            losses.svg(width, height(), steps), density);
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
