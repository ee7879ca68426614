package realnvp;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?realnvp\\.(\\w+)\\.");

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
