package realnvp.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;

/**
 * What a training looks like while it runs: its losses, at most as many as there are pixels to show them, and if it is
 * asked to, the density of the model at some moments, with samples. The samples come from the same random numbers each
 * time, so that they move and do not jump.
 */
public final class TrainingFilm {
    private static final int LOSSES = 600;
    private static final int GRID = 50; // points on a side: fewer than a figure has, for it is computed in training
    private static final int FRAMES = 12; // of the figure: 15 kB each
    private static final int DENSITY = 230; // px, width of the small density
    private static final BufferedImage VIRIDIS = gradient("#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c",
        "#28ae80", "#5ec962", "#addc30", "#fde725");

    private record Moment(int step, double[][] density, Matrix samples) { }

    private final NavigableMap<Integer, Double> losses = new TreeMap<>(); // by step
    private final List<Moment> moments = new ArrayList<>();
    private double top = 1e-12; // of the colours
    private Density model; // null where the losses are all
    private Axes space;

    /** Follows the density of a model with 2 features in this plane, from now on. */
    public void follow(Density model, Axes space) {
        this.model = model;
        this.space = space;
        takePicture(0); // the first one is slow; now nobody waits for it
    }

    /** Pictures taken so far, the one before training included; 0 where no density is followed. */
    public int pictures() { return moments.size(); }

    /** Takes the loss of one of so many steps; a step that is not later than the one before starts a new curve. */
    public void add(int step, int steps, double loss) {
        if (!losses.isEmpty() && step <= losses.lastKey()) {
            losses.clear();
        }
        if ((step - 1L) * LOSSES % steps < LOSSES && Double.isFinite(loss)) { // evenly spaced, from the first step on
            losses.put(step, loss);
        }
    }

    /** Takes a picture of the model as it is after this step. */
    public void takePicture(int step) {
        double[][] density = DensityPlots.values(model, space, GRID);
        double[] sorted = DensityPlots.finite(density).sorted().toArray();
        if (sorted.length > 0) {
            top = Math.max(top, sorted[(int) (0.995 * (sorted.length - 1))]); // a few cells may be brighter
        }
        moments.add(new Moment(step, density, model.sample(150, new Well19937c(1))));
    }

    /**
     * The losses; with a density beside it, and a slider, the first and the last picture and some between them: close
     * to each other at the start, where a training moves fastest.
     */
    public PlotlyFigure figure(String title) {
        if (moments.isEmpty()) {
            return lossFigure(title);
        }
        Map<String, PlotlyFigure> frames = new LinkedHashMap<>();
        double last = Math.log1p(moments.size() - 1);
        for (int i = 0; i < FRAMES; i++) {
            Moment moment = moments.get((int) Math.round(Math.expm1(i * last / (FRAMES - 1))));
            PlotlyFigure density = DensityPlots.density("density, and samples", moment.density, top, space);
            frames.put(String.valueOf(moment.step),
                Panels.row(title, lossFigure(moment.step), PointPlots.over(density, moment.samples)));
        }
        return Animation.of("step", frames);
    }

    private PlotlyFigure lossFigure(String title) {
        return Theme.chart(title, "training step", "loss: mean −log p(x) (nats)")
            .line("", losses.keySet().toArray(), losses.values().toArray(), Theme.color(0), 1.5);
    }

    /** The losses with a dot at the step, or at the first one after it whose loss was kept. */
    private PlotlyFigure lossFigure(int step) {
        int at = losses.isEmpty() ? step : losses.ceilingKey(Math.min(step, losses.lastKey()));
        Map<Integer, Double> dot = losses.subMap(at, true, at, true);
        return lossFigure("loss of each batch")
            .markers("", dot.keySet().toArray(), dot.values().toArray(), Theme.color(4), 12, 1)
            .last("cliponaxis", false);
    }

    /** The curve of a training of so many steps in the colours of the page, and the density, so many px wide in all. */
    public String html(int width, int steps) {
        if (moments.isEmpty()) {
            return svg(width, 70, steps);
        }
        int height = (int) (DENSITY / space.aspect());
        return svg(width - DENSITY - 12, height, steps) + """
            <img alt="density" style="width:%dpx;height:%dpx;margin-left:12px" src="data:image/png;base64,%s">"""
            .formatted(DENSITY, height, Base64.getEncoder().encodeToString(png()));
    }

    private String svg(int width, int height, int steps) {
        double[] sorted = losses.isEmpty() ? new double[] {0, 1}
            : losses.values().stream().mapToDouble(loss -> loss).sorted().toArray();
        double low = sorted[0];
        double high = sorted[(int) Math.ceil(0.98 * (sorted.length - 1))]; // the first losses may lie above the curve
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

    /** The last picture as PNG, a pixel for each point of the grid, the lowest row at the bottom. */
    private byte[] png() {
        double[][] density = moments.get(moments.size() - 1).density;
        BufferedImage image = new BufferedImage(GRID, GRID, BufferedImage.TYPE_INT_RGB);
        for (int r = 0; r < GRID; r++) {
            for (int c = 0; c < GRID; c++) {
                int color = (int) Math.max(0, Math.min(255, 256 * density[r][c] / top)); // NaN is color 0
                image.setRGB(c, GRID - 1 - r, VIRIDIS.getRGB(color, 0));
            }
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 256 pixels in a row, from the first to the last of the nine colours. */
    private static BufferedImage gradient(String... colors) {
        BufferedImage row = new BufferedImage(256, 1, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = row.createGraphics();
        graphics.setPaint(new LinearGradientPaint(0, 0, 256, 0,
            new float[] {0, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f, 0.75f, 0.875f, 1},
            Stream.of(colors).map(Color::decode).toArray(Color[]::new)));
        graphics.fillRect(0, 0, 256, 1);
        return row;
    }
}
