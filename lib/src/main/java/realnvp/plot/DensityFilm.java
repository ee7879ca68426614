package realnvp.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;

/**
 * The density of a model that is being trained, and samples from it, at some moments. The samples come from the same
 * random numbers each time, so that they move and do not jump.
 */
public final class DensityFilm {
    private static final int GRID = 50; // points on a side: fewer than a figure has, for it is computed in training
    private static final int SAMPLES = 150;
    private static final int MOST = 12; // frames of the figure: 15 kB each
    private static final double IGNORED = 0.005; // part of the plane that may be brighter than the last colour
    private static final BufferedImage VIRIDIS = gradient("#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c",
        "#28ae80", "#5ec962", "#addc30", "#fde725");

    private record Moment(int step, double[][] density, Matrix samples) { }

    private final Density model;
    private final Axes space;
    private final List<Moment> moments = new ArrayList<>();
    private double top = 1e-12; // of the colours

    /** A film of a model with 2 features, in this plane. */
    public DensityFilm(Density model, Axes space) {
        this.model = model;
        this.space = space;
    }

    /** Takes a picture of the model as it is after this step. */
    public void add(int step) {
        double[][] density = DensityPlots.values(model, space, GRID);
        double[] sorted = DensityPlots.finite(density).sorted().toArray();
        if (sorted.length > 0) {
            top = Math.max(top, sorted[(int) ((1 - IGNORED) * (sorted.length - 1))]);
        }
        moments.add(new Moment(step, density, model.sample(SAMPLES, new Well19937c(1))));
    }

    /** Pictures taken so far. */
    public int size() { return moments.size(); }

    /**
     * The first and the last picture and some between them, by their step: close to each other at the start, where a
     * training moves fastest.
     */
    public Map<Integer, PlotlyFigure> frames(String title) {
        Map<Integer, PlotlyFigure> frames = new LinkedHashMap<>();
        double last = Math.log1p(moments.size() - 1);
        for (int i = 0; i < MOST; i++) {
            Moment moment = moments.get((int) Math.round(Math.expm1(i * last / (MOST - 1))));
            frames.computeIfAbsent(moment.step, step -> PointPlots.over(
                DensityPlots.density(title, moment.density, top, space), moment.samples));
        }
        return frames;
    }

    /** The last picture as PNG, a pixel for each point of the grid, the lowest row at the bottom. */
    public byte[] png() {
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

    /** 256 pixels in a row, from the first to the last of the colours. */
    private static BufferedImage gradient(String... colors) {
        float[] at = new float[colors.length];
        IntStream.range(0, at.length).forEach(i -> at[i] = i / (at.length - 1f));
        BufferedImage row = new BufferedImage(256, 1, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = row.createGraphics();
        graphics.setPaint(new LinearGradientPaint(0, 0, 256, 0, at,
            Stream.of(colors).map(Color::decode).toArray(Color[]::new)));
        graphics.fillRect(0, 0, 256, 1);
        return row;
    }
}
