package realnvp.plot;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;
import realnvp.moons.Box;

/**
 * The density of a model that is being trained, and samples from it, at some moments. The samples come from the same
 * random numbers each time, so that they move and do not jump.
 */
public final class DensityFilm {
    private static final int GRID = 50; // points on a side: fewer than a figure has, for it is computed in training
    private static final int SAMPLES = 150;
    private static final int MOST = 12; // frames of the figure: 25 kB each
    private static final double IGNORED = 0.005; // part of the plane that may be brighter than the last colour
    private static final int[] VIRIDIS = {0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962,
        0xaddc30, 0xfde725};
    private static final IndexColorModel COLORS = colors();

    private record Moment(String name, double[][] density, Matrix samples) { }

    private final Density model;
    private final Axes space;
    private final List<Moment> moments = new ArrayList<>();
    private double top = 1e-12; // of the colours

    /** A film of a model with 2 features, in this plane. */
    public DensityFilm(Density model, Axes space) {
        this.model = model;
        this.space = space;
    }

    /** Takes a picture of the model as it is now. */
    public void add(String name) {
        double[][] density = DensityPlots.values(model, space, GRID);
        double[] sorted = DensityPlots.finite(density).sorted().toArray();
        if (sorted.length > 0) {
            top = Math.max(top, sorted[(int) ((1 - IGNORED) * (sorted.length - 1))]);
        }
        moments.add(new Moment(name, density, model.sample(SAMPLES, new Well19937c(1))));
    }

    /** Pictures taken so far. */
    public int size() { return moments.size(); }

    /** The first and the last picture and some between them, each a figure under its name. */
    public Map<String, PlotlyFigure> frames(String title) {
        Map<String, PlotlyFigure> frames = new LinkedHashMap<>();
        for (int i : chosen()) {
            Moment moment = moments.get(i);
            frames.put(moment.name, PointPlots.over(
                DensityPlots.density(title, moment.density, top, space), moment.samples));
        }
        return frames;
    }

    /** The film with a slider that says what the names count, and Play. */
    public PlotlyFigure figure(String title, String label) {
        return Animation.of(label, frames(title));
    }

    /** The last picture as PNG, a pixel for each point of the grid, the lowest row at the bottom. */
    public byte[] png() {
        double[][] density = moments.get(moments.size() - 1).density;
        BufferedImage image = new BufferedImage(GRID, GRID, BufferedImage.TYPE_BYTE_INDEXED, COLORS);
        for (int r = 0; r < GRID; r++) {
            for (int c = 0; c < GRID; c++) {
                int color = (int) Math.max(0, Math.min(255, 256 * density[r][c] / top)); // NaN is color 0
                image.getRaster().setSample(c, GRID - 1 - r, 0, color);
            }
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Width over height of the pictures. */
    public double aspect() {
        Box box = space.box();
        return (box.xMax() - box.xMin()) / (box.yMax() - box.yMin());
    }

    /** Indices of the pictures of a figure: close to each other at the start, where a training moves fastest. */
    private int[] chosen() {
        int last = moments.size() - 1;
        return IntStream.range(0, MOST).map(i -> (int) Math.round(Math.expm1(i * Math.log1p(last) / (MOST - 1))))
            .distinct().toArray();
    }

    private static IndexColorModel colors() {
        byte[][] rgb = new byte[3][256];
        for (int i = 0; i < 256; i++) {
            double at = i / 255.0 * (VIRIDIS.length - 1);
            int below = Math.min((int) at, VIRIDIS.length - 2);
            for (int c = 0; c < 3; c++) {
                int shift = 16 - 8 * c;
                double a = VIRIDIS[below] >> shift & 255;
                double b = VIRIDIS[below + 1] >> shift & 255;
                rgb[c][i] = (byte) Math.round(a + (at - below) * (b - a));
            }
        }
        return new IndexColorModel(8, 256, rgb[0], rgb[1], rgb[2]);
    }
}
