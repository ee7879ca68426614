package realnvp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import realnvp.file.FlowFile;

/** What the README promises: its programs run, and its links lead somewhere. */
class ReadmeTest {
    private static final Path TOP = Path.of("..");

    @Test
    void itsProgramsRunAsTheyStandThere(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("notebooks/data"));
        Files.copy(TOP.resolve("notebooks/data/penguins.csv"), folder.resolve("notebooks/data/penguins.csv"));
        List<String> programs = find("(?s)```java\n(.*?)```").stream().map(program -> program.group(1)).toList();
        assertEquals(2, programs.size());
        assertPrints("x = .*, z = .*, log p\\(x\\) = -?\\d+.\\d\\d nats\\R", folder, "Moons", programs.get(0));
        assertPrints("342 rows × 4 columns: .*\\Rlog p of the first: -\\d\\d\\.\\d\\d nats\\R", folder, "Penguins",
            programs.get(1));
        assertEquals(4, FlowFile.read(folder.resolve("penguins.safetensors")).flow().features());
    }

    private static void assertPrints(String pattern, Path folder, String name, String program) throws Exception {
        Files.writeString(folder.resolve(name + ".java"), program);
        File errors = folder.resolve(name + ".txt").toFile();
        Process java = new ProcessBuilder(ChildJvm.THIS_JAVA.resolve("bin/java").toString(), "-Dstdout.encoding=UTF-8",
            "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"), name + ".java")
            .directory(folder.toFile()).redirectError(errors).start();
        String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), Files.readString(errors.toPath()));
        assertTrue(printed.matches(pattern), printed);
        List<String> complaints = Files.readAllLines(errors.toPath());
        complaints.removeIf(line -> line.contains("jdk.incubator.vector") || line.equals("1 warning")); // the JDK's own
        assertEquals(List.of(), complaints);
    }

    @Test
    void itsLinksLeadSomewhere() throws Exception {
        List<String> links = find("(?:\\]\\(|src=\")(?!http)([^)\"#]+)").stream()
            .map(link -> link.group(1)).toList();
        assertTrue(links.size() > 8, "a picture and a link for each notebook");
        for (String link : links) {
            assertTrue(Files.exists(TOP.resolve(link)), "README.md links to a missing " + link);
        }
    }

    private static List<MatchResult> find(String pattern) throws Exception {
        String readme = Files.readString(TOP.resolve("README.md")).replace("\r", "");
        return Pattern.compile(pattern).matcher(readme).results().toList();
    }
}
