package realnvp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who reads one package needs only those below it. */
class PackagesTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Set<String> DOWNSTAIRS = Set.of("autodiff", "engine", "nn", "flow", "moons", "train");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?realnvp\\.(\\w+)\\.");

    /** Downstairs is what the user asked for: on the JDK and commons-math3 alone, and without the course above it. */
    @Test
    void nothingDownstairsKnowsUpstairs() throws IOException {
        Pattern anyImport = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");
        Pattern allowed = Pattern.compile("(java|jdk\\.incubator|com\\.sun\\.management|org\\.apache\\.commons\\.math3)\\..*"
            + "|realnvp\\.(" + String.join("|", DOWNSTAIRS) + ")\\..*");
        Pattern namedInFull = Pattern.compile("(?m)^(?!import| *[*/]).*\\b"
            + "(?:realnvp\\.(?:check|lesson|data|table|file|plot|notebook)\\.|tech\\.tablesaw|com\\.fasterxml)");
        for (String name : DOWNSTAIRS) {
            try (Stream<Path> files = Files.list(SOURCES.resolve("realnvp").resolve(name))) {
                for (Path file : files.toList()) {
                    String text = Files.readString(file);
                    anyImport.matcher(text).results().map(found -> found.group(1)).forEach(imported ->
                        assertTrue(allowed.matcher(imported).matches(), file + " imports " + imported));
                    assertFalse(namedInFull.matcher(text).find(), file + " names a class of another floor");
                }
            }
        }
    }

    /** A class that can be held in one's head. */
    @Test
    void noClassHasMoreThan250Lines() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                int lines = Files.readAllLines(file).size();
                assertTrue(lines <= 250, file + " has " + lines + " lines, and may have 250: it is two classes");
            }
        }
        assertTrue(Files.readAllLines(SOURCES.resolve("realnvp/autodiff/Tape.java")).size() <= 130, "the tape is short");
    }

    /** A small library, and a house that one can walk through: comments and empty lines count. */
    @Test
    void theHouseIsSmall() throws IOException {
        int downstairs = 0;
        int all = 0;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                int lines = Files.readAllLines(file).size();
                all += lines;
                downstairs += DOWNSTAIRS.contains(file.getParent().getFileName().toString()) ? lines : 0;
            }
        }
        assertTrue(downstairs <= 3050, "downstairs has " + downstairs + " lines, and may have 3050: delete some first");
        assertTrue(all <= 7500, "the house has " + all + " lines, and may have 7500: delete some first");
    }

    @Test
    void noPackagesImportEachOtherInACircle() throws IOException {
        Map<String, Set<String>> imports = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = file.getParent().getFileName().toString();
                Set<String> used = imports.computeIfAbsent(name, n -> new TreeSet<>());
                IMPORT.matcher(Files.readString(file)).results().map(found -> found.group(1))
                    .filter(other -> !other.equals(name)).forEach(used::add);
            }
        }
        assertTrue(imports.containsKey("flow") && imports.get("flow").contains("autodiff"), imports.toString());
        while (imports.entrySet().removeIf(entry -> imports.keySet().stream().noneMatch(entry.getValue()::contains))) {
            // each time, those go that need none of the packages still there
        }
        assertEquals(Map.of(), imports, "a circle, or packages above one");
    }
}
