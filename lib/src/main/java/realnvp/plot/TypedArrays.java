package realnvp.plot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Numbers as plotly.js reads them from text: float32 in base64. A number takes 5 characters and not a line of its own
 * in the notebook's file, so a film weighs a fifth.
 */
final class TypedArrays {
    private static final int SHORT = 16; // so few numbers may as well be read

    private TypedArrays() { }

    /** A copy of the trace with its data packed. */
    static Map<String, Object> trace(Map<String, Object> trace) {
        Map<String, Object> packed = new LinkedHashMap<>(trace);
        packed.replaceAll((key, value) -> value instanceof List<?> list && list.size() >= SHORT ? of(list) : value);
        return packed;
    }

    /** A list of numbers, or of equally long lists of numbers, packed; null is NaN. Anything else stays as it is. */
    private static Object of(List<?> list) {
        int columns = list.get(0) instanceof List<?> row ? row.size() : 1;
        List<?> numbers = list.stream().flatMap(v -> v instanceof List<?> row ? row.stream() : Stream.of(v)).toList();
        if (numbers.size() != list.size() * columns
                || !numbers.stream().allMatch(v -> v == null || v instanceof Number)) {
            return list;
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
        numbers.forEach(v -> bytes.putFloat(v == null ? Float.NaN : ((Number) v).floatValue()));
        Map<String, Object> packed = new LinkedHashMap<>();
        packed.put("dtype", "f4");
        packed.put("bdata", Base64.getEncoder().encodeToString(bytes.array()));
        if (list.get(0) instanceof List) {
            packed.put("shape", list.size() + ", " + columns);
        }
        return packed;
    }
}
