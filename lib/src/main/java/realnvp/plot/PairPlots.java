package realnvp.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.StatUtils;
import realnvp.autodiff.Matrix;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.Trace;

/**
 * Points of more than two features, as one panel for each pair of columns.
 *
 * <pre>{@code
 * Matrix x = new StandardNormal(3).sample(200, new Well19937c(1));
 * PlotlyFigure figure = PairPlots.pairs("Noise", List.of("a", "b", "c"), Map.of("200 points", x));
 * }</pre>
 */
public final class PairPlots {
    private static final int COLUMNS = 3; // more panels in a row would be too small to read
    private static final int SIDE = 260;  // px
    private static final double MARGIN = 0.05; // of the range, so that no point lies on the frame

    private PairPlots() { }

    /**
     * Every pair of columns in a panel, every cloud in a colour of its own, the same ranges for all clouds.
     *
     * @param names  of the d columns, at least 2
     * @param clouds name to points (n,d); the first is drawn first
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
        List<Figure> panels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                panels.add(panel(names, i, j, clouds));
            }
        }
        return Panels.grid(title, Math.min(COLUMNS, panels.size()), panels.toArray(Figure[]::new));
    }

    private static PlotlyFigure panel(List<String> names, int i, int j, Map<String, Matrix> clouds) {
        List<Trace> traces = new ArrayList<>();
        clouds.forEach((name, points) -> traces.add(
            Theme.markers(name, points.column(i), points.column(j), Theme.color(traces.size()), 4, 0.6)));
        return Theme.figure("", names.get(i), names.get(j), SIDE, SIDE, traces.toArray(Trace[]::new))
            .layout("xaxis.range", range(i, clouds)).layout("yaxis.range", range(j, clouds));
    }

    private static List<Double> range(int column, Map<String, Matrix> clouds) {
        double[] all = clouds.values().stream().flatMapToDouble(points -> Arrays.stream(points.column(column)))
            .toArray();
        double margin = MARGIN * (StatUtils.max(all) - StatUtils.min(all));
        return List.of(StatUtils.min(all) - margin, StatUtils.max(all) + margin);
    }
}
