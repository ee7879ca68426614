package realnvp.notebook;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import realnvp.flow.Density;
import realnvp.plot.Axes;
import realnvp.plot.PlotlyFigure;
import realnvp.plot.TrainingFilm;
import realnvp.train.Progress;
import realnvp.train.TrainingLog;

/**
 * A bar, the numbers of the run and a small loss curve in the cell, redrawn at most four times a second: faster
 * updates arrive, but the browser drops them. With {@link #density} also the density as it grows, and at the end a
 * figure with a slider over the steps. In plain Java it prints a line every few seconds. Neither the pictures of the
 * density nor drawing take more than 1.5 % of the time of training.
 */
public final class LiveProgress implements Progress {
    private static final double SHARE = 0.015;
    private static final int WIDTH = 640; // px

    private final String title;
    private final Optional<Kernel> kernel;
    private final LongSupplier clock; // nanoseconds
    final TrainingFilm film = new TrainingFilm();
    private Supplier<String> numbers = () -> "no step yet"; // of the last step, written when they are shown
    private String end = ""; // of the line: the time that is left, then how the run ended
    private int step;
    private int steps;
    private String id; // of the output; null between two runs
    private long started;
    private long nextDrawing;
    private long nextPicture;

    LiveProgress(String title, Optional<Kernel> kernel, LongSupplier clock) {
        this.title = title;
        this.kernel = kernel;
        this.clock = clock;
    }

    /** Also shows the density of a model with 2 features while it is trained, from now on. */
    public LiveProgress density(Density model, Axes space) {
        film.follow(model, space);
        return this;
    }

    /** The loss so far and, with a slider over the steps, the density; for the next cell after a stop. */
    public PlotlyFigure figure() { return film.figure(film.pictures() > 0 ? this + end : title); }

    @Override
    public void update(int step, int steps, double loss, double stepsPerSecond, double secondsLeft) {
        long now = clock.getAsLong();
        long wait = kernel.isPresent() ? 250_000_000L : 5_000_000_000L;
        if (id == null) {
            id = UUID.randomUUID().toString();
            started = now;
            nextDrawing = now;
            nextPicture = now + wait;
        }
        this.step = step;
        this.steps = steps;
        numbers = () -> String.format(Locale.ROOT, "step %,d of %,d · %.0f %% · loss %s · %.1f steps/s",
            step, steps, 100.0 * step / steps, TrainingLog.nats(loss), stepsPerSecond);
        film.add(step, steps, loss);
        boolean draw = now >= nextDrawing;
        long start = now;
        if (film.pictures() > 0 && (step == steps || draw && now >= nextPicture)) {
            film.takePicture(step);
            start = clock.getAsLong();
            nextPicture = start + (long) ((start - now) / SHARE);
        }
        if (draw) {
            draw(" · " + time(secondsLeft) + " left");
            long drawn = clock.getAsLong();
            nextDrawing = Math.max(now + wait, drawn + (long) ((drawn - start) / SHARE));
        }
    }

    @Override
    public void finish() {
        if (id == null) {
            return;
        }
        draw((step < steps ? " · stopped after " : " · done in ") + time((clock.getAsLong() - started) * 1e-9));
        if (film.pictures() > 0 && step == steps) { // after an interrupt what is sent is often lost
            kernel.ifPresent(running -> running.show(id, Notebook.bundle(figure())));
        }
        id = null; // the next run gets an output of its own
    }

    @Override
    public String toString() { return title + ": " + numbers.get(); }

    private void draw(String end) {
        this.end = end;
        kernel.ifPresentOrElse(running -> running.show(id, Map.of("text/html", html(), "text/plain", this + end)),
            () -> System.out.println(this + end));
    }

    private String html() {
        return String.format(Locale.ROOT, """
            <div style="font-size:13px;width:%1$dpx;white-space:nowrap;font-variant-numeric:tabular-nums">
            <b>%2$s</b> · %3$s%4$s
            <div style="background:#8884;height:8px;border-radius:4px;margin:4px 0">
            <div style="background:#0072B2;height:8px;border-radius:4px;width:%5$.1f%%"></div></div>
            <div style="display:flex">%6$s</div></div>""",
            WIDTH, TableHtml.escape(title), numbers.get(), end, 100.0 * step / steps, film.html(WIDTH, steps));
    }

    private static String time(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
