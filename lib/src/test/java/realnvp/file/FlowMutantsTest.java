package realnvp.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import realnvp.KeptFlows;
import realnvp.Mutants;
import realnvp.flow.RealNvp;

/** A file that changed on its way is refused in one sentence, or holds a flow whose file it is, byte for byte. */
class FlowMutantsTest {
    private static final int MUTANTS = 2000;
    private static final List<String> PIECES = List.of("{", "}", "[", "]", "\"", ":", ",", "null", "-1", "0", "1e999",
        "99999999999", "layers.0", ".mask", ".mean", ".levels", ".s.0.weight", "relu", "F64", "NaN", "\0", "\u0080");

    @TempDir
    private Path folder;

    private List<byte[]> files() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (Map.Entry<String, RealNvp> flow : KeptFlows.all().entrySet()) {
            if (flow.getValue().features() < 64) { // the larger one is mostly numbers
                Path path = folder.resolve(flow.getKey());
                FlowFile.write(path, flow.getValue(), Map.of("seed", "1", "from", "moons"));
                files.add(Files.readAllBytes(path));
            }
        }
        return files;
    }

    /** Every second mutant gets the checksum of its bytes, as a forger would give it, so that the parts are looked at. */
    @Test
    void aChangedFileIsRefusedInOneSentenceOrIsTheFileOfItsFlow() throws IOException {
        int[] refusedAndRead = new int[2];
        Mutants.of(files(), PIECES, MUTANTS, mutant -> {
            boolean forged = (refusedAndRead[0] + refusedAndRead[1]) % 2 == 1 && mutant.length > Long.BYTES;
            Path path = folder.resolve("mutant");
            try {
                Files.write(path, forged ? BadFileTest.signed(mutant) : mutant);
                FlowFile file = FlowFile.read(path);
                Path again = folder.resolve("again");
                FlowFile.write(again, file.flow(), file.notes());
                if (FlowFile.read(again).library().equals(file.library())) { // else another version wrote it
                    assertArrayEquals(Files.readAllBytes(path), Files.readAllBytes(again));
                }
                refusedAndRead[1]++;
            } catch (IOException e) {
                String sentence = e.getMessage();
                assertTrue(sentence.startsWith(path + " cannot be read: ") && sentence.lines().count() == 1
                    && sentence.length() < path.toString().length() + 250, sentence);
                refusedAndRead[0]++;
            }
        });
        assertTrue(refusedAndRead[0] > MUTANTS / 2 && refusedAndRead[1] > 0, refusedAndRead[0] + " were refused");
    }
}
