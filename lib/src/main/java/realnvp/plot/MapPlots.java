package realnvp.plot;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import realnvp.autodiff.Matrix;
import realnvp.data.Box;
import realnvp.flow.Chain;
import tech.tablesaw.plotly.components.Line;
import tech.tablesaw.plotly.traces.Trace;

/** What a map of the plane does: to a grid, to single points, layer by layer. */
public final class MapPlots {
    private static final int ALONG = 101; // points along a grid line, so that it can bend

    private MapPlots() { }

    /**
     * The grid lines of a box after the map: (n,2) to (n,2). Where cells grow, the map stretches.
     *
     * @param lines  in each direction
     * @param target the plane in which the image is drawn
     */
    public static PlotlyFigure warpedGrid(String title, UnaryOperator<Matrix> map, Box box, int lines,
            Space target) {
        if (lines < 2) {
            throw new IllegalArgumentException("lines must be at least 2, got " + lines);
        }
        return target.figure(title, lines(map, box, lines, true), lines(map, box, lines, false));
    }

    /** An arrow from every point to its image, both in the same plane; 30 to 100 points can be read. */
    public static PlotlyFigure arrows(String title, Matrix x, UnaryOperator<Matrix> map, Space space) {
        Matrix z = map.apply(PointPlots.twoColumns(x));
        double[][] ends = new double[2][3 * x.rows]; // from, to, NaN to lift the pen
        Integer[] sizes = new Integer[3 * x.rows];
        for (int r = 0; r < 3 * x.rows; r++) {
            for (int c = 0; c < 2; c++) {
                ends[c][r] = r % 3 == 0 ? x.get(r / 3, c) : r % 3 == 1 ? z.get(r / 3, c) : Double.NaN;
            }
            sizes[r] = r % 3 == 1 ? 9 : 0;
        }
        Trace shafts = Look.line("", ends[0], ends[1], "#777777", 1.2, Line.Dash.SOLID);
        Trace starts = PointPlots.cloud("", x, Look.COLORS[0]);
        return space.figure(title, shafts, starts).trace(0, "mode", "lines+markers")
            .trace(0, "marker.symbol", "arrow").trace(0, "marker.angleref", "previous")
            .trace(0, "marker.size", Arrays.asList(sizes)).trace(0, "marker.color", Look.COLORS[4])
            .trace(0, "marker.opacity", 1);
    }

    /** Labelled data after so many layers of the chain, a panel for each count; 0 is the data themselves. */
    public static PlotlyFigure layers(String title, Chain chain, Matrix x, int[] labels, Box box,
            int... counts) {
        Space between = new Space("first coordinate", "second coordinate", box);
        return Panels.grid(title, Math.min(4, counts.length), IntStream.of(counts)
            .mapToObj(k -> k == 0 ? PointPlots.points("data", x, labels, between)
                : PointPlots.points("after layer " + k, chain.prefix(k).forward(x), labels, between))
            .toArray(PlotlyFigure[]::new));
    }

    private static Trace lines(UnaryOperator<Matrix> map, Box box, int lines, boolean vertical) {
        Matrix grid = new Matrix(lines * ALONG, 2);
        for (int i = 0; i < grid.rows; i++) {
            double across = Space.between(0, 1, i / ALONG, lines);
            double along = Space.between(0, 1, i % ALONG, ALONG);
            grid.set(i, 0, box.xMin() + (vertical ? across : along) * (box.xMax() - box.xMin()));
            grid.set(i, 1, box.yMin() + (vertical ? along : across) * (box.yMax() - box.yMin()));
        }
        Matrix image = map.apply(grid);
        double[][] xy = new double[2][lines * (ALONG + 1)];
        for (int i = 0; i < xy[0].length; i++) {
            for (int c = 0; c < 2; c++) {
                int along = i % (ALONG + 1);
                xy[c][i] = along == ALONG ? Double.NaN : image.get(i / (ALONG + 1) * ALONG + along, c);
            }
        }
        return Look.line("", xy[0], xy[1], vertical ? Look.COLORS[2] : Look.COLORS[3], 1, Line.Dash.SOLID);
    }
}
