package realnvp.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parameters, losses, samples and densities are the same bits however they were computed. A change that moves them puts
 * the new fingerprint here and says why in its commit.
 */
class SameBitsTest {
    private static final String FINGERPRINT = "d7610c50e87084f3d628606b281129709b544fe0c1152ea8ec3103c33097fe56";
    private static final String[] VECTOR = {"--add-modules", "jdk.incubator.vector"};

    static Stream<Arguments> virtualMachines() {
        List<Arguments> all = new ArrayList<>();
        Path thisJava = Path.of(System.getProperty("java.home"));
        all.add(Arguments.of("vector module", thisJava, VECTOR));
        all.add(Arguments.of("plain loops", thisJava, new String[0]));
        for (int threads : new int[] {1, 2, 7}) {
            all.add(Arguments.of(threads + " threads", thisJava,
                new String[] {VECTOR[0], VECTOR[1], "-Drealnvp.threads=" + threads}));
        }
        if (System.getProperty("os.arch").equals("amd64")) {
            for (int avx : new int[] {1, 2}) {
                all.add(Arguments.of("AVX" + (avx == 1 ? "" : avx), thisJava,
                    new String[] {VECTOR[0], VECTOR[1], "-XX:UseAVX=" + avx}));
            }
        }
        otherJdks(thisJava).forEach(home -> {
            all.add(Arguments.of(home.getFileName() + ", vector module", home, VECTOR));
            all.add(Arguments.of(home.getFileName() + ", plain loops", home, new String[0]));
        });
        return all.stream();
    }

    /** The JDKs from 17 on that are installed beside this one. */
    private static List<Path> otherJdks(Path thisJava) {
        try (Stream<Path> siblings = Files.list(thisJava.toRealPath().getParent())) {
            Path here = thisJava.toRealPath();
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("virtualMachines")
    void anyVirtualMachineGivesTheSameBits(String name, Path javaHome, String[] options) throws Exception {
        List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin").resolve("java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Fingerprint.class.getName()));
        Path errors = Files.createTempFile("fingerprint", ".txt");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes()).trim();
        assertEquals(0, process.waitFor(), Files.readString(errors));
        assertEquals(FINGERPRINT, output);
    }

    @Test
    void aSecondTrainingInTheSameVirtualMachineGivesTheSameBits() {
        assertEquals(FINGERPRINT, Fingerprint.compute());
        assertEquals(FINGERPRINT, Fingerprint.compute());
    }
}
