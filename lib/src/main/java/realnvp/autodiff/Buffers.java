package realnvp.autodiff;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Arrays that are used again, by length, and packed matrices that are needed for a moment only, by shape. */
final class Buffers {
    private final Map<Integer, ArrayDeque<float[]>> free = new HashMap<>();
    private final Map<List<Integer>, PackedMatrix> packed = new HashMap<>();

    /** An array that was given back, or else a new one. */
    float[] take(int length) {
        ArrayDeque<float[]> fitting = free.get(length);
        return fitting != null && !fitting.isEmpty() ? fitting.pop() : new float[length];
    }

    void giveBack(float[] buffer) {
        free.computeIfAbsent(buffer.length, length -> new ArrayDeque<>()).push(buffer);
    }

    /** The same one for everybody who asks for this shape. */
    PackedMatrix packed(int rows, int columns) {
        return packed.computeIfAbsent(List.of(rows, columns), shape -> new PackedMatrix(rows, columns));
    }
}
