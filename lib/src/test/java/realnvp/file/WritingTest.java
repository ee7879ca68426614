package realnvp.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.ChildJvm;
import realnvp.KeptFlows;
import realnvp.autodiff.Tensor;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Mask;
import realnvp.flow.RealNvp;
import realnvp.flow.ValueAndLogDet;
import realnvp.engine.Activation;
import realnvp.nn.Mlp;

/** A file is written whole or not at all, and what cannot be kept is said before anything is touched. */
class WritingTest {
    private static final RealNvp FLOW = RealNvp.create(2, 2, 4, 2, new Well19937c(1));

    @TempDir
    private Path folder;

    private record Mine(int features) implements Bijector {
        @Override
        public ValueAndLogDet forwardAndLogDet(Tensor x) {
            return new ValueAndLogDet(x, x.mul(0).sumColumns());
        }

        @Override
        public ValueAndLogDet inverseAndLogDet(Tensor z) {
            return forwardAndLogDet(z);
        }
    }

    static Stream<Arguments> whatCannotBeKept() {
        Mlp net = Mlp.create("net", Activation.RELU, new Well19937c(1), 1, 4, 1);
        Bijector first = FLOW.chain().bijectors().get(0);
        RealNvp broken = RealNvp.create(2, 1, 4, 2, new Well19937c(1));
        broken.parameters().get(0).update(numbers -> numbers[2] = Float.NaN);
        return Stream.of(
            Arguments.of(RealNvp.of(first, new Mine(2)), Map.of(), "this flow cannot be kept, since layers.1 is a "
                + "Mine: a file holds Standardize, Logit and AffineCoupling, in one chain"),
            Arguments.of(RealNvp.of(first, new Chain(List.of(first))), Map.of(), "this flow cannot be kept, since "
                + "layers.1 is a Chain: a file holds Standardize, Logit and AffineCoupling, in one chain"),
            Arguments.of(RealNvp.of(first, new AffineCoupling(Mask.of(1, 0), net, x -> x, 1)), Map.of(),
                "this flow cannot be kept, since layers.1.t is not an Mlp: a file holds the numbers of a network, but no "
                    + "code"),
            Arguments.of(broken, Map.of(), "layers.0.s.0.weight holds NaN" + BadFileTest.NOT_FINITE),
            Arguments.of(FLOW, Map.of("realnvp.seed", "1"), "a note needs a text, and a name that does not begin with "
                + "realnvp., both of whole characters: change the note realnvp.seed = 1"),
            Arguments.of(FLOW, Collections.singletonMap("seed", null), "a note needs a text, and a name that does not "
                + "begin with realnvp., both of whole characters: change the note seed = null"),
            Arguments.of(FLOW, Map.of("half", "\uD83D"), "a note needs a text, and a name that does not begin with "
                + "realnvp., both of whole characters: change the note half = \uD83D"),
            Arguments.of(FLOW, Map.of("long", "x".repeat(4_000_000)),
                "names and texts may take 4,000,000 bytes and the whole file 1,073,741,824, got 4,00"));
    }

    @ParameterizedTest
    @MethodSource("whatCannotBeKept")
    void whatCannotBeKeptIsSaid(RealNvp flow, Map<String, String> notes, String sentence) throws IOException {
        Path path = folder.resolve("old");
        FlowFile.write(path, FLOW, Map.of());
        byte[] before = Files.readAllBytes(path);
        String message = assertThrowsExactly(IllegalArgumentException.class,
            () -> FlowFile.write(path, flow, notes)).getMessage();
        assertTrue(message.startsWith(sentence) && message.lines().count() == 1, message);
        assertArrayEquals(before, Files.readAllBytes(path));
        assertEquals(List.of("old"), names());
    }

    @Test
    void placesWhereNoFileCanBe() throws IOException {
        assertEquals(folder + " cannot be written: it is a folder; name a file in it", sentence(folder));
        Path nowhere = folder.resolve("none").resolve("moons");
        assertEquals("%s cannot be written: there is no folder %s; make it or choose another one"
            .formatted(nowhere, nowhere.getParent()), sentence(nowhere));
        Path inAFile = Files.createFile(folder.resolve("file")).resolve("moons");
        assertTrue(sentence(inAFile).startsWith(inAFile + " cannot be written: "));
        assertEquals(List.of("file"), names());
    }

    private static String sentence(Path path) {
        return assertThrowsExactly(IOException.class, () -> FlowFile.write(path, FLOW, Map.of())).getMessage();
    }

