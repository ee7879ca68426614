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
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
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
import realnvp.nn.Mlp;

/** Whatever is not a whole file of this library gives one sentence, and no flow. */
class BadFileTest {
    private static final String NOT_SAFETENSORS = "it is truncated, or it is not a safetensors file, which begins with "
        + "the length of its header; choose another file";
    private static final String NOT_OURS = "it does not hold a flow of this library; choose another file";
    private static final String NOT_JSON = "it is damaged: its header is not JSON; take another copy";
    private static final String CHANGED =
        "it was damaged or changed: its flow, written again, gives other bytes; take another copy";

    private static final String UNITS = "feature %d has mean %s and standard deviation %s, which must be finite and above "
        + "0: leave it out if it is constant";
    static final String NOT_FINITE =
        ", but all numbers of a flow must be finite: train it again or take another file";

    private static final String ANOTHER_FLOW = "none: it is whole";

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
            assertTrue(sentence.startsWith("it is truncated"), length + ": " + sentence);
        }
    }

    @Test
    void anyByteFlipped() throws IOException {
        for (int bit : new int[] {0x01, 0x20, 0xFF}) {
            for (int i = 0; i < whole.length; i++) {
                byte[] flipped = whole.clone();
                flipped[i] ^= (byte) bit;
                reading(flipped);
            }
        }
    }

    @Test
    void longerThanItsHeaderSays() throws IOException {
        assertEquals(CHANGED, reading(Arrays.copyOf(whole, whole.length + 1)));
    }

    static Stream<Arguments> otherKinds() {
        return Stream.of(
            Arguments.of("PNG", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13}, NOT_SAFETENSORS),
            Arguments.of("CSV", "species,mass\nAdelie,3750\n".getBytes(StandardCharsets.UTF_8), NOT_SAFETENSORS),
            Arguments.of("zeros", new byte[100], NOT_SAFETENSORS),
            Arguments.of("short text", "a,b".getBytes(StandardCharsets.UTF_8), NOT_SAFETENSORS),
            Arguments.of("a length, but no JSON object", withHeader("[]"), NOT_OURS),
            Arguments.of("a length, but no JSON", withHeader("{]"), NOT_JSON),
            Arguments.of("safetensors of others", withHeader("{}"), NOT_OURS),
            Arguments.of("null", withHeader("null"), NOT_OURS),
            Arguments.of("a number", withHeader("12"), NOT_OURS),
            Arguments.of("blanks", withHeader("    "), NOT_OURS),
            Arguments.of("metadata of null", withHeader("{\"__metadata__\":null,\"w\":{\"dtype\":\"F32\",\"shape\":[2],"
                + "\"data_offsets\":[0,8]}}", 0, 0, 0, 0, 0, 0, 0, 0), NOT_OURS),
            Arguments.of("a list 3,000,000 deep", withHeader("[".repeat(3_000_000)), NOT_JSON),
            Arguments.of("an object 500,000 deep", withHeader("{\"a\":".repeat(500_000)), NOT_JSON),
            Arguments.of("200,000 small objects", withHeader(IntStream.range(0, 200_000).mapToObj(i -> "\"" + i + "\":{}")
                .collect(Collectors.joining(",", "{", "}"))), NOT_OURS),
            Arguments.of("a number of 3,000,000 digits", withHeader("{\"a\":" + "9".repeat(3_000_000) + "}"), NOT_JSON),
            Arguments.of("no layers", withHeader("{\"__metadata__\":{\"realnvp.format\":\"2\"}}"),
                "it is damaged: layers.0 is missing; take another copy"),
            Arguments.of("others with metadata", withHeader("{\"__metadata__\":{\"format\":\"pt\"}}"), NOT_OURS),
            Arguments.of("others with other dtypes", withHeader(tensor("BF16", "[1]", "[0,2]"), 0, 0), NOT_OURS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherKinds")
    void renamed(String kind, byte[] bytes, String sentence) throws IOException {
        assertEquals(sentence, reading(bytes));
    }

    /** A header whose length is a lie costs neither time nor memory: this file claims up to 8 exabytes. */
    @Test
    void absurdLengths() throws IOException {
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 100_000_001, 3, 0, 1}) {
            assertEquals(NOT_SAFETENSORS, reading(littleEndian(length, "{}")));
        }
    }

    /** A file of 5 GB, on the disk only a few bytes, is refused before it is read. */
    @Test
    void largerThanAnyArray() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(5_000_000_000L);
        }
        assertEquals("it has 5,000,000,000 bytes, and a flow of this library has at most 1,073,741,824; "
            + "choose another file", reading(path));
        Files.delete(path);
    }

    static Stream<String> brokenHeaders() {
        return Stream.of("{\"a\":1,\"a\":2}", "{} {}", "{\"__metadata__\":1}", "{\"__metadata__\":{\"b\":1}}",
            "{\"a\":[]}", tensor("F64", "[-1]", "[0,4]"), tensor("F64", "[1.0]", "[0,4]"), tensor("F64", "[2]", "[0,8]"),
            tensor("F64", "[65536,65536,65536,65536]", "[0,0]"), tensor("F64", "[99999999999]", "[0,8]"),
            tensor("F64", "[1]", "[8,0]"), tensor("F64", "[1]", "[0,8,16]"), tensor("F64", "[1]", "[0,8000000000000]"),
            tensor("F64", "[1]", "[99999999999999999999,4]"), tensor("F64", "[1]", "[4,8]"));
    }

    @ParameterizedTest
    @MethodSource("brokenHeaders")
    void headersThatTheFormatForbids(String header) throws IOException {
        reading(withHeader(header, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    static Stream<Arguments> changes() {
        return Stream.of(
            Arguments.of("format\":\"2\"", "format\":\"3\"", "it has format 3, and this library (not packaged) knows "
                + "only 2; use library not packaged"),
            Arguments.of("layers.1.mask", "layers.2.mask", CHANGED),
            Arguments.of("layers.1.s\":\"relu", "layers.1.s\":\"gelu", "no activation here is called gelu"),
            Arguments.of("layers.1.s\":\"relu", "layers.1.s\":\"tanh", ANOTHER_FLOW),
            Arguments.of("layers.1.s.0.weight", "layers.1.s.0.wEight", "it is damaged: layers.1.s.0.weight is missing; "
                + "take another copy"),
            Arguments.of("layers.1.max_log_scale", "layers.1.max_log_scalE", "it is damaged: layers.1.max_log_scale is "
                + "missing; take another copy"),
            Arguments.of("\"layers.0.mean\"", "\"layers.9.mean\"", "it is damaged: layers.0 is missing; take another copy"),
            Arguments.of("\"shape\":[2]", "\"shape\":[3]", CHANGED),
            Arguments.of("\"F64\"", "\"F32\"", CHANGED));
    }

    /** Files as a newer or another program might write them, with a checksum that is right. */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("changes")
    void whatDoesNotFitTogether(String from, String to, String sentence) throws Exception {
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(from) && from.length() == to.length(), text);
        byte[] changed = signed(text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to))
            .getBytes(StandardCharsets.ISO_8859_1));
        if (sentence.equals(ANOTHER_FLOW)) {
            Files.write(path, changed);
            assertEquals("TANH", ((Mlp) ((AffineCoupling) FlowFile.read(path).flow().chain().bijectors().get(1)).s())
                .activation().name(), "another flow, whole, as its checksum says");
        } else {
            assertEquals(sentence, reading(changed));
        }
    }

    static Stream<Arguments> numbers() {
        return Stream.of( // offsets of doubles in the numbers
            Arguments.of(0, Double.NaN, UNITS.formatted(0, "NaN", "3.0")),
            Arguments.of(1, Double.NEGATIVE_INFINITY, UNITS.formatted(1, "-Infinity", "4.0")),
            Arguments.of(2, -1, UNITS.formatted(0, "1.0", "-1.0")),
            Arguments.of(5, 1, "a mask needs at least one 1 (passes unchanged) and one 0 (changes), got [1, 1]"),
            Arguments.of(4, 0.5, "a mask needs at least one 1 (passes unchanged) and one 0 (changes), got [0, 0]"),
            Arguments.of(6, 0, "maxLogScale must be above 0 (infinity for no bound), got 0.0"),
            Arguments.of(7, Double.NaN, "layers.1.s.0.weight holds NaN" + NOT_FINITE),
            Arguments.of(7, 1 + 1e-12, CHANGED)); // not a float32 number
    }

    @ParameterizedTest(name = "number {0} is {1}")
    @MethodSource("numbers")
    void numbersThatNoFlowHas(int place, double number, String sentence) throws Exception {
        int header = Long.BYTES + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putDouble(header + Double.BYTES * place, number);
        assertEquals(sentence, reading(signed(whole)));
    }

    /** The last 8 bytes are the CRC-32 of all before them. */
    static byte[] signed(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, bytes.length - Long.BYTES);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length - Long.BYTES, checksum.getValue());
        return bytes;
    }

    @Test
    void noFileThere() {
        assertEquals("no such file in " + folder, reading(folder.resolve("none")));
        assertEquals("there is no folder " + folder.resolve("none") + "; make it or choose another one",
            reading(folder.resolve("none").resolve("none")));
        assertEquals("it is a folder; name a file in it", reading(folder));
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
