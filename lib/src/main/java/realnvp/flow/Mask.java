package realnvp.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;

/** Which coordinates a coupling leaves alone: b of the paper, 1 = passes unchanged; at least one does, and one not. */
public record Mask(List<Integer> bits) {
    public Mask {
        bits = List.copyOf(bits);
        if (bits.stream().anyMatch(bit -> bit != 0 && bit != 1)) {
            throw new IllegalArgumentException("a mask holds only 0 and 1, got " + bits);
        }
        if (!bits.contains(0) || !bits.contains(1)) {
            throw new IllegalArgumentException("a mask needs at least one 1 (passes unchanged) and one 0 (changes), "
                + "got " + bits);
        }
    }

    /** The mask with these entries, such as {@code Mask.of(1, 0)}: the first coordinate passes unchanged. */
    public static Mask of(int... bits) { return new Mask(Arrays.stream(bits).boxed().toList()); }

    /** 1, 0, 1, 0, … for even layers and its complement for odd ones, so that two layers in a row change everything. */
    public static Mask alternating(int features, int layer) {
        if (features < 2) {
            throw new IllegalArgumentException("a coupling needs at least 2 features, one to keep and one to change, "
                + "got " + features);
        }
        return of(IntStream.range(0, features).map(i -> (i + layer + 1) % 2).toArray());
    }

    /**
     * One mask for each layer, in pairs: a random half (⌈d/2⌉ kept), then its complement, so that the two layers of a
     * pair change everything; the next pair divides the coordinates anew. No mask stands twice in a row.
     *
     * <p>With alternating masks two coordinates of the same half only ever meet through the other half; here each two
     * coordinates soon stand on different sides. A fixed random permutation before each coupling is one of the three
     * ways that Kingma and Dhariwal (2018), arXiv:1807.03039, compare.
     */
    public static List<Mask> permuting(int features, int layers, RandomGenerator rng) {
        if (layers < 1) {
            throw new IllegalArgumentException("layers must be at least 1, got " + layers);
        }
        List<Mask> masks = new ArrayList<>();
        while (masks.size() < layers) {
            int[] order = MathArrays.natural(features);
            MathArrays.shuffle(order, rng);
            List<Integer> side = alternating(features, 0).bits;
            Mask half = new Mask(Arrays.stream(order).mapToObj(side::get).toList());
            boolean again = !masks.isEmpty() && masks.get(masks.size() - 1).equals(half); // would waste a layer
            masks.add(again ? half.complement() : half);
            masks.add(again ? half : half.complement());
        }
        return List.copyOf(masks.subList(0, layers));
    }

    public Mask complement() { return new Mask(bits.stream().map(bit -> 1 - bit).toList()); }

    public int features() { return bits.size(); }

    /** Indices of the coordinates that pass unchanged. */
    public int[] kept() { return indicesOf(1); }

    /** Indices of the coordinates that change. */
    public int[] changed() { return indicesOf(0); }

    private int[] indicesOf(int bit) {
        return IntStream.range(0, bits.size()).filter(i -> bits.get(i) == bit).toArray();
    }

    @Override
    public String toString() { return "mask " + bits; }
}
