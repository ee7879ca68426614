package realnvp.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import realnvp.file.Safetensors.Numbers;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.RealNvp;

/**
 * A flow kept in a file: log p(x) after reading is log p(x) before writing, in every bit, in any later virtual machine.
 *
 * <p>The format is safetensors, so Python opens the file with its ordinary reader: lib/src/main/python/log_prob.py
 * computes log densities with PyTorch. Tensors are called layers.3.s.0.weight: of layer 3, counted from 0 at the data,
 * the network s, and of that the first linear layer. A weight has PyTorch's shape (out,in), while a {@code Linear} here
 * holds (in,out); a bias has (out); mean and standard_deviation are F64 and (d), all others are F32. The metadata has
 * the notes, each under its own name, and four texts more: realnvp.format; realnvp.library; realnvp.flow, JSON of the
 * layers in order, with masks, widths, activations and largest log-scales, null for no bound; and realnvp.sha256, the
 * checksum of the whole file with 64 zeros in its own place.
 *
 * <p>A bijector or network that is not of this library cannot be written: IllegalArgumentException. A file that is
 * missing, truncated, damaged, of another kind or newer than this library gives an IOException of one sentence, and no
 * flow. Writing is atomic: a crash leaves the old file or the new one.
 *
 * <p>Source of the format: Hugging Face (2022 to 2026), https://github.com/huggingface/safetensors.
 *
 * <pre>{@code
 * RealNvp flow = RealNvp.create(2, 6, 32, 3, new Well19937c(1));
 * Path path = Files.createTempFile("moons", ".safetensors");
 * FlowFile.write(path, flow, Map.of("columns", "x1, x2", "seed", "1"));
 * RealNvp again = FlowFile.read(path).flow();
 * }</pre>
 *
 * @param notes   texts of whoever wrote the file, such as columns, seed and training
 * @param library the version that wrote it
 */
public record FlowFile(RealNvp flow, Map<String, String> notes, String library) {
    private static final String OURS = "realnvp."; // begins the names that no note may have
    private static final String FORMAT = OURS + "format";
    private static final String LIBRARY = OURS + "library";
    private static final String FLOW = OURS + "flow";
    private static final String CHECKSUM = OURS + "sha256";
    private static final String NO_CHECKSUM = "0".repeat(64);
    private static final String KNOWN_FORMAT = "1";

    /** Writes the flow, or leaves the file as it was. */
    public static void write(Path path, RealNvp flow, Map<String, String> notes) throws IOException {
        Map<String, Numbers> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(FORMAT, KNOWN_FORMAT);
        metadata.put(LIBRARY, version());
        ObjectNode layers = Safetensors.JSON.createObjectNode();
        new FlowLayers(layers, tensors).add(flow.chain(), "");
        metadata.put(FLOW, layers.toString());
        metadata.put(CHECKSUM, NO_CHECKSUM);
        notes.forEach((name, text) -> {
            if (name == null || text == null || name.startsWith(OURS)) {
                throw new IllegalArgumentException(("a note needs a text, and a name that does not begin "
                    + "with %s, got %s = %s").formatted(OURS, name, text));
            }
            metadata.put(name, text);
        });
        if (Files.isDirectory(path)) {
            throw new IOException(path + " cannot be written: it is a folder; name a file in it");
        }
        byte[] bytes = new Safetensors(metadata, tensors).bytes();
        byte[] checksum = sha256(bytes).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, bytes, placeOfChecksum(bytes), checksum.length);
        try {
            WholeFile.write(path, bytes);
        } catch (IOException e) {
            throw new IOException("%s cannot be written: %s".formatted(path, reason(path, e)), e);
        }
    }

    /** Reads a flow that {@link #write} wrote, in whatever program. */
    public static FlowFile read(Path path) throws IOException {
        try {
            if (Files.isDirectory(path)) {
                throw new IOException("it is a folder: name the file in it");
            }
            try (InputStream in = Files.newInputStream(path)) {
                return read(in, Files.size(path));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("%s cannot be read: %s".formatted(path, reason(path, e)), e);
        }
    }

    private static FlowFile read(InputStream in, long size) throws IOException {
        SafetensorsHeader header = SafetensorsHeader.read(in, size);
        Map<String, String> notes = new LinkedHashMap<>(header.metadata());
        String format = notes.remove(FORMAT);
        String library = notes.remove(LIBRARY);
        String flow = notes.remove(FLOW);
        String checksum = notes.remove(CHECKSUM);
        if (Stream.of(format, library, flow, checksum).anyMatch(Objects::isNull)) {
            throw new IOException("it holds no flow of this library, or has lost its metadata: choose another file");
        }
        byte[] numbers = header.readNumbers(in);
        if (!checksum.equals(sha256(header.bytes(), numbers))) {
            throw new IOException("it was damaged or changed: its bytes do not give its checksum; take another copy");
        }
        if (!format.equals(KNOWN_FORMAT)) {
            throw new IOException("it has format %s, and this library (%s) knows only %s: use library %s or a newer one"
                .formatted(format, version(), KNOWN_FORMAT, library));
        }
        Map<String, Numbers> tensors = new TreeMap<>(header.with(numbers).tensors());
        ObjectNode layers = Safetensors.JSON.readValue(flow, ObjectNode.class);
        Chain chain = new FlowLayers(layers, tensors).take("");
        if (!layers.isEmpty() || !tensors.isEmpty()) {
            throw new IOException("no chain has its layers %s, and no layer its tensors %s; take another copy"
                .formatted(layers.properties().stream().map(Map.Entry::getKey).toList(), tensors.keySet()));
        }
        return new FlowFile(RealNvp.of(chain.bijectors().toArray(Bijector[]::new)),
            Collections.unmodifiableMap(notes), library);
    }

    /** Of a file in one piece or two; the first has the checksum, which is left out. */
    private static String sha256(byte[]... pieces) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] first = pieces[0].clone();
            int place = placeOfChecksum(first);
            Arrays.fill(first, place, Math.min(place + NO_CHECKSUM.length(), first.length), (byte) '0');
            pieces[0] = first;
            Arrays.stream(pieces).forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** In a note this text would have backslashes before its quotes. */
    private static int placeOfChecksum(byte[] bytes) {
        String before = "\"" + CHECKSUM + "\":\"";
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(before) + before.length();
    }

    private static String version() {
        return Objects.requireNonNullElse(FlowFile.class.getPackage().getImplementationVersion(), "not packaged");
    }

    /** What an exception means, for those whose own words are no sentence. */
    private static String reason(Path path, Exception e) {
        Path folder = path.toAbsolutePath().getParent();
        if (e instanceof NoSuchFileException) {
            return Files.isDirectory(folder) ? "no such file in " + folder : "there is no folder " + folder;
        }
        if (e instanceof AccessDeniedException) {
            return "you may not: ask the owner of file and folder, or choose another place";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e instanceof JsonProcessingException ? "its realnvp.flow is no JSON of layers; take another copy"
            : e.getMessage();
    }

    @Override
    public String toString() {
        return "%s, notes %s, written by version %s".formatted(flow, notes, library);
    }
}
