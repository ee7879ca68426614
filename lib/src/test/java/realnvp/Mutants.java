package realnvp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/** Files that were changed at random: what a bad disk, a cut download or a careless editor leaves, seeded. */
public final class Mutants {
    private Mutants() { }

    /** Gives the reader so many mutants of the files in turn, each with one to four changes. */
    public static void of(List<byte[]> files, List<String> pieces, int count, Consumer<byte[]> reader) {
        RandomGenerator rng = new Well19937c(count + files.size());
        for (int i = 0; i < count; i++) {
            byte[] mutant = files.get(i % files.size());
            for (int changes = 1 + rng.nextInt(4); changes > 0; changes--) {
                mutant = changed(mutant, pieces, rng);
            }
            reader.accept(mutant);
        }
    }

    private static byte[] changed(byte[] file, List<String> pieces, RandomGenerator rng) {
        int from = rng.nextInt(file.length + 1);
        int to = Math.min(file.length, from + (rng.nextInt(8) == 0 ? rng.nextInt(file.length + 1) : rng.nextInt(9)));
        byte[] start = Arrays.copyOf(file, from);
        byte[] middle = Arrays.copyOfRange(file, from, to);
        byte[] end = Arrays.copyOfRange(file, to, file.length);
        byte[] piece = pieces.get(rng.nextInt(pieces.size())).getBytes(StandardCharsets.UTF_8);
        switch (rng.nextInt(6)) {
            case 0: return joined(start, end); // some bytes are lost
            case 1: return joined(start, middle, middle, end); // or twice there
            case 2: return joined(start, piece, middle, end);
            case 3: return joined(start, piece, end);
            case 4: return joined(end, start, middle); // two parts have changed places
            default:
                byte[] flipped = file.clone();
                if (from < file.length) {
                    flipped[from] ^= (byte) (1 << rng.nextInt(8));
                }
                return flipped;
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
