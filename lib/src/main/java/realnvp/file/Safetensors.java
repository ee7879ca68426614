package realnvp.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A safetensors file with texts and tensors of doubles: 8 bytes with the length of the header; the header, JSON with
 * the texts and the place of each tensor; then the numbers; all little-endian. Here the last tensor, crc32, is the
 * checksum of all bytes before it. Source: Hugging Face (2022 to 2026), https://github.com/huggingface/safetensors.
 */
record Safetensors(Map<String, String> texts, Map<String, Tensor> tensors) {
    static final int LARGEST = 1 << 30; // bytes of a file
    private static final int LARGEST_HEADER = 4_000_000; // bytes; parsed, they take up to 35 times as much memory
    private static final String TEXTS = "__metadata__";
    private static final String CHECKSUM = "crc32";
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder().streamReadConstraints(
        StreamReadConstraints.builder().maxNameLength(LARGEST_HEADER).build()).build()).build();

    /** Numbers, row after row. */
    record Tensor(double[] numbers, int... shape) { }

    /** What the header says of a tensor, by the names of the format. */
    private record Place(String dtype, int[] shape, long[] data_offsets) { }

    Safetensors() { this(new LinkedHashMap<>(), new LinkedHashMap<>()); }

    /** The whole file. */
    byte[] bytes() {
        Map<String, Object> header = new LinkedHashMap<>(Map.of(TEXTS, texts));
        long end = 0;
        for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            long begin = end;
            end += (long) tensor.getValue().numbers.length * Double.BYTES;
            header.put(tensor.getKey(), new Place("F64", tensor.getValue().shape, new long[] {begin, end}));
        }
        header.put(CHECKSUM, new Place("I64", new int[] {1}, new long[] {end, end += Long.BYTES}));
        byte[] json = JSON.valueToTree(header).toString().getBytes(StandardCharsets.UTF_8);
        int length = (json.length + 7) / 8 * 8;
        long size = Long.BYTES + length + end;
        if (length > LARGEST_HEADER || size > LARGEST) {
            throw new IllegalArgumentException(("names and texts may take %,d bytes and the whole file %,d, got %,d "
                + "and %,d: keep shorter notes or a smaller flow").formatted(LARGEST_HEADER, LARGEST, length, size));
        }
        ByteBuffer file = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(length).put(json).put(" ".repeat(length - json.length).getBytes(StandardCharsets.UTF_8));
        tensors.values().forEach(tensor -> Arrays.stream(tensor.numbers).forEach(file::putDouble));
        CRC32 checksum = new CRC32();
        checksum.update(file.array(), 0, file.position());
        return file.putLong(checksum.getValue()).array();
    }

    /**
     * What a file seems to hold; an IOException says in half a sentence what is wrong with "it". The caller compares
     * the file with the {@link #bytes} of its content, to see whether it is undamaged and holds just that.
     */
    static Safetensors of(byte[] file) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long length = file.length < Long.BYTES ? 0 : rest.getLong();
        if (length < 2 || length > Math.min(LARGEST_HEADER, rest.remaining())) {
            throw new IOException("it is truncated, or it is not a safetensors file, which begins with the length of "
                + "its header; choose another file");
        }
        JsonNode header = JSON.readTree(new String(file, Long.BYTES, (int) length, StandardCharsets.UTF_8));
        rest.position(Long.BYTES + (int) length);
        Safetensors read = new Safetensors();
        header.path(TEXTS).properties().forEach(text -> read.texts.put(text.getKey(), text.getValue().asText()));
        for (Map.Entry<String, JsonNode> tensor : header.properties()) {
            JsonNode offsets = tensor.getValue().path("data_offsets");
            long count = (offsets.path(1).asLong() - offsets.path(0).asLong()) / Double.BYTES;
            if (count < 0 || count > rest.remaining() / Double.BYTES) {
                throw new IOException("it is truncated or damaged: %s is missing; take another copy"
                    .formatted(tensor.getKey()));
            }
            double[] numbers = new double[(int) count];
            Arrays.setAll(numbers, i -> rest.getDouble());
            read.tensors.put(tensor.getKey(), new Tensor(numbers));
        }
        return read;
    }

    /** The numbers of a tensor, at least one. */
    double[] numbers(String name) throws IOException {
        if (!tensors.containsKey(name) || tensors.get(name).numbers.length == 0) {
            throw new IOException("it is damaged: %s is missing; take another copy".formatted(name));
        }
        return tensors.get(name).numbers;
    }
}
