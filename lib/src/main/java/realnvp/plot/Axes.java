package realnvp.plot;

import java.util.List;
import java.util.stream.IntStream;
import realnvp.autodiff.Matrix;
import realnvp.moons.Box;

/** A plane to draw in: the names of its axes and the part that is shown. */
public record Axes(String xName, String yName, Box box) {
    /** Where the data live. */
    public static final Axes DATA = new Axes("x₁ (data)", "x₂ (data)", Box.MOONS);
    /** Where the base distribution N(0, I) lives. */
    public static final Axes LATENT = new Axes("z₁ (latent)", "z₂ (latent)", Box.LATENT);

    private static final double PLOT_HEIGHT = 360; // px

    /** The same axes over another part of the plane. */
    public Axes within(Box other) { return new Axes(xName, yName, other); }

    /** Width over height. */
    double aspect() { return (box.xMax() - box.xMin()) / (box.yMax() - box.yMin()); }

    /** A figure of this plane: a unit is as long on both axes, and the ranges do not follow the points. */
    PlotlyFigure figure(String title) {
        double width = Math.max(220, Math.min(640, PLOT_HEIGHT * aspect()));
        double height = Math.min(PLOT_HEIGHT, width / aspect());
        return Theme.figure(title, xName, yName, (int) width, (int) height)
            .layout("xaxis.range", List.of(box.xMin(), box.xMax()))
            .layout("yaxis.range", List.of(box.yMin(), box.yMax()))
            .layout("yaxis.scaleanchor", "x").layout("yaxis.scaleratio", 1)
            .layout("xaxis.constrain", "domain").layout("yaxis.constrain", "domain");
    }

    double[] x(int n) { return spaced(box.xMin(), box.xMax(), n); }

    double[] y(int n) { return spaced(box.yMin(), box.yMax(), n); }

    /** n × n points that cover the box, row by row from below: (n·n,2). */
    Matrix grid(int n) {
        double[] x = x(n);
        double[] y = y(n);
        return Matrix.of(IntStream.range(0, n * n).mapToObj(i -> new double[] {x[i % n], y[i / n]})
            .toArray(double[][]::new));
    }

    /** So many evenly spaced numbers, both ends included. */
    static double[] spaced(double from, double to, int n) {
        return IntStream.range(0, n).mapToDouble(i -> from + (to - from) * i / (n - 1)).toArray();
    }
}
