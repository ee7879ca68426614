package realnvp.autodiff;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The lines of Tensor.java that notebook 03 prints are the lines that run. */
class NotebookShowsTheSourceTest {
    private static final Path NOTEBOOK = Path.of("../notebooks/03-autodiff.ipynb");
    private static final Path SOURCE = Path.of("src/main/java/realnvp/autodiff/Tensor.java");
    private static final Pattern JAVA = Pattern.compile("(?s)`Tensor\\.java`:\\s+```java\n(.*?)```");

    @Test
    void everyLineStandsInTheSourceInTheSameOrder() throws IOException {
        List<String> shown = shown();
        assertFalse(shown.isEmpty(), "notebook 03 must show an operation of Tensor.java");
        String source = withoutIndentation(Files.readString(SOURCE));
        for (String lines : shown) {
            assertTrue(lines.contains("+= "), "the way back is what is shown: " + lines);
            assertTrue(source.contains(withoutIndentation(lines)), "not in Tensor.java as notebook 03 shows it:\n" + lines);
        }
    }

    private static List<String> shown() throws IOException {
        List<String> all = new ArrayList<>();
        new ObjectMapper().readTree(NOTEBOOK.toFile()).get("cells").forEach(cell -> {
            StringBuilder text = new StringBuilder();
            StreamSupport.stream(cell.get("source").spliterator(), false).forEach(line -> text.append(line.asText()));
            JAVA.matcher(text).results().forEach(found -> all.add(found.group(1)));
        });
        return all;
    }

    private static String withoutIndentation(String text) {
        return text.replace("\r", "").replaceAll("(?m)^ +", "");
    }
}
