package realnvp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises: its program runs, and its links lead somewhere. */
class ReadmeTest {
    private static final Path TOP = Path.of("..");

    @Test
    void itsProgramRunsAsItStandsThere(@TempDir Path folder) throws Exception {
        String program = find("(?s)```java\n(.*?)```").get(0).group(1);
        Path source = Files.writeString(folder.resolve("Moons.java"), program);
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null,
            "-cp", System.getProperty("java.class.path"), "-d", folder.toString(), source.toString());
        assertEquals(0, result, "the README's program must compile");

        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream console = System.out;
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true));
            loader.loadClass("Moons").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(console);
        }
        String line = printed.toString();
        assertTrue(line.matches("x = .*, z = .*, log p\\(x\\) = -?\\d+.\\d\\d nats\\R"), line);
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
