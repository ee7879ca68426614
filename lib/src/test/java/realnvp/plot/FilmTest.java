package realnvp.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static realnvp.plot.PlotlyJsonTest.at;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import realnvp.autodiff.Matrix;
import realnvp.flow.RealNvp;
import realnvp.moons.Box;
import realnvp.moons.LabelledPoints;
import realnvp.moons.TwoMoons;

class FilmTest {
    private static final int BYTES = 1_500_000; // of a film in a notebook, which may weigh 2 MB with all figures
    private static final double FLOAT32 = 1e-4; // of numbers up to 10

    private static final LabelledPoints DATA = new TwoMoons(0.05).sampleWithLabels(1500, new Well19937c(5));

    private static RealNvp flow(int couplings) {
        return RealNvp.create(2, couplings, 16, 3, new Well19937c(1)).addNoise(0.05, new Well19937c(2));
    }

    private static List<?> frames(PlotlyFigure film) {
        return (List<?>) PlotlyJson.of(film).get("frames");
    }

    /** The packed numbers of an attribute of a trace in a frame, by the trace's place in the figure. */
    private static double[] numbers(Object frame, int trace, String attribute) {
        int place = ((List<?>) at(frame, "traces")).indexOf(trace);
        Object packed = at(((List<?>) at(frame, "data")).get(place), attribute);
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode((String) at(packed, "bdata")))
            .order(ByteOrder.LITTLE_ENDIAN);
        double[] numbers = new double[bytes.capacity() / 4];
        Arrays.setAll(numbers, i -> bytes.getFloat());
        return numbers;
    }

    private static double[] firstCoordinates(Matrix x, int label) {
        return java.util.stream.IntStream.range(0, x.rows).filter(r -> DATA.labels()[r] == label)
            .mapToDouble(r -> x.get(r, 0)).toArray();
    }

    @Test
    void frameKShowsTheDataAfterKLayers() {
        RealNvp flow = flow(4);
        List<?> frames = frames(MapPlots.forwardFilm("film", flow.chain(), DATA, Box.LATENT));
        assertEquals(List.of("0", "1", "2", "3", "4"), frames.stream().map(f -> at(f, "name")).toList());
        for (int k = 0; k <= 4; k++) {
            double[] shown = numbers(frames.get(k), 2, "x");
            Matrix x = DATA.points().rows(0, 500);
            Matrix expected = k == 0 ? x : flow.chain().prefix(k).forward(x);
            assertArrayEquals(firstCoordinates(expected, 0), shown, FLOAT32, "outer moon after layer " + k);
        }
    }

    @Test
    void fiftyLayersFitANotebook() throws JsonProcessingException {
        PlotlyFigure film = MapPlots.forwardFilm("film", flow(50).chain(), DATA, Box.LATENT);
        int size = new ObjectMapper().writeValueAsString(PlotlyJson.of(film)).length();
        assertTrue(size < BYTES, size + " characters");
        assertEquals(51, frames(film).size());
    }

    @Test
    void aFrameHoldsOnlyWhatMoves() {
        Map<String, PlotlyFigure> frames = new LinkedHashMap<>();
        for (double blur : new double[] {0.1, 0.2}) {
            frames.put("" + blur, PointPlots.over(DensityPlots.density("moons", new TwoMoons(blur), Axes.DATA, 1),
                DATA.points()));
        }
        Object frame = frames(Animation.of("noise", frames)).get(1);
        assertEquals(List.of(0), at(frame, "traces"), "the points stand still");
        assertEquals(java.util.Set.of("z"), ((Map<?, ?>) ((List<?>) at(frame, "data")).get(0)).keySet());
        assertEquals(Map.of(), at(frame, "layout"));
        assertEquals("100, 100", at(((List<?>) at(frame, "data")).get(0), "z", "shape"));
    }

    @Test
    void aNotebookGetsTheSameNumbersPacked() {
        PlotlyFigure figure = DensityPlots.density("moons", new TwoMoons(0.1), Axes.DATA);
        Object plain = figure.data.get(0);
        Object packed = ((List<?>) PlotlyJson.of(figure).get("data")).get(0);
        double[] numbers = ((List<?>) at(plain, "z")).stream().flatMap(row -> ((List<?>) row).stream())
            .mapToDouble(v -> ((Number) v).doubleValue()).toArray();
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode((String) at(packed, "z", "bdata")))
            .order(ByteOrder.LITTLE_ENDIAN);
        assertEquals("100, 100", at(packed, "z", "shape"));
        assertEquals("f4", at(packed, "z", "dtype"));
        for (double number : numbers) {
            assertEquals(number, bytes.getFloat(), 1e-6);
        }
        assertEquals(at(plain, "colorscale"), at(packed, "colorscale"), "what is no number stays as it was");
        assertEquals(at(plain, "type"), at(packed, "type"));
    }

    @Test
    void aGapInALineIsNotANumber() {
        double[] line = new double[20];
        line[7] = Double.NaN;
        PlotlyFigure figure = CurvePlots.curves("line", "x", line, "y", Map.of("y", line));
        Object packed = ((List<?>) PlotlyJson.of(figure).get("data")).get(0);
        byte[] bytes = Base64.getDecoder().decode((String) at(packed, "y", "bdata"));
        assertTrue(Float.isNaN(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(4 * 7)));
    }

    @Test
    void aChangingTitleMovesWithTheFrame() {
        Map<String, PlotlyFigure> frames = new LinkedHashMap<>();
        frames.put("1", PointPlots.points("one", DATA.points(), Axes.DATA));
        frames.put("2", PointPlots.points("two", DATA.points(), Axes.DATA));
        assertEquals("two", at(frames(Animation.of("k", frames)).get(1), "layout", "title", "text"));
    }

    @Test
    void aTrainingFilmStartsAndEndsWithItsFirstAndLastPicture() {
        RealNvp flow = flow(2);
        TrainingFilm film = new TrainingFilm();
        film.follow(flow, Axes.DATA);
        for (int step = 1; step < 100; step++) {
            film.takePicture(step);
        }
        List<?> steps = frames(film.figure("density")).stream().map(f -> at(f, "name")).toList();
        assertEquals("0", steps.get(0));
        assertEquals("99", steps.get(steps.size() - 1));
        assertTrue(steps.size() <= 12, steps.toString());
    }

    @Test
    void theSmallLossCurveKeepsTheWholeRun() {
        TrainingFilm curve = new TrainingFilm();
        for (int step = 1; step <= 10_000; step++) {
            curve.add(step, 10_000, 3.0 / step);
        }
        String[] points = curve.html(400, 10_000).split(" points=\"")[1].split("\"")[0].split(" ");
        assertTrue(points.length > 250 && points.length <= 600, points.length + " points");
        double[] last = Arrays.stream(points[points.length - 1].split(",")).mapToDouble(Double::parseDouble).toArray();
        assertArrayEquals(new double[] {396, 64}, last, 1, "the last loss is at the lower right");
    }
}
