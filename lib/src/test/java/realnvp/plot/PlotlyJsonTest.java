package realnvp.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.api.VerticalBarPlot;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Font;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.BarTrace;
import tech.tablesaw.plotly.traces.BoxTrace;
import tech.tablesaw.plotly.traces.ContourTrace;
import tech.tablesaw.plotly.traces.HeatmapTrace;
import tech.tablesaw.plotly.traces.Histogram2DTrace;
import tech.tablesaw.plotly.traces.HistogramTrace;
import tech.tablesaw.plotly.traces.PieTrace;
import tech.tablesaw.plotly.traces.Scatter3DTrace;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.Trace;
import tech.tablesaw.plotly.traces.ViolinTrace;

class PlotlyJsonTest {
    static final double[] X = {1, 2.5, Double.NaN};
    static final Object[] NAMES = {"it's", "a \"b\"", "c\\d"};
    static final double[][] Z = {{1, Double.NaN}, {3, 4}};

    record Case(String type, Trace trace) {
        @Override
        public String toString() {
            return type;
        }
    }

    static List<Case> everyTrace() {
        Object[] pair = {1.0, 2.0};
        return List.of(
            new Case("scatter", ScatterTrace.builder(X, X).build()),
            new Case("scatter3d", Scatter3DTrace.builder(X, X, X).build()),
            new Case("heatmap", HeatmapTrace.builder(pair, pair, Z).build()),
            new Case("contour", ContourTrace.builder(pair, pair, Z).build()),
            new Case("histogram", HistogramTrace.builder(X).build()),
            new Case("histogram2d", Histogram2DTrace.builder(X, X).build()),
            new Case("bar", BarTrace.builder(NAMES, X).build()),
            new Case("box", BoxTrace.builder(NAMES, X).build()),
            new Case("violin", ViolinTrace.builder(NAMES, X).build()),
            new Case("pie", PieTrace.builder(NAMES, X).build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyTrace")
    void everyTraceTypeBecomesJsonWithoutNaN(Case c) {
        Map<String, Object> json = PlotlyJson.of(new Figure(Layout.builder("it's <b>").build(), c.trace));
        Map<?, ?> trace = (Map<?, ?>) ((List<?>) json.get("data")).get(0);
        assertEquals(c.type, trace.get("type"));
        assertHoldsNoNaN(json);
    }

    @Test
    void numbersInQuotesBecomeNumbersAndNaNBecomesNull() {
        Map<?, ?> trace = trace(new Figure(ScatterTrace.builder(X, X).opacity(0.5).build()));
        assertEquals(Arrays.asList(1L, 2.5, null), trace.get("x"));
        assertEquals(0.5, trace.get("opacity"));
    }

    @Test
    void categoriesKeepApostrophesQuotesAndBackslashes() {
        assertEquals(Arrays.asList(NAMES), trace(new Figure(BarTrace.builder(NAMES, X).build())).get("x"));
    }

    @Test
    void namesAndTitlesArriveAsTheyWereGiven() {
        String name = "it's <p> & \"q\" \\alpha";
        Trace trace = ScatterTrace.builder(X, X).name(name).text(new String[] {"1", "it's", "true"}).build();
        Axis axis = Axis.builder().title("it's").titleFont(Font.builder().size(9).build()).range(0.5, 2)
            .autoRange(Axis.AutoRange.FALSE).build();
        Layout layout = Layout.builder("a < b & it's").xAxis(axis).build();
        Map<String, Object> json = PlotlyJson.of(new Figure(layout, trace));
        assertEquals(name, trace(json).get("name"));
        assertEquals(List.of("1", "it's", "true"), trace(json).get("text"));
        assertEquals("a < b & it's", at(json, "layout", "title", "text"));
        assertEquals("it's", at(json, "layout", "xaxis", "title", "text"));
        assertEquals(9L, at(json, "layout", "xaxis", "title", "font", "size"));
        assertEquals(List.of(0.5, 2L), at(json, "layout", "xaxis", "range"));
        assertEquals(false, at(json, "layout", "xaxis", "autorange"));
    }

    /** Postcodes, versions, numbers of rooms: as numbers some would be one bar. Plotly too reads numbers in texts. */
    @ParameterizedTest
    @ValueSource(strings = {"007 1e3 1000", "01067 1067", "1.10 1.1", "1 1.0", "+5 5", "1E3 1000.0", "1d 1", "-7 -07",
        "1_0 10 010", ".5 0.5", "5. 5.0", "1.0E+3 1000.0"})
    void namesThatLookLikeNumbersStayApart(String all) {
        String[] names = all.split(" ");
        double[] y = new double[names.length];
        double[][] z = new double[names.length][names.length];
        for (Trace trace : List.of(BarTrace.builder(names, y).build(), BoxTrace.builder(names, y).build(),
                ViolinTrace.builder(names, y).build(), ScatterTrace.builder(column(names), column(y)).build())) {
            Map<String, Object> json = PlotlyJson.of(new Figure(Layout.builder("t", "rooms", "y").build(), trace));
            assertEquals(List.of(names), trace(json).get("x"));
            assertEquals("category", at(json, "layout", "xaxis", "type"));
            assertEquals("rooms", at(json, "layout", "xaxis", "title", "text"));
        }
        Figure heatmap = new Figure(HeatmapTrace.builder(names, names, z).xAxis("x2").build());
        assertEquals("category", at(PlotlyJson.of(heatmap), "layout", "yaxis", "type"));
        assertEquals(List.of(names), trace(heatmap).get("y"));
    }

    private static StringColumn column(String[] names) {
        return StringColumn.create("names", names);
    }

    private static DoubleColumn column(double[] numbers) {
        return DoubleColumn.create("numbers", numbers);
    }

    @Test
    void numbersAreNumbersHoweverJavaWritesThem() {
        double[] numbers = {1, -0.0, 0.5, 1e-5, 1e7, 1.25e-300, Double.MAX_VALUE, Double.MIN_VALUE, 123456.789, -3,
            Double.NaN, Double.NEGATIVE_INFINITY};
        Map<String, Object> json = PlotlyJson.of(new Figure(ScatterTrace.builder(numbers, numbers).build()));
        List<?> x = (List<?>) trace(json).get("x");
        for (int i = 0; i < numbers.length; i++) {
            assertEquals(Double.isFinite(numbers[i]) ? numbers[i] + 0.0 : null,
                x.get(i) == null ? null : ((Number) x.get(i)).doubleValue());
        }
        assertNull(at(json, "layout", "xaxis"));
        assertEquals(List.of(1L, 20L, -3L), trace(new Figure(ScatterTrace.builder(
            IntColumn.create("n", 1, 20, -3), DoubleColumn.create("m", 1, 2, 3)).build())).get("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C:\\new\\table", "\\", "a\\'b\\", "\\\\server\\user", "\\u0041 \\x", "two\nlines \\n", "x: 'y\\t'"})
    void backslashesArriveWhereverATextStands(String text) {
        Table table = Table.create(StringColumn.create(text, text, "b"), DoubleColumn.create(text + "2", 1, 2));
        Map<String, Object> json = PlotlyJson.of(VerticalBarPlot.create(text, table, text, text + "2"));
        assertEquals(text, at(json, "layout", "title", "text"));
        assertEquals(List.of(text, "b"), trace(json).get("x"));
        Axis axis = Axis.builder().title(text).titleFont(Font.builder().size(9).build()).build();
        Layout layout = Layout.builder(text).xAxis(axis).yAxis(axis).build();
        json = PlotlyJson.of(new Figure(layout, ScatterTrace.builder(X, X).name(text).text(new String[] {text}).build()));
        assertEquals(text, at(json, "layout", "xaxis", "title", "text"));
        assertEquals(text, at(json, "layout", "yaxis", "title", "text"));
        assertEquals(text, trace(json).get("name"));
        assertEquals(List.of(text), trace(json).get("text"));
    }

    @Test
    void twoHeatmapsInOneFigureAreTwoTraces() {
        Object[] pair = {1.0, 2.0};
        Figure figure = new Figure(HeatmapTrace.builder(pair, pair, Z).build(),
            HeatmapTrace.builder(pair, pair, new double[][] {{5, 6}, {7, 8}}).build());
        List<?> data = (List<?>) PlotlyJson.of(figure).get("data");
        assertEquals(List.of(List.of(5L, 6L), List.of(7L, 8L)), ((Map<?, ?>) data.get(1)).get("z"));
        assertEquals(2, data.size());
    }

    @Test
    void largeAndTinyNumbersArriveAsTheyWereGiven() {
        double[] years = {2024.12345, 2024.98765};
        double[] tiny = {1.23456789e-12, 1};
        Map<?, ?> trace = trace(new Figure(ScatterTrace.builder(years, tiny).build()));
        assertEquals(List.of(2024.12345, 2024.98765), trace.get("x"));
        assertEquals(List.of(1.23456789e-12, 1L), trace.get("y"));
    }

    @Test
    void aFigureOfMoreNumbersThanAPageCanDrawIsRefused() {
        for (int points : new int[] {500_001, 700_000}) {
            double[] x = new double[points];
            Figure figure = new Figure(ScatterTrace.builder(x, x).build());
            String message = assertThrows(IllegalArgumentException.class, () -> PlotlyJson.of(figure)).getMessage();
            assertEquals("a figure can have at most 1,000,000 numbers, this one has %,d: plot a sample"
                .formatted(2 * points), message);
        }
        double[] x = new double[500_000];
        assertTrue(PlotlyJson.of(new Figure(ScatterTrace.builder(x, x).build())).containsKey("data"));
    }

    @Test
    void aFigureWithoutLayoutGetsAHeight() {
        Figure bare = new Figure(everyTrace().get(0).trace);
        assertInstanceOf(Number.class, at(PlotlyJson.of(bare), "layout", "height"));
    }

    @Test
    void patchesAreLaidOverWhatTablesawWrote() {
        Object[] pair = {1.0, 2.0};
        PlotlyFigure figure = PlotlyFigure.of(new Figure(Layout.builder("title", "x", "y").build(),
            HeatmapTrace.builder(pair, pair, Z).build()))
            .trace(0, "colorscale", "Cividis").layout("xaxis.title.font.size", 20).logX();
        Map<String, Object> json = PlotlyJson.of(figure.plus(ScatterTrace.builder(X, X).build()));
        assertEquals("Cividis", trace(json).get("colorscale"));
        assertEquals("x", at(json, "layout", "xaxis", "title", "text"));
        assertEquals(20, at(json, "layout", "xaxis", "title", "font", "size"));
        assertEquals("log", at(json, "layout", "xaxis", "type"));
        assertEquals(2, ((List<?>) json.get("data")).size());
        assertEquals(1, figure.data.size(), "plus makes a copy");
    }

    static Map<?, ?> trace(Figure figure) {
        return PlotlyFigure.of(figure).data.get(0);
    }

    static Map<?, ?> trace(Map<String, Object> json) {
        return (Map<?, ?>) ((List<?>) json.get("data")).get(0);
    }

    static Object at(Object json, String... path) {
        for (String key : path) {
            json = ((Map<?, ?>) json).get(key);
        }
        return json;
    }

    static void assertHoldsNoNaN(Object json) {
        if (json instanceof Map<?, ?> map) {
            map.values().forEach(PlotlyJsonTest::assertHoldsNoNaN);
        } else if (json instanceof Iterable<?> list) {
            list.forEach(PlotlyJsonTest::assertHoldsNoNaN);
        } else if (json instanceof Double d) {
            assertTrue(Double.isFinite(d), "the kernels refuse to send " + d);
        }
    }
}
