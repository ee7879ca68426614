package realnvp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs a main class of the tests in a virtual machine of its own, for what only its options can change. */
public final class ChildJvm {
    public static final Path THIS_JAVA = Path.of(System.getProperty("java.home"));
    public static final List<String> VECTOR = List.of("--add-modules", "jdk.incubator.vector");

    private ChildJvm() {
    }

    /** What the class prints; fails with what it wrote to stderr if it does not end well. */
    public static String run(Path javaHome, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin").resolve("java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("child", ".txt");
        try {
            Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes()).trim();
            assertEquals(0, process.waitFor(), Files.readString(errors));
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    /** The JDKs from 17 on that are installed beside this one. */
    public static List<Path> otherJdks() {
        try (Stream<Path> siblings = Files.list(THIS_JAVA.toRealPath().getParent())) {
            Path here = THIS_JAVA.toRealPath();
            return siblings.filter(home -> !Files.isSymbolicLink(home) && !home.equals(here))
                .filter(home -> majorVersion(home) >= 17).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int majorVersion(Path home) {
        try {
            return Files.readAllLines(home.resolve("release")).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("[^0-9.]", "").split("\\.")[0]))
                .findFirst().orElse(0);
        } catch (IOException noJdk) {
            return 0;
        }
    }
}
