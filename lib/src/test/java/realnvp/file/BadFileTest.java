package realnvp.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Mask;
import realnvp.flow.RealNvp;
import realnvp.flow.Standardize;

/** Whatever is not a whole file of this library gives one sentence, and no flow. */
class BadFileTest {
    private static final String NO_SAFETENSORS =
        "it is no safetensors file, which begins with the length of its header; choose another file";
    private static final String NO_JSON =
        "it is damaged: its header is not JSON whose keys all differ; take another copy";
    private static final String NOT_OURS =
        "it holds no flow of this library, or has lost its metadata: choose another file";
    private static final String CHECKSUM = "\"realnvp.sha256\":\"";

    @TempDir
    private Path folder;
    private Path path;
    private byte[] whole;

    @BeforeEach
    void writeASmallFile() throws IOException {
        path = folder.resolve("moons.safetensors");
        AffineCoupling coupling = AffineCoupling.create(Mask.of(1, 0), 2, 2, 1, new Well19937c(1));
        Standardize units = new Standardize(new double[] {1, 2}, new double[] {3, 4});
        FlowFile.write(path, RealNvp.of(units, coupling), Map.of("seed", "1"));
        whole = Files.readAllBytes(path);
    }

    /** The sentence after the file's name. */
    private String reading(byte[] bytes) throws IOException {
        Files.write(path, bytes);
        return reading(path);
    }

    private static String reading(Path path) {
        String message = assertThrowsExactly(IOException.class, () -> FlowFile.read(path)).getMessage();
        String start = path + " cannot be read: ";
        assertTrue(message.startsWith(start) && message.lines().count() == 1, message);
        return message.substring(start.length());
    }

    @Test
    void truncatedAnywhere() throws IOException {
        for (int length = 0; length < whole.length; length++) {
            String sentence = reading(Arrays.copyOf(whole, length));
            assertTrue(length == 0 ? sentence.equals("it is empty; take another copy")
                : length < 8 ? sentence.startsWith("it is no safetensors file, with only " + length + " bytes")
                : sentence.startsWith("it is truncated"), length + ": " + sentence);
        }
    }

    @Test
    void anyByteFlipped() throws IOException {
        for (int bit : new int[] {0x20, 0xFF}) {
            for (int i = 0; i < whole.length; i++) {
                byte[] flipped = whole.clone();
                flipped[i] ^= (byte) bit;
                reading(flipped);
            }
        }
    }

    @Test
    void longerThanItsHeaderSays() throws IOException {
        assertEquals("it is damaged: its header tells of 88 bytes of numbers, but 89 follow; take another copy",
            reading(Arrays.copyOf(whole, whole.length + 1)));
    }

    static Stream<Arguments> otherKinds() {
        return Stream.of(
            Arguments.of("PNG", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13}, NO_SAFETENSORS),
            Arguments.of("CSV", "species,mass\nAdelie,3750\n".getBytes(StandardCharsets.UTF_8), NO_SAFETENSORS),
            Arguments.of("zeros", new byte[100], NO_SAFETENSORS),
            Arguments.of("short text", "a,b".getBytes(StandardCharsets.UTF_8),
                "it is no safetensors file, with only 3 bytes; choose another file"),
            Arguments.of("a length, but no JSON", withHeader("[]"),
                "it is no safetensors file, whose byte 9 is a {; choose another file"),
            Arguments.of("safetensors of others", withHeader("{}"), NOT_OURS),
            Arguments.of("others with metadata", withHeader("{\"__metadata__\":{\"format\":\"pt\"}}"), NOT_OURS),
            Arguments.of("others with other dtypes", withHeader("{\"a\":{\"dtype\":\"BF16\",\"shape\":[1],"
                + "\"data_offsets\":[0,2]}}", 0, 0), NOT_OURS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherKinds")
    void renamed(String kind, byte[] bytes, String sentence) throws IOException {
        assertEquals(sentence, reading(bytes));
    }

    /** A header whose length is a lie costs neither time nor memory: this file claims up to 8 exabytes. */
    @Test
    void absurdLengths() throws IOException {
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 100_000_001, 0, 1}) {
            assertEquals(NO_SAFETENSORS, reading(littleEndian(length, "{}")));
        }
        assertEquals(("it is truncated, or no safetensors file: its header ends at byte %,d, but it has only 10; "
            + "take another copy").formatted(100_000_008), reading(littleEndian(100_000_000, "{}")));
    }

