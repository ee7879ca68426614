package realnvp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Room for numbers that a {@link Perceptron} needs for a while, used again in every step. It belongs to one thread at a
 * time; computations that this thread makes one after the other can share it, so that it stays in the cache.
 */
public final class Workspace {
    final MatrixProduct product = MatrixProduct.fastest();
    private final float[][] scratch = new float[4][0];
    private final Map<List<Integer>, PackedMatrix> packed = new HashMap<>();
    private final List<Kept> kept = new ArrayList<>();
    private int next; // of the kept values that nobody has asked for since the start

    /** The values of the hidden layers, and who wrote them last. */
    static final class Kept {
        Object writer;
        float[][] layers = {};
    }

    /** Whoever asks from now on shares the room of those who asked before. */
    public void startAgain() {
        next = 0;
    }

    /** Room for hidden layers of these lengths, to be kept from forward to backward unless another writes there. */
    Kept keep(int[] lengths) {
        if (next == kept.size()) {
            kept.add(new Kept());
        }
        Kept room = kept.get(next++);
        if (room.layers.length < lengths.length) {
            room.layers = Arrays.copyOf(room.layers, lengths.length);
        }
        for (int i = 0; i < lengths.length; i++) {
            if (room.layers[i] == null || room.layers[i].length < lengths[i]) {
                room.layers[i] = new float[lengths[i]];
                room.writer = null; // what somebody wrote is no longer there
            }
        }
        return room;
    }

    /** One of four arrays, at least so long, for a moment. */
    float[] scratch(int i, int length) {
        if (scratch[i].length < length) {
            scratch[i] = new float[length];
        }
        return scratch[i];
    }

    /** A matrix to pack into, for a moment; the same one for everybody who asks for this shape. */
    PackedMatrix packed(int rows, int columns) {
        return packed.computeIfAbsent(List.of(rows, columns), shape -> new PackedMatrix(rows, columns));
    }
}