    /** Long notes are read again, and a name in another alphabet. */
    @Test
    void whateverIsWrittenIsRead() throws IOException {
        Map<String, String> notes = Map.of("long", "x".repeat(3_000_000), "y".repeat(60_000), "a long name");
        Path path = folder.resolve("Монд 月");
        FlowFile.write(path, FLOW, notes);
        assertEquals(notes, FlowFile.read(path).notes());
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path target = Files.createFile(folder.resolve("moons"));
        Path link = Files.createSymbolicLink(folder.resolve("latest"), target);
        FlowFile.write(link, FLOW, Map.of());
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(FLOW.toString(), FlowFile.read(target).flow().toString());
        assertEquals(List.of("latest", "moons"), names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-rw----", "rwxr-x--x", "rw-r--r--"})
    void aPrivateFileStaysPrivate(String permissions) throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "files have permissions");
        Path file = Files.createFile(folder.resolve("moons"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        FlowFile.write(file, FLOW, Map.of());
        assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(List.of("moons"), names());
    }

    /** For root the other write would replace a device, /dev/null included. */
    @Test
    void whatIsNoRegularFileStaysAsItIs() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/mkfifo")));
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("none"));
        Path toPipe = Files.createSymbolicLink(folder.resolve("to-pipe"), pipe);
        for (Path path : List.of(pipe, dangling, toPipe)) {
            assertEquals(path + " cannot be written: it is not a regular file; name another one", sentence(path));
        }
        assertEquals(List.of("dangling", "pipe", "to-pipe"), names());
        assertTrue(Files.isSymbolicLink(dangling) && Files.isSymbolicLink(toPipe) && !Files.isRegularFile(pipe));
    }

    @Test
    void anInterruptThatIsUpNeitherStopsWritingNorReading() throws IOException {
        for (Path path : List.of(folder.resolve("new"), folder.resolve("new"), folder.resolve("other"))) {
            Thread.currentThread().interrupt();
            FlowFile.write(path, FLOW, Map.of());
            assertEquals(FLOW.toString(), FlowFile.read(path).flow().toString());
            assertTrue(Thread.interrupted(), "and it stays up");
        }
    }

    /** Kills a writer again and again, and reads all the while: what is there is one of its two flows, whole. */
    @Test
    void aKilledWriterLeavesAWholeFile() throws Exception {
        Path path = folder.resolve("moons");
        List<String> expected = List.of(KeptFlows.bits(EndlessWriter.flow(0)), KeptFlows.bits(EndlessWriter.flow(1)));
        List<Integer> seen = new ArrayList<>();
        for (int kill = 1; kill <= 4; kill++) {
            Process writer = java(List.of(), EndlessWriter.class, path.toString()).start();
            try {
                FileTime before = Files.exists(path) ? Files.getLastModifiedTime(path) : null;
                while (!Files.exists(path) || Files.getLastModifiedTime(path).equals(before)) {
                    assertTrue(writer.isAlive());
                    Thread.sleep(1);
                }
                for (int read = 0; read < 5 * kill; read++) {
                    seen.add(seed(path, expected));
                }
            } finally {
                writer.destroyForcibly().waitFor();
            }
            seen.add(seed(path, expected));
            assertTrue(names().size() <= 1 + kill, "no more than one part for each kill: " + names());
        }
        assertTrue(seen.contains(0) && seen.contains(1), "both flows were seen while they were written");
    }

    private static int seed(Path path, List<String> expected) throws IOException {
        FlowFile file = FlowFile.read(path);
        int seed = Integer.parseInt(file.notes().get("seed"));
        assertEquals(expected.get(seed), KeptFlows.bits(file.flow()));
        return seed;
    }

    /** Root may do everything, unless it gives that up. */
    @Test
    void withoutPermission() throws Exception {
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "files have permissions");
        assumeTrue(!root || Files.exists(Path.of("/usr/bin/setpriv")), "root can give up its rights");
        List<String> prefix = root ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search") : List.of();
        Path file = folder.resolve("two-features.safetensors");
        String denied = "you do not have the permission; ask the owner of the file and its folder, or choose another place";

        FlowFile.write(file, FLOW, Map.of());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assertTrue(failure(prefix, "read").contains(file + " cannot be read: " + denied));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        assertTrue(failure(prefix, "write").contains(file + " cannot be written: " + denied), "a protected file");
        Files.delete(file);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        assertTrue(failure(prefix, "write").contains(file + " cannot be written: " + denied), "a protected folder");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    private String failure(List<String> prefix, String what) throws Exception {
        Process process = java(prefix, KeptFlows.class, what, folder.toString()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertFalse(process.waitFor() == 0, output);
        return output;
    }

    private static ProcessBuilder java(List<String> prefix, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(ChildJvm.THIS_JAVA + File.separator + "bin" + File.separator + "java", "-cp",
            System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }
}
