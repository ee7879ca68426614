package realnvp.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static realnvp.plot.PlotlyJsonTest.assertHoldsNoNaN;
import static realnvp.plot.PlotlyJsonTest.at;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.flow.Chain;
import realnvp.flow.RealNvp;
import realnvp.flow.StandardNormal;
import realnvp.flow.Standardize;
import realnvp.moons.Box;
import realnvp.moons.LabelledPoints;
import realnvp.train.BatchSource;
import realnvp.train.Trainer;
import realnvp.train.TrainingLog;

class BuildersTest {
    private static final StandardNormal NORMAL = new StandardNormal(2);
    private static final Matrix X = NORMAL.sample(50, new Well19937c(1));
    private static final int[] LABELS = alternating(50);
    private static final UnaryOperator<Matrix> IDENTITY = Matrix::copy;
    private static final Chain CHAIN = new Chain(List.of(Standardize.fit(X), Standardize.fit(X)));

    private static int[] alternating(int n) {
        int[] labels = new int[n];
        for (int i = 1; i < n; i += 2) {
            labels[i] = 1;
        }
        return labels;
    }

    private static TrainingLog log() {
        return new Trainer(RealNvp.create(2, 1, 4, 2, new Well19937c(1)), BatchSource.shuffled(X, new Well19937c(1)))
            .steps(3).batchSize(X.rows).heldOut(X, 3).train();
    }

    record Case(String name, boolean plane, PlotlyFigure figure) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> everyBuilder() {
        double[] x = {1, 10, 100};
        return Stream.of(
            new Case("points", true, PointPlots.points("it's", X, Axes.DATA)),
            new Case("points by label", true, PointPlots.points("it's", X, LABELS, Axes.DATA)),
            new Case("latent", true, PointPlots.latent("it's", X, LABELS)),
            new Case("density", true, DensityPlots.density("it's", NORMAL, Axes.LATENT)),
            new Case("density to a fixed top", true, DensityPlots.density("it's", NORMAL, Axes.LATENT, 0.2)),
            new Case("log density", true, DensityPlots.logDensity("it's", NORMAL, Axes.DATA, -8, 2)),
            new Case("log-det", true, DensityPlots.logDet("it's", CHAIN::forwardLogDet, Axes.DATA)),
            new Case("points over a density", true,
                PointPlots.over(DensityPlots.density("it's", NORMAL, Axes.LATENT), X)),
            new Case("warped grid", true, MapPlots.warpedGrid("it's", IDENTITY, Box.LATENT, 5, Axes.DATA)),
            new Case("arrows", true, MapPlots.arrows("it's", X, IDENTITY, Axes.LATENT)),
            new Case("pairs", false, PointPlots.pairs("it's", List.of("a", "b", "c"),
                Map.of("noise", new StandardNormal(3).sample(50, new Well19937c(2))))),
            new Case("loss", false, CurvePlots.loss("it's", log(), Map.of("floor", 0.3)).logX()),
            new Case("curves", false,
                CurvePlots.curves("it's", "x", x, "y", Map.of("it's", x)).logX().logY()),
            new Case("dots", false, CurvePlots.dots("it's", "layers", "nats", Map.of("it's",
                new TreeMap<>(Map.of(1, new double[] {3, 4}, 50, new double[] {0.1, 0.2})))).logX().logY()),
            new Case("functions", false,
                CurvePlots.functions("it's", "x", 0, 1, "y", Map.of("log", Math::log))),
            new Case("bars", false, CurvePlots.bars("it's", "nats", Map.of("it's", 1.0, "4", 2.0))),
            new Case("histogram", false, CurvePlots.histogram("it's", "x", x, 10, Map.of("exp", Math::exp))),
            new Case("animation", true, animation()),
            new Case("forward film", true,
                MapPlots.forwardFilm("it's", CHAIN, new LabelledPoints(X, LABELS), Box.LATENT)),
            new Case("images", false,
                ImagePlots.grid("it's", 3, new StandardNormal(9).sample(7, new Well19937c(1)), 1)),
            new Case("images by name", false, ImagePlots.rows("it's",
                Map.of("sample", new StandardNormal(64).sample(10, new Well19937c(1))), 16)),
            new Case("row", true, Panels.row("it's", PointPlots.points("a", X, Axes.DATA),
                DensityPlots.density("b", NORMAL, Axes.DATA))));
    }

