package realnvp.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import realnvp.ChildJvm;
import realnvp.KeptFlows;
import realnvp.flow.RealNvp;

/** A flow that was kept is the flow that was written, to the last bit, in any virtual machine. */
class FlowFileTest {
    @TempDir
    private Path folder;

    static Stream<String> flows() {
        return KeptFlows.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("flows")
    void whatIsReadIsWhatWasWritten(String name) throws IOException {
        RealNvp flow = KeptFlows.all().get(name);
        Path path = folder.resolve(name);
        FlowFile.write(path, flow, Map.of());
        RealNvp read = FlowFile.read(path).flow();
        assertEquals(KeptFlows.bits(flow), KeptFlows.bits(read));
        assertEquals(flow.toString(), read.toString());
        assertEquals(flow.chain().bijectors().toString(), read.chain().bijectors().toString());
        byte[] bytes = Files.readAllBytes(path);
        FlowFile.write(path, read, Map.of());
        assertArrayEquals(bytes, Files.readAllBytes(path), "written again");
    }

    /** Each writes, and each reads what all wrote. */
    @Test
    void anotherVirtualMachineOfAnyJdkReadsTheSameBits() throws Exception {
        List<Path> homes = new ArrayList<>(ChildJvm.otherJdks());
        homes.add(ChildJvm.THIS_JAVA);
        String expected = String.join("\n", KeptFlows.all().values().stream().map(KeptFlows::bits).toList());
        for (Path writer : homes) {
            Path there = Files.createDirectory(folder.resolve("by" + homes.indexOf(writer)));
            ChildJvm.run(writer, ChildJvm.VECTOR, KeptFlows.class, "write", there.toString());
            for (Path reader : homes) {
                assertEquals(expected, ChildJvm.run(reader, List.of(), KeptFlows.class, "read", there.toString()),
                    writer + " wrote, " + reader + " read");
            }
        }
    }

    @Test
    void notesComeBackInOrderWithTheVersionThatWrote() throws IOException {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("columns", "bill \"length\" [mm],\nbody mass [g]");
        notes.put("", "no name");
        notes.put("seed", "");
        notes.put("ünïcode 🐧", "\u0000\t\\\"realnvp.sha256\":\"" + "0".repeat(64));
        Path path = folder.resolve("penguins");
        FlowFile.write(path, KeptFlows.all().get("tanh"), notes);
        FlowFile read = FlowFile.read(path);
        assertEquals(notes, read.notes());
        assertEquals(List.copyOf(notes.keySet()), List.copyOf(read.notes().keySet()));
        assertEquals("not packaged", read.library(), "the jar has a version, classes have none");
        assertThrows(UnsupportedOperationException.class, () -> read.notes().put("a", "b"));
    }
}
