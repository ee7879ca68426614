package realnvp.notebook;

import java.util.Base64;
import java.util.LinkedHashMap;
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
 * <p>Neither the pictures of the density nor drawing take more than 2 % of the time of training.
 */
public final class LiveProgress implements Progress {
    private static final double SHARE = 0.02;
    private static final int WIDTH = 640; // of the whole, px
    private static final int DENSITY = 230; // width of the density, px

    private record State(int step, int steps, double loss, double stepsPerSecond) {
        double percent() { return 100.0 * step / steps; }

        @Override
        public String toString() {
            return steps == 0 ? "no step yet" : String.format(Locale.ROOT,
                "step %,d of %,d · %.0f %% · loss %.4f nats · %.1f steps/s",
                step, steps, percent(), loss, stepsPerSecond);
        }
    }

    private final String title;
    private final Optional<Kernel> kernel;
    private final LongSupplier clock; // nanoseconds
    private final LossCurve losses = new LossCurve();
    private DensityFilm film; // null: no density
    private int height = 70; // of the loss curve and the density, px
    private State state = new State(0, 0, 0, 0);
    private String end = ""; // of the run: the time that is left, then how it ended
    private String id; // of the output; null between two runs
    private long started;
    private long nextDrawing;
    private long nextPicture;

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
        film.add(0); // the first one is slow; now nobody waits for it
        height = (int) (DENSITY / space.aspect());
        return this;
    }

    /** The loss so far and, with a slider over the steps, the density; for the next cell after a stop. */
    public PlotlyFigure figure() {
        if (film == null) {
            return losses.figure(title);
        }
        Map<String, PlotlyFigure> frames = new LinkedHashMap<>();
        film.frames("density, and samples").forEach((step, density) -> frames.put(String.valueOf(step),
            Panels.row(this + end, losses.figure("loss of each batch", step), density)));
        return Animation.of("step", frames);
    }

    /** Pictures of the density taken so far, the one before training included. */
    int pictures() { return film == null ? 0 : film.size(); }

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
        state = new State(step, steps, loss, stepsPerSecond);
        losses.add(step, steps, loss);
        boolean draw = now >= nextDrawing;
        long afterPicture = now;
        if (film != null && (step == steps || draw && now >= nextPicture)) {
            film.add(step);
            afterPicture = clock.getAsLong();
            nextPicture = afterPicture + (long) ((afterPicture - now) / SHARE);
        }
        if (draw) {
            end = " · " + time(secondsLeft) + " left";
            draw();
            long end = clock.getAsLong();
            nextDrawing = Math.max(now + wait, end + (long) ((end - afterPicture) / SHARE));
        }
    }

    @Override
    public void finish() {
        if (id == null) {
            return;
        }
        boolean stopped = state.step < state.steps;
        end = (stopped ? " · stopped after " : " · done in ") + time((clock.getAsLong() - started) * 1e-9);
        if (film == null || kernel.isEmpty() || stopped) {
            draw(); // what is sent after an interrupt is often lost: a figure would be work for nothing
        } else {
            kernel.get().show(id, Notebook.bundle(figure()));
        }
        id = null; // the next run gets an output of its own
    }

    @Override
    public String toString() { return title + ": " + state; }

    private void draw() {
        kernel.ifPresentOrElse(k -> k.show(id, Map.of("text/html", html(), "text/plain", this + end)),
            () -> System.out.println(this + end));
    }

    private String html() {
        String density = film == null ? "" : """
            <img alt="density" style="width:%dpx;height:%dpx;margin-left:12px" src="data:image/png;base64,%s">"""
            .formatted(DENSITY, height, Base64.getEncoder().encodeToString(film.png()));
        return String.format(Locale.ROOT, """
            <div style="font-size:13px;width:%1$dpx;white-space:nowrap;font-variant-numeric:tabular-nums">
            <b>%2$s</b> · %3$s%4$s
            <div style="background:#8884;height:8px;border-radius:4px;margin:4px 0">
            <div style="background:#0072B2;height:8px;border-radius:4px;width:%5$.1f%%"></div></div>
            <div style="display:flex">%6$s%7$s</div></div>""", WIDTH, TableHtml.escape(title), state, end,
            state.percent(), losses.svg(film == null ? WIDTH : WIDTH - DENSITY - 12, height, state.steps), density);
    }

    private static String time(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
