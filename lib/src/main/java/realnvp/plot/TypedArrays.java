package realnvp.plot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers as plotly.js reads them from text: float32 in base64. A number takes 5 characters and not a line of its own
 * in the notebook's file, so a film weighs a fifth.
 */
final class TypedArrays {
    private static final int SHORT = 16; // numbers that may as well be read

    private TypedArrays() { }

    /** A copy of the trace with its data packed. */
    static Map<String, Object> trace(Map<String, Object> trace) {
        Map<String, Object> packed = new LinkedHashMap<>(trace);
        packed.replaceAll((key, value) -> of(value));
        return packed;
    }

    /** A list of numbers, or of equally long lists of numbers, packed; null is NaN. Anything else stays as it is. */
    static Object of(Object value) {
        if (!(value instanceof List<?> list) || list.size() < SHORT) {
            return value;
        }
        if (list.get(0) instanceof List<?> first) {
            boolean table = !first.isEmpty() && list.stream().allMatch(row ->
                row instanceof List<?> numbers && numbers.size() == first.size() && isNumbers(numbers));
            return table ? pack(list.stream().flatMap(row -> ((List<?>) row).stream()).toList(),
                list.size() + ", " + first.size()) : value;
        }
        return isNumbers(list) ? pack(list, null) : value;
    }

    private static boolean isNumbers(List<?> list) {
        return list.stream().allMatch(v -> v == null || v instanceof Number);
    }

    private static Map<String, Object> pack(List<?> numbers, String shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
        numbers.forEach(v -> bytes.putFloat(v == null ? Float.NaN : ((Number) v).floatValue()));
        Map<String, Object> packed = new LinkedHashMap<>();
        packed.put("dtype", "f4");
        packed.put("bdata", Base64.getEncoder().encodeToString(bytes.array()));
        if (shape != null) {
            packed.put("shape", shape);
        }
        return packed;
    }
}
