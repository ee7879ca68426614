package realnvp.plot;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import realnvp.autodiff.Matrix;

/** Points that are square grey images: d = side² pixels, row by row from the top left; 0 is white. */
public final class ImagePlots {
    private static final Object WHITE_TO_BLACK = List.of(List.of(0, "#ffffff"), List.of(1, "#000000"));

    private ImagePlots() { }

    /** The images (n,d), so many in each row; a pixel of this height is black. */
    public static PlotlyFigure grid(String title, int columns, Matrix images, double black) {
        if (columns < 1) {
            throw new IllegalArgumentException("a row needs at least 1 image, got " + columns);
        }
        int rows = (images.rows + columns - 1) / columns;
        return draw(title, Collections.nCopies(rows, ""), IntStream.range(0, rows).mapToObj(r ->
            images.rows(r * columns, Math.min(images.rows, (r + 1) * columns))).toList(), black);
    }

    /** A row of images (n,d) for each name, which stands at its left. */
    public static PlotlyFigure rows(String title, Map<String, Matrix> rows, double black) {
        return draw(title, List.copyOf(rows.keySet()), List.copyOf(rows.values()), black);
    }

    private static PlotlyFigure draw(String title, List<String> names, List<Matrix> rows, double black) {
        int pixelsOfOne = rows.stream().mapToInt(images -> images.columns).findFirst().orElse(0);
        int side = (int) Math.sqrt(pixelsOfOne);
        if (side == 0 || rows.stream().anyMatch(images -> images.columns != side * side) || !(black > 0)) {
            throw new IllegalArgumentException(("images need the same square number of pixels, and black must be above "
                + "0, got %d pixels and black %s").formatted(pixelsOfOne, black));
        }
        int each = side + 1; // and a gap
        int width = each * rows.stream().mapToInt(images -> images.rows).max().getAsInt() - 1;
        double[][] pixels = new double[each * rows.size() - 1][width];
        Arrays.stream(pixels).forEach(line -> Arrays.fill(line, Double.NaN));
        for (int i = 0; i < rows.size(); i++) {
            for (int k = 0; k < rows.get(i).data.length; k++) {
                int pixel = k % (side * side);
                pixels[each * i + pixel / side][each * (k / (side * side)) + pixel % side] = rows.get(i).data[k];
            }
        }
        int px = Math.max(3, Math.min(14, 560 / Math.max(width, pixels.length)));
        List<Double> middles = IntStream.range(0, rows.size()).mapToObj(i -> each * i + 0.5 * (side - 1)).toList();
        return Theme.widen(Theme.figure(title, "images of %d × %1$d pixels".formatted(side), "row", px * width,
            px * pixels.length), "width", "r", Theme.COLOR_BAR).layout("plot_bgcolor", Theme.PALE)
            .layout("xaxis.showticklabels", false).layout("xaxis.ticks", "").layout("xaxis.showgrid", false)
            .layout("yaxis.tickvals", middles).layout("yaxis.ticktext", names).layout("yaxis.showgrid", false)
            .layout("yaxis.ticks", "").layout("yaxis.automargin", true).layout("yaxis.autorange", "reversed")
            .add(Map.of("type", "heatmap", "z", pixels, "zmin", 0, "zmax", black, "colorscale", WHITE_TO_BLACK,
                "colorbar", Map.of("title", Map.of("text", "pixel", "side", "right"), "thickness", 14, "len", 1,
                "nticks", 3), "hovertemplate", "%{z:.1f}<extra></extra>"));
    }
}
