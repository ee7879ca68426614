package realnvp.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import realnvp.autodiff.Matrix;
import tech.tablesaw.plotly.components.Line;
import tech.tablesaw.plotly.traces.Trace;

/** Clouds of points in a plane; a point is a row of a (n,2) matrix. */
public final class PointPlots {
    private static final String[] MOONS = {"outer moon", "inner moon"};
    private static final String NO_LABEL = "#555555";
    private static final double SIZE = 4; // px

    private PointPlots() { }

    /** All points in grey, which is the colour of neither moon: for samples, which have no label. */
    public static PlotlyFigure points(String title, Matrix points, Axes space) {
        return space.figure(title, cloud("", points, NO_LABEL));
    }

    /** Points coloured by label: 0 is the outer moon, 1 the inner one. */
    public static PlotlyFigure points(String title, Matrix points, int[] labels, Axes space) {
        return Theme.withLegend(space.figure(title, clouds(points, labels)));
    }

    /** Latent points coloured by moon, with the circles of 1, 2 and 3 standard deviations of N(0, I). */
    public static PlotlyFigure latent(String title, Matrix z, int[] labels) {
        PlotlyFigure figure = points(title, z, labels, Axes.LATENT);
        int n = 73;
        double[] x = new double[3 * n + 2]; // NaN lifts the pen between two circles
        double[] y = new double[3 * n + 2];
        for (int i = 0; i < x.length; i++) {
            double angle = 2 * Math.PI * (i % (n + 1)) / (n - 1);
            int sigma = 1 + i / (n + 1);
            x[i] = i % (n + 1) == n ? Double.NaN : sigma * Math.cos(angle);
            y[i] = i % (n + 1) == n ? Double.NaN : sigma * Math.sin(angle);
        }
        return figure.plus(Theme.line("1, 2, 3 σ", x, y, "#000000", 1.2, Line.Dash.DOT));
    }

    /** The figure with points over it: data over a density. White with a dark rim is seen on every colour. */
    public static PlotlyFigure over(PlotlyFigure figure, Matrix points) {
        int index = figure.getTraces().length;
        return figure.plus(cloud("", points, "#FFFFFF"))
            .trace(index, "opacity", 0.8).trace(index, "marker.line", Map.of("color", "black", "width", 0.8));
    }

    /** The figure with points over it, coloured by label: mapped data over a warped grid. */
    public static PlotlyFigure over(PlotlyFigure figure, Matrix points, int[] labels) {
        return figure.plus(clouds(points, labels));
    }

    static Trace[] clouds(Matrix points, int[] labels) {
        if (labels.length != points.rows) {
            throw new IllegalArgumentException("%d points need as many labels, got %d"
                .formatted(points.rows, labels.length));
        }
        List<Trace> clouds = new ArrayList<>();
        for (int label : IntStream.of(labels).distinct().sorted().toArray()) {
            int[] rows = IntStream.range(0, labels.length).filter(r -> labels[r] == label).toArray();
            Matrix part = new Matrix(rows.length, 2);
            for (int r = 0; r < rows.length; r++) {
                part.set(r, 0, points.get(rows[r], 0));
                part.set(r, 1, points.get(rows[r], 1));
            }
            String name = label == 0 || label == 1 ? MOONS[label] : "label " + label;
            clouds.add(cloud(name, part, Theme.color(label)));
        }
        return clouds.toArray(Trace[]::new);
    }

    static Trace cloud(String name, Matrix points, String color) {
        return Theme.markers(name, twoColumns(points).column(0), points.column(1), color, SIZE, 0.6);
    }

    static Matrix twoColumns(Matrix points) {
        if (points.columns != 2) {
            throw new IllegalArgumentException("points must have 2 columns, got %s: pick two of them first"
                .formatted(points.shape()));
        }
        return points;
    }
}
