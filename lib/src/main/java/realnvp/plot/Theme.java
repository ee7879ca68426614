package realnvp.plot;

import java.util.List;
import java.util.Map;

/** The one look of all figures: colours that colour-blind readers can tell apart, sizes, margins, legends. */
final class Theme {
    static final String PALE = "#9fc5e8";
    static final int TOP = 46; // margins in px
    static final int BOTTOM = 58;
    static final int LEFT = 68;
    static final int RIGHT = 24;
    static final int COLOR_BAR = 86;

    // Okabe and Ito (2008)
    private static final String[] COLORS = {"#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9",
        "#000000"};
    private static final Map<String, Object> AXIS = Map.of("gridcolor", "#e8e8e8", "zeroline", false,
        "showline", true, "linecolor", "#888", "mirror", true, "ticks", "outside", "title", Map.of("standoff", 8));

    private Theme() { }

    /** The colour of a curve or a class, counted from 0. */
    static String color(int index) { return COLORS[Math.floorMod(index, COLORS.length)]; }

    /** Title, margins, fonts and two named axes around a plot of the given size in px. */
    static PlotlyFigure figure(String title, String xName, String yName, int plotWidth, int plotHeight) {
        return new PlotlyFigure().layout("showlegend", false)
            .layout("width", LEFT + plotWidth + RIGHT).layout("height", TOP + plotHeight + BOTTOM)
            .layout("margin", Map.of("l", LEFT, "r", RIGHT, "t", TOP, "b", BOTTOM))
            .layout("font", Map.of("size", 13, "color", "#222222"))
            .layout("title", Map.of("text", title, "font", Map.of("size", 16), "xref", "paper", "x", 0.5))
            .layout("xaxis", AXIS).layout("xaxis.title.text", xName)
            .layout("yaxis", AXIS).layout("yaxis.title.text", yName);
    }

    /** A figure with free aspect: curves, bars, losses. */
    static PlotlyFigure chart(String title, String xName, String yName) {
        return figure(title, xName, yName, 600, 320).layout("yaxis.automargin", true);
    }

    /** Adds a legend of the named traces in a strip of its own below the axis name, where it covers nothing. */
    static PlotlyFigure withLegend(PlotlyFigure figure) {
        List<String> names = figure.data.stream().map(trace -> (String) trace.get("name"))
            .filter(name -> !name.isEmpty()).distinct().toList();
        int entry = 55 + 7 * names.stream().mapToInt(String::length).max().orElse(0); // px, about
        int columns = Math.max(1, pixels(figure, "width") / entry);
        int rows = (names.size() + columns - 1) / columns;
        return widen(figure, "height", "b", 14 + 20 * rows).layout("showlegend", true)
            .layout("legend", Map.of("orientation", "h", "yref", "container", "y", 0.01, "yanchor", "bottom",
                "x", 0.5, "xanchor", "center", "itemsizing", "constant"));
    }

    /** Makes the figure larger by some px on one side ("r", "b", "t"), all of it margin. */
    static PlotlyFigure widen(PlotlyFigure figure, String size, String side, int px) {
        return figure.layout(size, pixels(figure, size) + px)
            .layout("margin." + side, pixels(figure, "margin." + side) + px);
    }

    /** Width or height of the plot alone. */
    static int inner(PlotlyFigure figure, String size, String before, String after) {
        return pixels(figure, size) - pixels(figure, "margin." + before) - pixels(figure, "margin." + after);
    }

    /** A size in the layout, or plotly's usual one where the layout says nothing. */
    private static int pixels(PlotlyFigure figure, String path) {
        return figure.layout(path) instanceof Number number ? number.intValue()
            : path.startsWith("margin") ? 80 : path.equals("width") ? 700 : 450;
    }
}
