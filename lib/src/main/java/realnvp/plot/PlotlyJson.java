package realnvp.plot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

    private static final int HEIGHT = 440; // px; without a height the extension squeezes a figure into 360
    private static final Set<String> TEXT = Set.of("name", "text", "title", "labels", "hovertext", "legendgroup");
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*([eE][-+]?\\d+)?|Infinity)|NaN");
    private static final JsonMapper LENIENT = JsonMapper.builder().enable(
        JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES,
        JsonReadFeature.ALLOW_TRAILING_COMMA, JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
        JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER,
        JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();

    private PlotlyJson() { }

    /** The whole figure; it holds no NaN, which the kernels refuse to send. */
    public static Map<String, Object> of(Figure figure) {
        Map<String, Object> config = parse(figure.getConfig() == null ? "{}" : figure.getConfig().asJavascript());
        config.putIfAbsent("displaylogo", false);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", data(figure));
        json.put("layout", layout(figure));
        json.put("config", config);
        if (figure instanceof PlotlyFigure animation && !animation.frames().isEmpty()) {
            json.put("frames", animation.frames());
        }
        return json;
    }

    /** The same with the long lists of the traces packed, so that a notebook's file stays small. */
    public static Map<String, Object> packed(Figure figure) {
        Map<String, Object> json = of(figure);
        json.put("data", data(figure).stream().map(TypedArrays::trace).toList());
        return json;
    }

    static Map<String, Object> layout(Figure figure) {
        if (figure instanceof PlotlyFigure read) {
            return read.layout();
        }
        Map<String, Object> layout = parse(figure.getLayout() == null ? "{}" : figure.getLayout().asJavascript());
        layout.putIfAbsent("height", HEIGHT);
        return layout;
    }

    /** One map for each trace of the figure. */
    static List<Map<String, Object>> data(Figure figure) {
        return figure instanceof PlotlyFigure read ? read.data()
            : Stream.of(figure.getTraces()).map(PlotlyJson::trace).toList();
    }

    private static Map<String, Object> trace(Trace trace) {
        Map<String, Object> json = parse(trace.asJavascript(0));
        if (trace.name() != null) {
            json.put("name", trace.name()); // as given: no detour through HTML
        }
        if (Theme.name(json).isEmpty()) {
            json.putIfAbsent("showlegend", false); // else plotly keeps an empty place for it
        }
        return json;
    }

    /** The value at a path like "xaxis.title.text", null where there is none. */
    static Object at(Map<String, Object> map, String path) {
        Object value = map;
        for (String key : path.split("\\.")) {
            value = value instanceof Map<?, ?> inner ? inner.get(key) : null;
        }
        return value;
    }

    /** Sets the value at a path; a map is laid over the map that is there. */
    static void set(Map<String, Object> map, String path, Object value) {
        int dot = path.lastIndexOf('.');
        Map<String, Object> patch = new LinkedHashMap<>(); // Map.of would refuse null
        patch.put(path.substring(dot + 1), value);
        if (dot < 0) {
            merge(map, patch);
        } else {
            set(map, path.substring(0, dot), patch);
        }
    }

    /** Lays patch over base: maps are merged key by key, anything else replaces what was there. */
    @SuppressWarnings("unchecked")
    static void merge(Map<String, Object> base, Map<String, Object> patch) {
        patch.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                Map<String, Object> merged = copy(base.get(key) instanceof Map<?, ?> old ? old : Map.of());
                merge(merged, (Map<String, Object>) inner);
                base.put(key, merged);
            } else {
                base.put(key, value);
            }
        });
    }

    /** A copy that shares no map with the original. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put((String) key, value instanceof Map<?, ?> inner ? copy(inner) : value));
        return copy;
    }

    private static Map<String, Object> parse(String javascript) {
        String object = javascript.substring(javascript.indexOf('{'), javascript.lastIndexOf('}') + 1);
        try {
            return tidy(LENIENT.readValue(object, Map.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this figure cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, Object> tidy(Map<?, ?> map) {
        Map<String, Object> tidy = new LinkedHashMap<>();
        map.forEach((key, value) -> tidy.put((String) key, tidy((String) key, value)));
        Object font = tidy.remove("titlefont"); // plotly.js 3 and later want it inside the title
        if (font != null && tidy.containsKey("title")) {
            set(tidy, "title.font", font);
        }
        return tidy;
    }

    private static Object tidy(String key, Object value) {
        boolean text = TEXT.contains(key);
        if (value instanceof Map<?, ?> map) {
            return tidy(map);
        } else if (value instanceof List<?> list) {
            boolean numbers = !text && list.stream().allMatch(PlotlyJson::isNumber);
            List<Object> tidy = new ArrayList<>(list.size()); // may hold nulls
            list.forEach(v -> tidy.add(v instanceof String && !numbers ? v : tidy(key, v)));
            return tidy;
        } else if (key.equals("title")) {
            return Map.of("text", unescape(value.toString()));
        } else if (!text && isNumber(value)) {
            return number(value);
        } else if (!text && ("true".equals(value) || "false".equals(value))) {
            return Boolean.valueOf(value.toString());
        }
        return value instanceof String s ? unescape(s) : value;
    }

    /** Undoes Tablesaw's escaping; only after parsing, since a bare apostrophe would end the string. */
    private static String unescape(String text) {
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'")
            .replace("&amp;", "&");
    }

    private static boolean isNumber(Object value) {
        return value == null || value instanceof Number
            || value instanceof String text && NUMBER.matcher(text).matches();
    }

    /** A whole number as long, any other finite one as double, NaN and infinity as null. */
    private static Object number(Object value) {
        double v = value == null ? Double.NaN : Double.parseDouble(value.toString());
        if (!Double.isFinite(v)) {
            return null;
        }
        return v == Math.rint(v) && Math.abs(v) < 1e15 ? (Object) (long) v : (Object) v;
    }
}
