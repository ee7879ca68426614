package realnvp.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import realnvp.autodiff.Matrix;
import realnvp.flow.Chain;
import realnvp.moons.Box;
import realnvp.moons.LabelledPoints;

/** What a map of the plane does: to a grid, to single points, layer by layer. */
public final class MapPlots {
    private static final int ALONG = 81; // points along a grid line, so that it can bend
    private static final int FILM_LINES = 11; // in each direction
    private static final int FILM_NUMBERS = 200_000; // in all frames together: 1.1 MB in a notebook

    private MapPlots() { }

    /**
     * The grid lines of a box, so many in each direction, after the map: (n,2) to (n,2), drawn in the target plane.
     * Where cells grow, the map stretches.
     */
    public static PlotlyFigure warpedGrid(String title, UnaryOperator<Matrix> map, Box box, int lines, Axes target) {
        if (lines < 2) {
            throw new IllegalArgumentException("lines must be at least 2, got " + lines);
        }
        return draw(target.figure(title), map.apply(grid(box, lines, ALONG)), ALONG);
    }

    /** An arrow from every point to its image, both in the same plane; 30 to 100 points can be read. */
    public static PlotlyFigure arrows(String title, Matrix x, UnaryOperator<Matrix> map, Axes space) {
        Matrix z = map.apply(x);
        Matrix ends = Matrix.of(IntStream.range(0, 2 * x.rows).mapToObj(i -> (i % 2 == 0 ? x : z).row(i / 2))
            .toArray(double[][]::new));
        int[] sizes = IntStream.range(0, 3 * x.rows).map(i -> i % 3 == 1 ? 9 : 0).toArray(); // a head at the image
        PlotlyFigure arrows = space.figure(title).lines("", ends, 2, "#777777", 1.2)
            .last("mode", "lines+markers").last("marker", Map.of("symbol", "arrow", "angleref", "previous",
                "size", sizes, "color", Theme.color(4), "opacity", 1));
        return PointPlots.cloud(arrows, "", x, Theme.color(0));
    }

    /**
     * Labelled data and a square grid around them, carried forwards through 0, 1, 2, … layers of the chain, with a
     * slider and Play. The longer the chain, the fewer of the points it shows.
     */
    public static PlotlyFigure forwardFilm(String title, Chain chain, LabelledPoints data, Box shown) {
        List<UnaryOperator<Matrix>> steps = new ArrayList<>();
        chain.bijectors().forEach(layer -> steps.add(layer::forward));
        Axes between = new Axes("first coordinate", "second coordinate", shown);
        steps.add(0, UnaryOperator.identity()); // the first frame
        int each = FILM_NUMBERS / steps.size() / 2; // places in the plane
        int n = Math.min(data.points().rows, Math.min(500, each / 4));
        int along = Math.max(2, Math.min(151, (each - n) / 2 / FILM_LINES)); // 50 layers keep half of them
        Matrix points = data.points().rows(0, n);
        double[] x = points.column(0);
        double[] y = points.column(1);
        Box around = new Box(StatUtils.min(x) - 0.1, StatUtils.max(x) + 0.1, StatUtils.min(y) - 0.1,
            StatUtils.max(y) + 0.1);
        Matrix grid = grid(around, FILM_LINES, along);
        Map<String, PlotlyFigure> frames = new LinkedHashMap<>();
        for (UnaryOperator<Matrix> step : steps) {
            points = step.apply(points);
            grid = step.apply(grid);
            PlotlyFigure net = draw(between.figure(title), grid, along)
                .trace(0, "opacity", 0.6).trace(1, "opacity", 0.6);
            frames.put(String.valueOf(frames.size()),
                Theme.withLegend(PointPlots.over(net, points, Arrays.copyOf(data.labels(), n))));
        }
        return Animation.of("layers:", frames);
    }

    /** Points along vertical and then along horizontal lines of a box, line after line. */
    private static Matrix grid(Box box, int lines, int along) {
        Matrix grid = new Matrix(2 * lines * along, 2);
        for (int i = 0; i < grid.rows; i++) {
            double across = i / along % lines / (lines - 1.0);
            double place = i % along / (along - 1.0);
            boolean vertical = i < lines * along;
            grid.set(i, 0, box.xMin() + (vertical ? across : place) * (box.xMax() - box.xMin()));
            grid.set(i, 1, box.yMin() + (vertical ? place : across) * (box.yMax() - box.yMin()));
        }
        return grid;
    }

    /** Draws the lines of such a grid after a map. */
    private static PlotlyFigure draw(PlotlyFigure figure, Matrix image, int along) {
        return figure.lines("", image.rows(0, image.rows / 2), along, Theme.color(2), 1)
            .lines("", image.rows(image.rows / 2, image.rows), along, Theme.color(3), 1);
    }
}
