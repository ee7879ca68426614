package realnvp.lesson;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The library's own sources, which travel in its jar, so that a notebook can show the lines that run. */
public final class SourceCode {
    private SourceCode() {
    }

    /** The file that this class of the library was compiled from; empty for a class from elsewhere. */
    public static Optional<String> of(Class<?> type) {
        String path = "/META-INF/source/" + type.getName().replace('.', '/') + ".java";
        try (InputStream in = SourceCode.class.getResourceAsStream(path)) {
            return in == null ? Optional.empty()
                : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
