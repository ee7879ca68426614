package realnvp.plot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.unbescape.html.HtmlEscape;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.Trace;

/**
 * Turns any Tablesaw figure into the JSON that plotly.js draws: {@code {data, layout, config}}, as maps and lists.
 * Tablesaw itself writes JavaScript (bare keys, NaN, numbers in quotes, HTML entities in names), one object for each
 * trace and one for the layout. Each object is read leniently and put right.
 */
public final class PlotlyJson {
    /** The MIME type under which JupyterLab's plotly extension draws such a map. */
    public static final String MIME = "application/vnd.plotly.v1+json";

    private static final int MOST = 1_000_000;
    private static final int LONG = 16; // fewer numbers are sent as they are
    private static final Set<String> TEXT = Set.of("name", "text", "title", "labels", "hovertext", "legendgroup");
    /** A number as Java writes it: 007, 1e3 and 1.10 are names. */
    private static final Pattern NUMBER = Pattern.compile("-?((0|[1-9]\\d*)(\\.(0|\\d*[1-9])(E-?\\d+)?)?|Infinity)|NaN");
    private static final Pattern UNESCAPED = Pattern.compile("(?m)^\\s*\\w+: '[^']*'"); // Tablesaw escapes lists alone
    private static final JsonMapper LENIENT = JsonMapper.builder().enable(JsonReadFeature.values()).build();

    private PlotlyJson() { }

