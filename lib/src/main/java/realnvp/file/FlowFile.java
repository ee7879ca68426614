package realnvp.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import realnvp.flow.Bijector;
import realnvp.flow.RealNvp;

/**
 * A flow kept in a file: log p(x) after reading is log p(x) before writing, in every bit, in any later virtual machine.
 *
 * <p>The format is safetensors, so Python opens the file with its ordinary reader: lib/src/main/python/log_prob.py
 * computes log densities with PyTorch. All numbers are doubles. Layer i, counted from 0 at the data, has layers.i.mean
 * and layers.i.standard_deviation, (d); or as a logit, whose α is 0.01, layers.i.levels, (d); or as a coupling
 * layers.i.mask, (d), 1 where a coordinate passes unchanged, layers.i.max_log_scale, (1), and the linear layers of the
 * networks s and t: layers.i.s.0.weight in PyTorch's shape, (out,in), and layers.i.s.0.bias, (out). The text
 * realnvp.layers.i.s names the activation of s. Notes are texts under their own names; realnvp.format and
 * realnvp.library are the versions of the format and of the library that wrote it.
 *
 * <p>A bijector or network that is not of this library, and a chain within a chain, cannot be written:
 * IllegalArgumentException. A file that is missing, truncated, damaged, of another kind or newer than this library
 * gives an IOException of one sentence, and no flow. Writing is atomic: a crash leaves the old file or the new one.
 *
 * @param notes   texts from whoever wrote the file, such as columns, seed and training
 * @param library the version that wrote it
 */
public record FlowFile(RealNvp flow, Map<String, String> notes, String library) {
    static final String OURS = "realnvp."; // begins the names that no note may have
    private static final String FORMAT = OURS + "format";
    private static final String LIBRARY = OURS + "library";
    private static final String KNOWN_FORMAT = "2";
    private static final String KNOWN_LIBRARY =
        Objects.requireNonNullElse(FlowFile.class.getPackage().getImplementationVersion(), "not packaged");

    /** Writes the flow, or leaves the file as it was. */
    public static void write(Path path, RealNvp flow, Map<String, String> notes) throws IOException {
        byte[] bytes = new FlowFile(flow, notes, KNOWN_LIBRARY).bytes();
        try {
            Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath(); // a link stays a link
            requirePlace(target, true);
            replace(target, bytes);
        } catch (IOException e) {
            throw new IOException("%s cannot be written: %s".formatted(path, e.getMessage()), e);
        }
    }

    private byte[] bytes() {
        Safetensors file = new Safetensors();
        file.texts().put(FORMAT, KNOWN_FORMAT);
        file.texts().put(LIBRARY, library);
        List<Bijector> layers = flow.chain().bijectors();
        for (int i = 0; i < layers.size(); i++) {
            new FlowLayers(file).add("layers." + i, layers.get(i));
        }
        notes.forEach((name, text) -> {
            if (name == null || text == null || name.startsWith(OURS)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name + text)) { // half of a surrogate pair
                throw new IllegalArgumentException(("a note needs a text, and a name that does not begin with %s, both "
                    + "of whole characters: change the note %s = %s").formatted(OURS, name, text));
            }
            file.texts().put(name, text);
        });
        return file.bytes();
    }

    /** Writes a temporary file in the same folder, forces it to the disk, and renames it in one step. */
    private static void replace(Path target, byte[] bytes) throws IOException {
        Path part = target.resolveSibling(".%s.%s.part".formatted(target.getFileName(), UUID.randomUUID()));
        try {
            if (Files.exists(target)) {
                Files.copy(target, part, StandardCopyOption.COPY_ATTRIBUTES); // so that its permissions stay
            }
            try (FileOutputStream out = new FileOutputStream(part.toFile())) {
                out.write(bytes);
                out.getFD().sync();
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Reads a flow that {@link #write} wrote, on any machine. */
    public static FlowFile read(Path path) throws IOException {
        try {
            requirePlace(path.toAbsolutePath(), false);
            require(Files.size(path) <= Safetensors.LARGEST, "it has %,d bytes, and a flow of this library has at most "
                + "%,d; choose another file", Files.size(path), Safetensors.LARGEST);
            return read(Files.readAllBytes(path));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("%s cannot be read: %s".formatted(path, e instanceof JsonProcessingException
                ? "it is damaged: its header is not JSON; take another copy" : e.getMessage()), e);
        }
    }

    /** The flow in the bytes of a file, wherever they came from. */
    public static FlowFile read(byte[] bytes) throws IOException {
        Safetensors file = Safetensors.of(bytes);
        String format = file.texts().get(FORMAT);
        String library = file.texts().get(LIBRARY);
        require(format != null, "it does not hold a flow of this library; choose another file");
        require(format.equals(KNOWN_FORMAT), "it has format %s, and this library (%s) knows only %s; use library %s",
            format, KNOWN_LIBRARY, KNOWN_FORMAT, library);
        RealNvp flow = new FlowLayers(file).flow();
        file.texts().keySet().removeIf(name -> name.startsWith(OURS));
        FlowFile read = new FlowFile(flow, Collections.unmodifiableMap(file.texts()), library);
        require(Arrays.equals(read.bytes(), bytes),
            "it was damaged or changed: its flow, written again, gives other bytes; take another copy");
        return read;
    }

    /** Says before anything is touched why no file can be read or written there. */
    private static void requirePlace(Path path, boolean write) throws IOException {
        Path folder = path.getParent();
        require(!Files.isDirectory(path), "it is a folder; name a file in it");
        require(Files.isDirectory(folder), "there is no folder %s; make it or choose another one", folder);
        require(write || !Files.notExists(path), "no such file in %s", folder);
        require(!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.isRegularFile(path),
            "it is not a regular file; name another one");
        require(write ? Files.isWritable(folder) && (Files.notExists(path) || Files.isWritable(path))
            : Files.isReadable(path),
            "you do not have the permission; ask the owner of the file and its folder, or choose another place");
    }

    private static void require(boolean right, String otherwise, Object... values) throws IOException {
        if (!right) {
            throw new IOException(otherwise.formatted(values));
        }
    }

    @Override
    public String toString() { return "%s, notes %s, written by version %s".formatted(flow, notes, library); }
}
