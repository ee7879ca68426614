package realnvp.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import realnvp.flow.RealNvp;

/** Writes two flows in turn over the same file, until it is killed. */
final class EndlessWriter {
    private EndlessWriter() { }

    public static void main(String[] arguments) throws IOException {
        RealNvp[] flows = {flow(0), flow(1)};
        for (int turn = 0; true; turn = 1 - turn) {
            FlowFile.write(Path.of(arguments[0]), flows[turn], Map.of("seed", String.valueOf(turn)));
        }
    }

    /** About a megabyte, and not the identity. */
    static RealNvp flow(int seed) {
        return RealNvp.create(2, 6, 128, 3, new Well19937c(seed)).addNoise(0.01, new Well19937c(seed));
    }
}