    /** The whole figure, its long lists packed; no NaN, which no kernel sends. More than a million numbers throw. */
    public static Map<String, Object> of(Figure figure) {
        PlotlyFigure read = PlotlyFigure.of(figure);
        long numbers = read.data.stream().flatMap(trace -> trace.values().stream()).mapToLong(PlotlyJson::size).sum();
        if (numbers > MOST) {
            throw new IllegalArgumentException("a figure can have at most %,d numbers, this one has %,d: plot a sample"
                .formatted(MOST, numbers));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", read.data.stream().map(PlotlyJson::packed).toList());
        json.put("layout", read.layout);
        set(json, "config.displaylogo", false);
        set(json, "config", parse(figure.getConfig() == null ? "{}" : figure.getConfig().asJavascript()));
        if (!read.frames.isEmpty()) {
            json.put("frames", read.frames);
        }
        return json;
    }

    /**
     * A copy of a trace with its long lists as plotly.js reads them from text: float32 in base64. A number takes 5
     * characters and not a line of its own in the notebook's file, so a film weighs a fifth.
     */
    static Map<String, Object> packed(Map<String, Object> trace) {
        Map<String, Object> packed = new LinkedHashMap<>(trace);
        packed.replaceAll((key, value) -> value instanceof List<?> list && list.size() >= LONG ? packed(list) : value);
        return packed;
    }

    private static long size(Object value) {
        return !(value instanceof List<?> list) ? 0 : list.stream().mapToLong(v -> Math.max(1, size(v))).sum();
    }

    /** A list of numbers, or of equally long lists of numbers, packed; null is NaN. Anything else stays as it is. */
    private static Object packed(List<?> list) {
        List<?> numbers = list.stream().flatMap(v -> v instanceof List<?> row ? row.stream() : Stream.of(v)).toList();
        if (numbers.size() % list.size() > 0 || !numbers.stream().allMatch(v -> v == null || v instanceof Number)) {
            return list;
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
        numbers.forEach(v -> bytes.putFloat(v == null ? Float.NaN : ((Number) v).floatValue()));
        String text = Base64.getEncoder().encodeToString(bytes.array());
        return list.get(0) instanceof List
            ? Map.of("dtype", "f4", "bdata", text, "shape", list.size() + ", " + numbers.size() / list.size())
            : Map.of("dtype", "f4", "bdata", text);
    }

    /** The layout of a figure as Tablesaw writes it. */
    static Map<String, Object> layout(Figure figure) {
        Map<String, Object> layout = parse(figure.getLayout() == null ? "{}" : figure.getLayout().asJavascript());
        layout.putIfAbsent("height", 440); // px; without a height the extension squeezes a figure into 360
        return layout;
    }

    /** A trace as Tablesaw writes it. */
    static Map<String, Object> trace(Trace trace) {
        Map<String, Object> json = parse(trace.asJavascript(0));
        json.put("name", Objects.toString(trace.name(), "")); // as given: no detour through HTML
        return json;
    }

    /** Keeps plotly, which reads 007 and 1e3 as numbers, from giving two names of a trace one place on an axis. */
    static void separateNames(PlotlyFigure figure, Map<String, Object> trace) {
        for (String axis : List.of("x", "y")) {
            if (trace.get(axis) instanceof List<?> list && list.stream().anyMatch(v -> v instanceof String name
                    && name.matches("\\s*[-+]?[\\d.]+([eE][-+]?\\d+)?\\s*"))) {
                figure.layout(trace.getOrDefault(axis + "axis", axis).toString().replaceFirst("^.", "$0axis") + ".type",
                    "category");
            }
        }
    }

    /** The value at a path like "xaxis.title.text", null where there is none. */
    static Object at(Map<String, Object> map, String path) {
        Object value = map;
        for (String key : path.split("\\.")) {
            value = value instanceof Map<?, ?> inner ? inner.get(key) : null;
        }
        return value;
    }

    /** Sets the value at a path; a map is laid over the map that is there, key by key, and an array becomes a list. */
    @SuppressWarnings("unchecked")
    static void set(Map<String, Object> map, String path, Object value) {
        int dot = path.indexOf('.');
        if (dot >= 0) {
            set(map, path.substring(0, dot), Collections.singletonMap(path.substring(dot + 1), value));
        } else if (value instanceof Map<?, ?> entries) {
            map.compute(path, (key, old) -> old instanceof Map ? old : new LinkedHashMap<>());
            entries.forEach((name, entry) -> set((Map<String, Object>) map.get(path), (String) name, entry));
        } else {
            boolean array = value != null && value.getClass().isArray();
            map.put(path, array ? tidy(path, LENIENT.convertValue(value, List.class)) : value);
        }
    }

    private static Map<String, Object> parse(String javascript) {
        String object = UNESCAPED.matcher(javascript.substring(javascript.indexOf('{'), javascript.lastIndexOf('}') + 1))
            .replaceAll(text -> Matcher.quoteReplacement(text.group().replace("\\", "\\\\")));
        try {
            return tidy(LENIENT.readValue(object, Map.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this figure cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, Object> tidy(Map<?, ?> map) {
        Map<String, Object> tidy = new LinkedHashMap<>();
        map.forEach((key, value) -> set(tidy, key.equals("title") && !(value instanceof Map) ? "title.text"
            : key.equals("titlefont") ? "title.font" // plotly.js 3 and later want it inside the title
            : (String) key, tidy((String) key, value)));
        return tidy;
    }

    private static Object tidy(String key, Object value) {
        if (value instanceof Map<?, ?> map) {
            return tidy(map);
        } else if (TEXT.contains(key)) {
            return value instanceof String text ? HtmlEscape.unescapeHtml(text) : value;
        } else if (value instanceof List<?> list) {
            List<Object> tidy = new ArrayList<>(list.size()); // may hold nulls
            list.forEach(v -> tidy.add(tidy(key, v)));
            boolean names = tidy.stream().anyMatch(v -> v instanceof String) // "4" may be one of the categories
                || Set.of("x", "y").contains(key) && list.stream().filter(v -> v instanceof String s && s.matches(".*\\d"))
                    .map(v -> ((String) v).contains(".")).distinct().count() > 1; // 1 beside 1.0
            return names ? list : tidy;
        }
        String text = String.valueOf(value);
        if (value == null || NUMBER.matcher(text).matches()) {
            double v = value == null ? Double.NaN : Double.parseDouble(text);
            return !Double.isFinite(v) ? null : v == (long) v ? (Object) (long) v : (Object) v;
        }
        return text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text)
            : HtmlEscape.unescapeHtml(text); // after parsing, since a bare apostrophe would have ended the string
    }
}
