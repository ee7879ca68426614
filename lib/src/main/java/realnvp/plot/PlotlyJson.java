package realnvp.plot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.Trace;

/**
 * Turns any Tablesaw figure into the JSON that plotly.js draws: {@code {data, layout, config}}, as maps and
 * lists. Tablesaw itself writes JavaScript (bare keys, NaN, numbers in quotes, HTML entities in names), a
 * piece for each trace and one for the layout. Each piece is read leniently and put right; what a
 * {@link PlotlyFigure} carries is laid over the result.
 */
public final class PlotlyJson {
    /** The MIME type under which JupyterLab's plotly extension draws such a map. */
    public static final String MIME = "application/vnd.plotly.v1+json";

    private static final int DIGITS = 5;
    private static final int HEIGHT = 440; // px; without a height the extension squeezes a figure into 360
    private static final Set<String> TEXT = Set.of("name", "text", "title", "labels", "hovertext", "legendgroup");
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*([eE][-+]?\\d+)?|Infinity)|NaN");
    private static final JsonMapper LENIENT = JsonMapper.builder().enable(
        JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES,
        JsonReadFeature.ALLOW_TRAILING_COMMA, JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
        JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER,
        JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();

    private PlotlyJson() { }

    /** The whole figure, patches included; holds no NaN, which the kernels refuse to send. */
    public static Map<String, Object> of(Figure figure) {
        Map<String, Object> config = figure.getConfig() == null ? new LinkedHashMap<>()
            : parse(figure.getConfig().asJavascript());
        config.putIfAbsent("displaylogo", false);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", traces(figure));
        json.put("layout", layout(figure));
        json.put("config", config);
        if (figure instanceof PlotlyFigure patched && !patched.frames().isEmpty()) {
            json.put("frames", patched.frames());
        }
        return json;
    }

    /** The same with the long lists of the traces packed, so that a notebook's file stays small. */
    public static Map<String, Object> packed(Figure figure) {
        Map<String, Object> json = of(figure);
        json.put("data", traces(figure).stream().map(TypedArrays::trace).toList());
        return json;
    }

    static Map<String, Object> layout(Figure figure) {
        Map<String, Object> layout = figure.getLayout() == null ? new LinkedHashMap<>()
            : parse(figure.getLayout().asJavascript());
        layout.putIfAbsent("height", HEIGHT);
        if (figure instanceof PlotlyFigure patched) {
            merge(layout, patched.layoutPatch());
        }
        return layout;
    }

    /** The data of the figure: one map for each trace. */
    static List<Map<String, Object>> traces(Figure figure) {
        List<Map<String, Object>> traces = new ArrayList<>();
        for (Trace trace : figure.getTraces()) {
            Map<String, Object> json = parse(trace.asJavascript(traces.size()));
            if (trace.name() != null) {
                json.put("name", trace.name()); // as given: no detour through HTML
            }
            if (!Theme.isNamed(trace)) {
                json.putIfAbsent("showlegend", false); // else plotly keeps an empty place for it
            }
            if (figure instanceof PlotlyFigure patched) {
                merge(json, patched.tracePatch(traces.size()));
            }
            traces.add(json);
        }
        return traces;
    }

    /** Lays patch over base: maps are merged key by key, anything else replaces what was there. */
    @SuppressWarnings("unchecked")
    static void merge(Map<String, Object> base, Map<String, Object> patch) {
        patch.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                Map<String, Object> merged = new LinkedHashMap<>();
                if (base.get(key) instanceof Map<?, ?> old) {
                    merged.putAll((Map<String, Object>) old);
                }
                merge(merged, (Map<String, Object>) inner);
                base.put(key, merged);
            } else {
                base.put(key, value);
            }
        });
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
            merge(tidy, Map.of("title", Map.of("font", font)));
        }
        return tidy;
    }

    private static Object tidy(String key, Object value) {
        boolean text = TEXT.contains(key);
        if (value instanceof Map<?, ?> map) {
            return tidy(map);
        } else if (value instanceof List<?> list) {
            return !text && isNumeric(list) ? rounded(list, decimals(list))
                : list.stream().map(v -> v instanceof String ? v : tidy(key, v)).toList();
        } else if (key.equals("title")) {
            return new LinkedHashMap<>(Map.of("text", unescape(value.toString())));
        } else if (!text && isNumeric(value)) {
            return rounded(value, DIGITS);
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

    private static boolean isNumeric(Object value) {
        return value == null || value instanceof Number
            || value instanceof String text && NUMBER.matcher(text).matches()
            || value instanceof List<?> list && list.stream().allMatch(PlotlyJson::isNumeric);
    }

    private static DoubleStream finite(Object value) {
        return value instanceof List<?> list ? list.stream().flatMapToDouble(PlotlyJson::finite)
            : value == null ? DoubleStream.empty()
            : DoubleStream.of(Double.parseDouble(value.toString())).filter(Double::isFinite);
    }

    /** Decimals that resolve the range of the numbers: years 2024.1 … 2024.9 need as many as 0.1 … 0.9. */
    private static int decimals(List<?> list) {
        return DIGITS - 1 - magnitude(finite(list).max().orElse(1) - finite(list).min().orElse(0));
    }

    private static int magnitude(double v) {
        return v == 0 ? 0 : (int) Math.floor(Math.log10(Math.abs(v)));
    }

    /** Rounds to so many decimals or to 5 significant digits, whichever is finer; NaN becomes null. */
    private static Object rounded(Object value, int decimals) {
        if (value instanceof List<?> list) {
            List<Object> numbers = new ArrayList<>(list.size()); // may hold nulls
            list.forEach(v -> numbers.add(rounded(v, decimals)));
            return numbers;
        }
        double v = value == null ? Double.NaN : Double.parseDouble(value.toString());
        if (!Double.isFinite(v)) {
            return null;
        } else if (v == Math.rint(v) && Math.abs(v) < 1e15) {
            return (long) v;
        }
        int scale = Math.max(decimals, DIGITS - 1 - magnitude(v));
        return BigDecimal.valueOf(v).setScale(scale, RoundingMode.HALF_EVEN).doubleValue();
    }
}