    private static PlotlyFigure animation() {
        Map<String, PlotlyFigure> frames = new LinkedHashMap<>();
        frames.put("1", PointPlots.points("one", X, Axes.DATA));
        frames.put("2", PointPlots.points("two", X, Axes.DATA));
        return Animation.of("layers", frames);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyBuilder")
    void everyFigureHasNamedAxesAndFitsANotebook(Case c) throws JsonProcessingException {
        Map<String, Object> json = PlotlyJson.of(c.figure);
        assertHoldsNoNaN(json);
        assertHoldsNoNaN(c.figure.data);
        assertEquals("it's", c.name.equals("animation") ? "it's" : at(json, "layout", "title", "text"));
        assertFalse(at(json, "layout", "yaxis", "title", "text").toString().isEmpty());
        assertNotNull(at(json, "layout", "xaxis", "title", "text"));
        if (c.plane) {
            assertEquals("x", at(json, "layout", "yaxis", "scaleanchor"));
            assertNotNull(at(json, "layout", "xaxis", "range"));
        }
        int size = new ObjectMapper().writeValueAsString(json).length();
        assertTrue(size < 250_000, "%d characters are too many for a notebook".formatted(size));
    }

    @Test
    void panelsHaveAxesOfTheirOwnAndShareOneColourBar() {
        Map<String, Object> json = PlotlyJson.of(Panels.grid("grid", 2,
            DensityPlots.density("a", NORMAL, Axes.DATA, 0.5),
            DensityPlots.density("b", NORMAL, Axes.DATA, 2),
            PointPlots.points("c", X, LABELS, Axes.DATA)));
        List<?> data = (List<?>) json.get("data");
        assertEquals(List.of("x", "x2", "x3", "x3"), data.stream().map(t -> at(t, "xaxis")).toList());
        assertEquals(List.of(2.0, 2.0), data.subList(0, 2).stream().map(t -> at(t, "zmax")).toList());
        assertEquals(List.of(true, false), data.subList(0, 2).stream().map(t -> at(t, "showscale")).toList());
        assertEquals("x2", at(json, "layout", "yaxis2", "scaleanchor"));
        assertEquals("y3", at(json, "layout", "xaxis3", "anchor"));
        List<?> left = (List<?>) at(json, "layout", "xaxis", "domain");
        List<?> right = (List<?>) at(json, "layout", "xaxis2", "domain");
        assertTrue((double) left.get(1) < (double) right.get(0), "panels overlap");
        List<?> titles = (List<?>) at(json, "layout", "annotations");
        assertEquals(List.of("a", "b", "c"), titles.stream().map(t -> at(t, "text")).toList());
    }

    @Test
    void anAnimationCarriesItsFrames() {
        Map<String, Object> json = PlotlyJson.of(animation());
        List<?> frames = (List<?>) json.get("frames");
        assertEquals(List.of("1", "2"), frames.stream().map(f -> at(f, "name")).toList());
        assertEquals(2, ((List<?>) at(((List<?>) at(json, "layout", "sliders")).get(0), "steps")).size());
        Map<String, PlotlyFigure> uneven = new LinkedHashMap<>();
        uneven.put("1", PointPlots.points("one", X, Axes.DATA));
        uneven.put("2", PointPlots.points("two", X, LABELS, Axes.DATA));
        assertRefused("all frames need 1 traces like the first, but 2 has 2",
            () -> Animation.of("k", uneven));
    }

    @Test
    void aTapeIsDrawnWithValuesAndGradientsAndAWayForEachParent() {
        Tape tape = new Tape();
        Tensor a = tape.variable(Matrix.of(new double[] {3}));
        Tensor y = a.mul(a).add(a);
        tape.backward(y);
        List<?> traces = (List<?>) PlotlyJson.of(TapePlots.graph("it's", y, Map.of(a, "a"))).get("data");
        assertEquals(4 + 1, traces.size(), "two ways into the product, two into the sum, and the circles");
        Object circles = traces.get(4);
        assertEquals(List.of("<b>add</b><br>12.000<br>g 1.000", "<b>mul</b><br>9.000<br>g 1.000",
            "<b>a</b><br>3.000<br>g 7.000"), at(circles, "text"));
        assertEquals(List.of(0L, -1L, -2L), at(circles, "x"), "the input stands left of all that is made from it");
    }

    @Test
    void heatmapRowsRunFromBelowAndColumnsFromTheLeft() {
        Axes unit = Axes.DATA.within(new Box(0, 1, 0, 10));
        PlotlyFigure figure = DensityPlots.map("it's", "x + y", m -> {
            double[] sum = m.column(0);
            for (int i = 0; i < m.rows; i++) {
                sum[i] += m.get(i, 1);
            }
            return sum;
        }, unit, 0, 11);
        List<?> z = (List<?>) PlotlyJsonTest.trace(figure).get("z");
        assertEquals(1L, ((List<?>) z.get(0)).get(99), "right of the lowest row: x = 1, y = 0");
        assertEquals(10L, ((List<?>) z.get(99)).get(0), "left of the highest row: x = 0, y = 10");
    }

    /** Two rows of images of 2 × 2 pixels, with one empty line or column between them; the last row is not full. */
    @Test
    void imagesStandInReadingOrderFromTheTopLeft() {
        Matrix images = Matrix.of(new double[] {1, 2, 3, 4}, new double[] {5, 6, 7, 8}, new double[] {9, 10, 11, 12});
        PlotlyFigure figure = ImagePlots.grid("it's", 2, images, 12);
        assertEquals("[[1, 2, null, 5, 6], [3, 4, null, 7, 8], [null, null, null, null, null], "
            + "[9, 10, null, null, null], [11, 12, null, null, null]]",
            PlotlyJsonTest.trace(figure).get("z").toString());
        assertEquals("reversed", at(PlotlyJson.of(figure), "layout", "yaxis", "autorange"));
    }

    @Test
    void badInputIsNamed() {
        assertRefused("images need the same square number of pixels, and black must be above 0, got 5 pixels "
            + "and black 16.0", () -> ImagePlots.grid("", 2, new Matrix(3, 5), 16));
        assertRefused("images need the same square number of pixels, and black must be above 0, got 4 pixels "
            + "and black 0.0", () -> ImagePlots.grid("", 2, new Matrix(3, 4), 0));
        assertRefused("images need the same square number of pixels, and black must be above 0, got 0 pixels "
            + "and black 16.0", () -> ImagePlots.rows("", Map.of(), 16));
        assertRefused("a row needs at least 1 image, got 0", () -> ImagePlots.grid("", 0, new Matrix(3, 4), 16));
        Matrix wide = new Matrix(3, 5);
        assertRefused("points must have 2 columns, got (3,5): pick two of them first",
            () -> PointPlots.points("", wide, Axes.DATA));
        assertRefused("50 points need 50 labels, got 3",
            () -> PointPlots.points("", X, new int[3], Axes.DATA));
        assertRefused("top must be greater than 0, got 0.0",
            () -> DensityPlots.density("", NORMAL, Axes.DATA, 0));
        assertRefused("panels need at least 1 figure and 1 column, got 0 and 0", () -> Panels.row(""));
        assertRefused("a histogram needs at least 1 bin and 2 different, finite values, "
            + "got 3 bins and 0 values", () -> CurvePlots.histogram("", "x", new double[0], 3, Map.of()));
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
