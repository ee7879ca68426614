package realnvp.file;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.UUID;

/**
 * Writes a file that is there whole or not at all: a neighbour takes the bytes, is forced to the disk and then renamed
 * in one step. Whoever reads meanwhile, and whatever crashes, finds the old file or the new one.
 */
final class WholeFile {
    private static final String PART = ".part";

    /** No program takes as long for one file, so that a neighbour of this age was left by one that was killed. */
    private static final Duration LEFT_BEHIND = Duration.ofHours(1);

    private WholeFile() { }

    static void write(Path path, byte[] bytes) throws IOException {
        Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath(); // a link stays one
        if (Files.exists(target) && !Files.isWritable(target)) { // renaming over it would not ask
            throw new AccessDeniedException(target.toString());
        }
        String prefix = "." + target.getFileName() + ".";
        Path part = target.resolveSibling(prefix + UUID.randomUUID() + PART);
        try {
            try (FileChannel channel = FileChannel.open(part, CREATE_NEW, WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        removeOld(target.getParent().toFile(), prefix);
    }

    private static void removeOld(File folder, String prefix) {
        long tooOld = System.currentTimeMillis() - LEFT_BEHIND.toMillis();
        File[] left = folder.listFiles(file -> file.getName().startsWith(prefix) && file.getName().endsWith(PART)
            && file.lastModified() < tooOld);
        for (File file : left == null ? new File[0] : left) { // null where a folder may be written but not listed
            file.delete(); // or stays, where it is not ours to delete: it harms nobody
        }
    }
}
