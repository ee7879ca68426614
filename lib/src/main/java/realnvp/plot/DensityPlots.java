package realnvp.plot;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import realnvp.autodiff.Matrix;
import realnvp.flow.Density;

/** Functions on the plane as colours: densities, log densities, log-determinants. */
public final class DensityPlots {
    private static final int GRID = 100; // points on a side: 10,000 numbers are about 50 kB in a notebook

    /** Colours for numbers with a sign, white for 0: ColorBrewer's RdBu, reversed. */
    public static final Object BLUE_TO_RED = List.of(
        List.of(0, "#2166ac"), List.of(0.25, "#92c5de"), List.of(0.5, "#f7f7f7"), List.of(0.75, "#f4a582"),
        List.of(1, "#b2182b"));

    private DensityPlots() { }

    /** The density p(x) from 0 to its largest value in the box. */
    public static PlotlyFigure density(String title, Density p, Axes space) {
        double[][] values = values(p, space, GRID);
        return density(title, values, Math.max(1e-12, finite(values).max().orElse(1)), space);
    }

    /** The density p(x) on colours from 0 to top, so that several figures can be compared. */
    public static PlotlyFigure density(String title, Density p, Axes space, double top) {
        if (!(top > 0)) {
            throw new IllegalArgumentException("top must be greater than 0, got " + top);
        }
        return density(title, values(p, space, GRID), top, space);
    }

    /** log p(x) in nats on colours from lowest to highest; what lies below is drawn as lowest. */
    public static PlotlyFigure logDensity(String title, Density p, Axes space, double lowest, double highest) {
        return map(title, "log p(x) (nats, may exceed 0)", p::logProb, space, lowest, highest);
    }

    /** Any function of a point, (n,2) to n numbers, on colours from lowest to highest. */
    public static PlotlyFigure map(String title, String name, Function<Matrix, double[]> f, Axes space,
            double lowest, double highest) {
        if (!(lowest < highest)) {
            throw new IllegalArgumentException("lowest must be below highest, got %s and %s"
                .formatted(lowest, highest));
        }
        double[][] values = values(f, space, GRID);
        for (double[] row : values) { // far from the data log p falls below -1000, which no colour shows
            Arrays.setAll(row, i -> Math.max(lowest, Math.min(highest, row[i])));
        }
        return heatmap(title, name, values, space, "Cividis", lowest, highest);
    }

    /** log|det J| of a map at every point: red where it stretches, blue where it squeezes, a line at 0. */
    public static PlotlyFigure logDet(String title, Function<Matrix, double[]> logDet, Axes space) {
        double[][] values = values(logDet, space, GRID);
        double limit = Math.max(1e-6, finite(values).map(Math::abs).max().orElse(1));
        return heatmap(title, "log |det J| (nats)", values, space, BLUE_TO_RED, -limit, limit)
            .add(Map.of("type", "contour", "x", space.x(GRID), "y", space.y(GRID), "z", values,
                "contours", Map.of("coloring", "none", "start", 0, "end", 0, "size", 1), "autocontour", false,
                "line", Map.of("color", "black", "width", 1.5), "showscale", false, "hoverinfo", "skip"));
    }

    /** A density on a square grid, on colours from 0 to top. */
    static PlotlyFigure density(String title, double[][] values, double top, Axes space) {
        return heatmap(title, "density p(x)", values, space, "Viridis", 0, top);
    }

    private static PlotlyFigure heatmap(String title, String name, double[][] values, Axes space,
            Object colors, double lowest, double highest) {
        return Theme.widen(space.figure(title), "width", "r", Theme.COLOR_BAR)
            .add(Map.of("type", "heatmap", "x", space.x(values.length), "y", space.y(values.length), "z", values,
                "zmin", lowest, "zmax", highest, "zsmooth", "best", "colorscale", colors,
                "colorbar", Map.of("title", Map.of("text", name, "side", "right"), "thickness", 14,
                    "len", 1, "outlinewidth", 0), "hovertemplate", "(%{x:.2f}, %{y:.2f}): %{z:.3f}<extra></extra>"));
    }

    static double[][] values(Density p, Axes space, int grid) {
        return values(x -> Arrays.stream(p.logProb(x)).map(Math::exp).toArray(), space, grid);
    }

    /** f on the grid: values[row from below][column]. */
    private static double[][] values(Function<Matrix, double[]> f, Axes space, int grid) {
        double[] flat = f.apply(space.grid(grid));
        if (flat.length != grid * grid) {
            throw new IllegalArgumentException("%d points need as many values, got %d"
                .formatted(grid * grid, flat.length));
        }
        return IntStream.range(0, grid).mapToObj(r -> Arrays.copyOfRange(flat, r * grid, (r + 1) * grid))
            .toArray(double[][]::new);
    }

    static DoubleStream finite(double[][] values) {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite);
    }
}
