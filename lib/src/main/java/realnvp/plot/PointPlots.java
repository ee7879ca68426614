package realnvp.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import realnvp.autodiff.Matrix;
import realnvp.moons.LabelledPoints;

/** Clouds of points; a point is a row of a (n,2) matrix, or of a (n,d) matrix for pairs of columns. */
public final class PointPlots {
    private static final String[] MOONS = {"outer moon", "inner moon"};
    private static final double SIZE = 4; // px
    private static final double OPACITY = 0.6;
    private static final int CIRCLE = 73; // points

    private PointPlots() { }

    /** All points in grey, which is the colour of neither moon: for samples, which have no label. */
    public static PlotlyFigure points(String title, Matrix points, Axes space) {
        return cloud(space.figure(title), "", points, "#555555");
    }

    /** Points coloured by label: 0 is the outer moon, 1 the inner one. */
    public static PlotlyFigure points(String title, Matrix points, int[] labels, Axes space) {
        return Theme.withLegend(over(space.figure(title), points, labels));
    }

    /** Latent points coloured by moon, with the circles of 1, 2 and 3 standard deviations of N(0, I). */
    public static PlotlyFigure latent(String title, Matrix z, int[] labels) {
        Matrix circles = new Matrix(3 * CIRCLE, 2);
        for (int i = 0; i < circles.rows; i++) {
            double angle = 2 * Math.PI * (i % CIRCLE) / (CIRCLE - 1);
            circles.set(i, 0, (1 + i / CIRCLE) * Math.cos(angle));
            circles.set(i, 1, (1 + i / CIRCLE) * Math.sin(angle));
        }
        return points(title, z, labels, Axes.LATENT).lines("1, 2, 3 σ", circles, CIRCLE, "#000000", 1.2)
            .last("line.dash", "dot");
    }

    /** The figure with points over it: data over a density. White with a dark rim is seen on every colour. */
    public static PlotlyFigure over(PlotlyFigure figure, Matrix points) {
        return cloud(PlotlyFigure.of(figure), "", points, "#FFFFFF")
            .last("opacity", 0.8).last("marker.line", Map.of("color", "black", "width", 0.8));
    }

    /** The figure with points over it, coloured by label: mapped data over a warped grid. */
    public static PlotlyFigure over(PlotlyFigure figure, Matrix points, int[] labels) {
        LabelledPoints all = new LabelledPoints(points, labels); // refuses another number of labels
        PlotlyFigure copy = PlotlyFigure.of(figure);
        for (int label : IntStream.of(all.labels()).distinct().sorted().toArray()) {
            Matrix part = Matrix.of(IntStream.range(0, labels.length).filter(r -> labels[r] == label)
                .mapToObj(points::row).toArray(double[][]::new));
            String name = label == 0 || label == 1 ? MOONS[label] : "label " + label;
            cloud(copy, name, part, Theme.color(label));
        }
        return copy;
    }

    /** Adds the points to the figure. */
    static PlotlyFigure cloud(PlotlyFigure figure, String name, Matrix points, String color) {
        if (points.columns != 2) {
            throw new IllegalArgumentException("points must have 2 columns, got %s: pick two of them first"
                .formatted(points.shape()));
        }
        return figure.markers(name, points.column(0), points.column(1), color, SIZE, OPACITY);
    }

    /**
     * Points of more than two features, (n,d): every pair of the d named columns in a panel, every cloud in a colour of
     * its own, the first one drawn first.
     */
    public static PlotlyFigure pairs(String title, List<String> names, Map<String, Matrix> clouds) {
        if (names.size() < 2 || clouds.isEmpty()) {
            throw new IllegalArgumentException("pairs need at least 2 names and 1 cloud, got %s and %d"
                .formatted(names, clouds.size()));
        }
        clouds.forEach((name, points) -> {
            if (points.columns != names.size()) {
                throw new IllegalArgumentException("%s has shape %s, but the names are %d: %s"
                    .formatted(name, points.shape(), names.size(), names));
            }
        });
        List<PlotlyFigure> panels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                PlotlyFigure panel = Theme.figure("", names.get(i), names.get(j), 260, 260)
                    .layout("xaxis.range", range(i, clouds)).layout("yaxis.range", range(j, clouds));
                int x = i;
                int y = j;
                clouds.forEach((name, points) -> panel.markers(name, points.column(x), points.column(y),
                    Theme.color(panel.data.size()), SIZE, OPACITY));
                panels.add(panel);
            }
        }
        int columns = Math.min(3, panels.size()); // more panels in a row would be too small to read
        return Panels.grid(title, columns, panels.toArray(PlotlyFigure[]::new));
    }

    private static List<Double> range(int column, Map<String, Matrix> clouds) {
        double[] all = clouds.values().stream().flatMapToDouble(points -> Arrays.stream(points.column(column)))
            .toArray();
        double margin = 0.05 * (StatUtils.max(all) - StatUtils.min(all)); // no point lies on the frame
        return List.of(StatUtils.min(all) - margin, StatUtils.max(all) + margin);
    }
}