    /** A file of 5 GB, on the disk only a few bytes, is told by its header. */
    @Test
    void largerThanAnyArray() throws IOException {
        long numbers = 5_000_000_000L;
        Files.write(path, withHeader(tensor("F32", "[1250000000]", "[0,%d]".formatted(numbers))));
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(Files.size(path) + numbers);
        }
        assertEquals(NOT_OURS, reading(path));
        Files.delete(path);
    }

    static Stream<Arguments> brokenHeaders() {
        String misfit = "it is damaged: shape, dtype and offsets of a do not fit together; take another copy";
        return Stream.of(
            Arguments.of("{\"a\":1,\"a\":2}", NO_JSON),
            Arguments.of("{} {}", NO_JSON),
            Arguments.of("{\"__metadata__\":1}", "it is damaged: its metadata is no map; take another copy"),
            Arguments.of("{\"__metadata__\":{\"b\":1}}",
                "it is damaged: b in its metadata is no text; take another copy"),
            Arguments.of("{\"a\":[]}", misfit),
            Arguments.of(tensor("F32", "[-1]", "[0,4]"), misfit),
            Arguments.of(tensor("F32", "[1.0]", "[0,4]"), misfit),
            Arguments.of(tensor("F32", "[2]", "[0,4]"), misfit),
            Arguments.of(tensor("F64", "[1]", "[0,4]"), misfit),
            Arguments.of(tensor("F32", "[65536,65536,65536,65536]", "[0,0]"), misfit), // 2⁶⁴ would be 0
            Arguments.of(tensor("F32", "[99999999999]", "[0,4]"), misfit),
            Arguments.of(tensor("F32", "[1]", "[4,0]"), misfit),
            Arguments.of(tensor("F32", "[1]", "[0,4,8]"), misfit),
            Arguments.of(tensor("F32", "[1]", "[99999999999999999999,4]"), misfit),
            Arguments.of(tensor("F32", "[1]", "[4,8]"),
                "it is damaged: a begins at byte 4 of the numbers instead of 0; take another copy"),
            Arguments.of("{\"a\":%1$s,\"b\":%1$s}".formatted(place("F32", "[1]", "[0,4]")),
                "it is damaged: b begins at byte 0 of the numbers instead of 4; take another copy"));
    }

    @ParameterizedTest
    @MethodSource("brokenHeaders")
    void headersThatTheFormatForbids(String header, String sentence) throws IOException {
        assertEquals(sentence, reading(withHeader(header, 0, 0, 0, 0)));
    }

    static Stream<Arguments> changes() {
        return Stream.of(
            Arguments.of("format\":\"1\"", "format\":\"2\"", "it has format 2, and this library (not packaged) knows "
                + "only 1: use library not packaged or a newer one"),
            Arguments.of("layers.1\\\"", "layers.2\\\"", "no chain has its layers [layers.2], and no layer its tensors "
                + "[layers.1.s.0.bias, layers.1.s.0.weight, layers.1.s.1.bias, layers.1.s.1.weight, layers.1.t.0.bias, "
                + "layers.1.t.0.weight, layers.1.t.1.bias, layers.1.t.1.weight]; take another copy"),
            Arguments.of("type\\\":\\\"coupling", "type\\\":\\\"coupletd", "layers.1 is of an unknown type, coupletd"),
            Arguments.of("relu", "gelu", "no activation here is called gelu"),
            Arguments.of("[1,0]", "[1,1]",
                "a mask needs at least one 1 (passes unchanged) and one 0 (changes), got [1, 1]"),
            Arguments.of("[1,2,1]", "[2,2,1]", "the widths of layers.1.s are [2, 2, 1], but its mask [1, 0] keeps 1 "
                + "and changes 1 coordinates"),
            Arguments.of("[1,2,1]", "[1,3,1]",
                "layers.1.s.0.weight must be F32 of shape [3, 1], got F32 of shape [2, 1]"),
            Arguments.of("features\\\":2", "features\\\":3",
                "layers.0.mean must be F64 of shape [3], got F64 of shape [2]"),
            Arguments.of("Scale\\\":1.0", "Scale\\\":0.0",
                "maxLogScale must be above 0 (infinity for no bound), got 0.0"),
            Arguments.of("\"layers.0.mean\"", "\"layers.9.mean\"", "layers.0.mean must be F64 of shape [2], got none"),
            Arguments.of("{\\\"layers.0", "<\\\"layers.0", "its realnvp.flow is no JSON of layers; take another copy"));
    }

    /** Files as a newer or another program might write them, with a checksum that is right. */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("changes")
    void whatDoesNotFitTogether(String from, String to, String sentence) throws Exception {
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(from) && from.length() == to.length(), text);
        assertEquals(sentence, reading(signed(text.replaceFirst(Pattern.quote(from),
            Matcher.quoteReplacement(to)).getBytes(StandardCharsets.ISO_8859_1))));
    }

    @Test
    void numbersThatAreNotFinite() throws Exception {
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            byte[] bytes = whole.clone();
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, bad);
            assertEquals("layers.1.t.1.bias holds %s, and with that no flow can be used".formatted((double) bad),
                reading(signed(bytes)));
        }
        ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putDouble(whole.length - 88 + 16, -1);
        assertEquals("every standard deviation must be above 0 and finite, got [-1.0, 4.0]", reading(signed(whole)));
    }

    /** The checksum is the SHA-256 of the file with zeros in its place. */
    private static byte[] signed(byte[] bytes) throws Exception {
        int place = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(CHECKSUM) + CHECKSUM.length();
        Arrays.fill(bytes, place, place + 64, (byte) '0');
        String checksum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        System.arraycopy(checksum.getBytes(StandardCharsets.US_ASCII), 0, bytes, place, 64);
        return bytes;
    }

    @Test
    void noFileThere() {
        assertEquals("no such file in " + folder, reading(folder.resolve("none")));
        assertEquals("there is no folder " + folder.resolve("none"), reading(folder.resolve("none").resolve("none")));
        assertEquals("it is a folder: name the file in it", reading(folder));
    }

    private static String tensor(String dtype, String shape, String offsets) {
        return "{\"a\":" + place(dtype, shape, offsets) + "}";
    }

    private static String place(String dtype, String shape, String offsets) {
        return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}".formatted(dtype, shape, offsets);
    }

    private static byte[] withHeader(String header, int... numbers) {
        byte[] file = littleEndian(header.length(), header);
        byte[] all = Arrays.copyOf(file, file.length + numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            all[file.length + i] = (byte) numbers[i];
        }
        return all;
    }

    private static byte[] littleEndian(long length, String rest) {
        return ByteBuffer.allocate(8 + rest.length()).order(ByteOrder.LITTLE_ENDIAN).putLong(length)
            .put(rest.getBytes(StandardCharsets.ISO_8859_1)).array();
    }
}
