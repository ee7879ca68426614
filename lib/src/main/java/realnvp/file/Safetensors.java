package realnvp.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: named arrays of numbers, and a map of texts. A file is 8 bytes, the length N of its header;
 * the header, N bytes of JSON; then the numbers, one tensor after the other, row-major; all of it little-endian.
 *
 * <p>Here tensors are F32 or F64, of any shape. Bytes that are no such file are an {@link IOException}, whose half a
 * sentence says what is wrong with "it".
 *
 * <p>Source: Hugging Face (2022 to 2026), safetensors, README.md and safetensors/src/tensor.rs,
 * https://github.com/huggingface/safetensors.
 *
 * <pre>{@code
 * Safetensors.Numbers pair = new Safetensors.Numbers("F32", List.of(2), new double[] {1, 2});
 * byte[] file = new Safetensors(Map.of("made by", "me"), Map.of("pair", pair)).bytes();
 * double[] again = Safetensors.of(file).tensors().get("pair").values();
 * }</pre>
 */
public record Safetensors(Map<String, String> metadata, Map<String, Numbers> tensors) {
    static final int LARGEST_HEADER = 100_000_000; // bytes; the format's own limit
    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(LARGEST_HEADER)
            .maxNameLength(LARGEST_HEADER).build()).build()) // what can be written can be read
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    static final String METADATA = "__metadata__";
    static final Map<String, Integer> WIDTHS = Map.of("F32", Float.BYTES, "F64", Double.BYTES);

    /** A tensor: its numbers, row after row; those of an F32 are rounded to float32. */
    public record Numbers(String dtype, List<Integer> shape, double[] values) {
        public Numbers {
            if (!WIDTHS.containsKey(dtype)) {
                throw new IllegalArgumentException("a tensor is F32 or F64 here, got " + dtype);
            }
            if (count(shape) != values.length) {
                throw new IllegalArgumentException("a tensor of shape %s cannot have %,d numbers"
                    .formatted(shape, values.length));
            }
        }

        int width() {
            return WIDTHS.get(dtype);
        }
    }

    /** How many numbers a tensor of this shape has: in double, since what a file claims may exceed any long. */
    static double count(List<Integer> shape) {
        return shape.stream().mapToDouble(size -> size).reduce(1, (a, b) -> a * b);
    }

    /** The whole file. Wider numbers come first, so that every number lies at a multiple of its width. */
    public byte[] bytes() {
        List<Map.Entry<String, Numbers>> ordered = tensors.entrySet().stream()
            .sorted(Comparator.comparing(tensor -> -tensor.getValue().width())).toList();
        ObjectNode header = JSON.createObjectNode();
        header.set(METADATA, JSON.valueToTree(metadata));
        int end = 0;
        for (Map.Entry<String, Numbers> tensor : ordered) {
            Numbers numbers = tensor.getValue();
            int begin = end;
            end = Math.addExact(begin, Math.multiplyExact(numbers.values.length, numbers.width()));
            ObjectNode place = header.putObject(tensor.getKey()).put("dtype", numbers.dtype);
            place.set("shape", JSON.valueToTree(numbers.shape));
            place.putArray("data_offsets").add(begin).add(end);
        }
        String json = header.toString();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(json)) {
            throw new IllegalArgumentException("a name or text holds half of a character, which no file can");
        }
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        int length = (utf8.length + 7) / 8 * 8;
        if (length > LARGEST_HEADER) {
            throw new IllegalArgumentException("names and texts must take at most %,d bytes, got %,d"
                .formatted(LARGEST_HEADER, length));
        }
        ByteBuffer file = littleEndian(new byte[Math.addExact(Long.BYTES + length, end)]);
        file.putLong(length).put(utf8).put(" ".repeat(length - utf8.length).getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, Numbers> tensor : ordered) {
            for (double value : tensor.getValue().values) {
                if (tensor.getValue().width() == Float.BYTES) {
                    file.putFloat((float) value);
                } else {
                    file.putDouble(value);
                }
            }
        }
        return file.array();
    }

    /** The inverse of {@link #bytes()}. */
    public static Safetensors of(byte[] file) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(file);
        SafetensorsHeader header = SafetensorsHeader.read(in, file.length);
        return header.with(header.readNumbers(in));
    }

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return "%d tensors, %,d numbers; metadata %s".formatted(tensors.size(),
            tensors.values().stream().mapToLong(numbers -> numbers.values.length).sum(), metadata);
    }
}
