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

/** The lines of the library that notebooks 03 and 04 print are the lines that run. */
class NotebookShowsTheSourceTest {
    @Test
    void everyLineOfAnOperationStandsInTheSourceInTheSameOrder() throws IOException {
        List<String> shown = shown("03-autodiff.ipynb", "Tensor.java");
        assertFalse(shown.isEmpty(), "notebook 03 must show an operation of Tensor.java");
        String source = source("autodiff/Tensor.java");
        for (String lines : shown) {
            assertTrue(lines.contains("+= "), "the way back is what is shown: " + lines);
            assertTrue(source.contains(withoutIndentation(lines)), "not in Tensor.java as notebook 03 shows it:\n" + lines);
        }
    }

    @Test
    void everyLineOfTheCouplingStandsInTheSourceInTheSameOrder() throws IOException {
        List<String> shown = shown("04-coupling-layers.ipynb", "AffineCoupling.java");
        assertFalse(shown.isEmpty(), "notebook 04 must show the way forward of AffineCoupling.java");
        String source = source("flow/AffineCoupling.java");
        for (String lines : shown) {
            assertTrue(lines.contains("forwardAndLogDet(Tensor x)"), "the way forward is what is shown: " + lines);
            assertTrue(source.contains(withoutIndentation(lines)), "not in the source as notebook 04 shows it:\n" + lines);
        }
    }

    private static String source(String file) throws IOException {
        return withoutIndentation(Files.readString(Path.of("src/main/java/realnvp", file)));
    }

    private static List<String> shown(String notebook, String file) throws IOException {
        Pattern java = Pattern.compile("(?s)`" + Pattern.quote(file) + "`:\\s+```java\n(.*?)```");
        List<String> all = new ArrayList<>();
        new ObjectMapper().readTree(Path.of("../notebooks", notebook).toFile()).get("cells").forEach(cell -> {
            StringBuilder text = new StringBuilder();
            StreamSupport.stream(cell.get("source").spliterator(), false).forEach(line -> text.append(line.asText()));
            java.matcher(text).results().forEach(found -> all.add(found.group(1)));
        });
        return all;
    }

    private static String withoutIndentation(String text) {
        return text.replace("\r", "").replaceAll("(?m)^ +", "");
    }
}
