package realnvp.plot;

import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import realnvp.autodiff.Matrix;
import tech.tablesaw.plotly.traces.Trace;

/** Clouds of points in a plane; a point is a row of a (n,2) matrix. */
public final class PointPlots {
    private static final String[] MOONS = {"outer moon", "inner moon"};
    private static final double SIZE = 4; // px
    private static final double OPACITY = 0.6;
    private static final int CIRCLE = 74; // points of a circle, and one between two circles

    private PointPlots() { }

    /** All points in grey, which is the colour of neither moon: for samples, which have no label. */
    public static PlotlyFigure points(String title, Matrix points, Axes space) {
        return space.figure(title, cloud(points, "#555555"));
    }

    /** Points coloured by label: 0 is the outer moon, 1 the inner one. */
    public static PlotlyFigure points(String title, Matrix points, int[] labels, Axes space) {
        return Theme.withLegend(over(space.figure(title), points, labels));
    }

    /** Latent points coloured by moon, with the circles of 1, 2 and 3 standard deviations of N(0, I). */
    public static PlotlyFigure latent(String title, Matrix z, int[] labels) {
        PlotlyFigure figure = points(title, z, labels, Axes.LATENT);
        double[] x = new double[3 * CIRCLE];
        double[] y = new double[3 * CIRCLE];
        for (int i = 0; i < x.length; i++) {
            double angle = 2 * Math.PI * (i % CIRCLE) / (CIRCLE - 2);
            int sigma = 1 + i / CIRCLE;
            x[i] = i % CIRCLE == CIRCLE - 1 ? Double.NaN : sigma * Math.cos(angle); // NaN lifts the pen
            y[i] = sigma * Math.sin(angle);
        }
        return figure.plus(Theme.line("1, 2, 3 σ", x, y, "#000000", 1.2))
            .trace(figure.data().size(), "line.dash", "dot");
    }

    /** The figure with points over it: data over a density. White with a dark rim is seen on every colour. */
    public static PlotlyFigure over(PlotlyFigure figure, Matrix points) {
        int index = figure.data().size();
        return figure.plus(cloud(points, "#FFFFFF"))
            .trace(index, "opacity", 0.8).trace(index, "marker.line", Map.of("color", "black", "width", 0.8));
    }

    /** The figure with points over it, coloured by label: mapped data over a warped grid. */
    public static PlotlyFigure over(PlotlyFigure figure, Matrix points, int[] labels) {
        if (labels.length != points.rows) {
            throw new IllegalArgumentException("%d points need as many labels, got %d"
                .formatted(points.rows, labels.length));
        }
        double[][] columns = columns(points);
        return figure.plus(IntStream.of(labels).distinct().sorted().mapToObj(label -> {
            double[][] part = Stream.of(columns).map(column -> IntStream.range(0, labels.length)
                .filter(r -> labels[r] == label).mapToDouble(r -> column[r]).toArray()).toArray(double[][]::new);
            String name = label == 0 || label == 1 ? MOONS[label] : "label " + label;
            return Theme.markers(name, part[0], part[1], Theme.color(label), SIZE, OPACITY);
        }).toArray(Trace[]::new));
    }

    static Trace cloud(Matrix points, String color) {
        double[][] columns = columns(points);
        return Theme.markers("", columns[0], columns[1], color, SIZE, OPACITY);
    }

    private static double[][] columns(Matrix points) {
        if (points.columns != 2) {
            throw new IllegalArgumentException("points must have 2 columns, got %s: pick two of them first"
                .formatted(points.shape()));
        }
        return new double[][] {points.column(0), points.column(1)};
    }
}
