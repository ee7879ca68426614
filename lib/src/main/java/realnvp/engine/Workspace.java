package realnvp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Room for numbers that a {@link Perceptron} needs for a while, used again in every step. It belongs to one thread at a
 * time; tapes whose computations this thread makes one after the other can share it, so that it stays in the cache.
 */
public final class Workspace {
    final MatrixProduct product = MatrixProduct.fastest();
    private final float[][] scratch = new float[4][0];
    private final Map<List<Integer>, PackedMatrix> packed = new HashMap<>();
    private final List<float[][]> kept = new ArrayList<>(); // the hidden layers of each perceptron of a tape
    private int next; // of the kept ones, that nobody has asked for since the start
    private Object user;

    /** Whoever asks from now on shares the room of those who asked before. */
    public void startAgain() { next = 0; }

    /** Whether what is kept here is still that of this tape, which uses it from now on. */
    public boolean use(Object tape) {
        boolean still = user == tape;
        user = tape;
        return still;
    }

    /** Makes room for hidden layers of these lengths; its number. */
    int keep(int[] lengths) {
        if (next == kept.size()) {
            kept.add(new float[0][]);
        }
        float[][] layers = Arrays.copyOf(kept.get(next), Math.max(kept.get(next).length, lengths.length));
        for (int i = 0; i < lengths.length; i++) {
            layers[i] = layers[i] == null || layers[i].length < lengths[i] ? new float[lengths[i]] : layers[i];
        }
        kept.set(next, layers);
        return next++;
    }

    /** The values of hidden layer l in the room of this number. */
    float[] kept(int number, int l) { return kept.get(number)[l]; }

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
