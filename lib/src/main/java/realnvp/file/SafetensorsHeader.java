package realnvp.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The front of a safetensors file, checked before its numbers are read: each tensor begins where the one before it
 * ends, and the last one ends with the file. So a file never takes more memory than it has bytes, whatever it claims.
 *
 * @param bytes    the first ones of the file, the length included
 * @param places   of tensors of any dtype, in the file's order
 * @param rest     how many bytes of numbers follow
 */
record SafetensorsHeader(byte[] bytes, Map<String, String> metadata, List<Place> places, long rest) {
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8; // that every virtual machine can make

    private static final String COPY = "; take another copy";
    private static final String OTHER = "; choose another file";

    /** Where a tensor lies among the bytes after the header. */
    record Place(String name, String dtype, List<Integer> shape, long begin, long end) { }

    /** Reads the header, and no further, from a file of so many bytes. */
    static SafetensorsHeader read(InputStream file, long size) throws IOException {
        byte[] first = file.readNBytes(Long.BYTES);
        require(size > 0, "it is empty" + COPY);
        require(first.length == Long.BYTES, "it is no safetensors file, with only %,d bytes" + OTHER, size);
        long length = Safetensors.littleEndian(first).getLong();
        require(length >= 2 && length <= Safetensors.LARGEST_HEADER,
            "it is no safetensors file, which begins with the length of its header" + OTHER);
        require(length <= size - Long.BYTES, "it is truncated, or no safetensors file: its header ends at byte %,d, "
            + "but it has only %,d" + COPY, Long.BYTES + length, size);
        byte[] json = file.readNBytes((int) length);
        require(json.length == length, "it became shorter while it was read: read it again");
        require(json[0] == '{', "it is no safetensors file, whose byte 9 is a {" + OTHER);
        byte[] bytes = Safetensors.littleEndian(new byte[Long.BYTES + json.length]).put(first).put(json).array();
        try {
            JsonNode root = Safetensors.JSON.readTree(
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString());
            return checked(bytes, root, size - bytes.length);
        } catch (JsonProcessingException | CharacterCodingException e) {
            throw new IOException("it is damaged: its header is not JSON whose keys all differ" + COPY, e);
        }
    }

    private static SafetensorsHeader checked(byte[] bytes, JsonNode root, long rest) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Place> places = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (!entry.getKey().equals(Safetensors.METADATA)) {
                places.add(place(entry.getKey(), entry.getValue()));
                continue;
            }
            require(entry.getValue().isObject(), "it is damaged: its metadata is no map" + COPY);
            for (Map.Entry<String, JsonNode> text : entry.getValue().properties()) {
                require(text.getValue().isTextual(), "it is damaged: %s in its metadata is no text" + COPY,
                    text.getKey());
                metadata.put(text.getKey(), text.getValue().textValue());
            }
        }
        places.sort(Comparator.comparing(Place::begin).thenComparing(Place::end));
        long end = 0;
        for (Place place : places) {
            require(place.begin == end, "it is damaged: %s begins at byte %,d of the numbers instead of %,d" + COPY,
                place.name, place.begin, end);
            end = place.end;
        }
        require(end == rest, "it is %s: its header tells of %,d bytes of numbers, but %,d follow" + COPY,
            end > rest ? "truncated" : "damaged", end, rest);
        return new SafetensorsHeader(bytes, metadata, List.copyOf(places), rest);
    }

    private static Place place(String name, JsonNode tensor) throws IOException {
        List<Integer> shape = new ArrayList<>();
        for (JsonNode size : tensor.path("shape")) {
            shape.add(size.isIntegralNumber() && size.canConvertToInt() ? size.intValue() : -1);
        }
        String dtype = tensor.path("dtype").asText();
        long begin = offset(tensor, 0);
        long end = offset(tensor, 1);
        Integer width = Safetensors.WIDTHS.get(dtype); // null for a dtype that only others use
        require(tensor.path("shape").isArray() && shape.stream().allMatch(size -> size >= 0)
            && begin >= 0 && begin <= end && tensor.path("data_offsets").size() == 2
            && (width == null || Safetensors.count(shape) * width == end - begin),
            "it is damaged: shape, dtype and offsets of %s do not fit together" + COPY, name);
        return new Place(name, dtype, List.copyOf(shape), begin, end);
    }

    private static long offset(JsonNode tensor, int i) {
        JsonNode offset = tensor.path("data_offsets").path(i);
        return offset.isIntegralNumber() && offset.canConvertToLong() ? offset.longValue() : -1;
    }

    /** The numbers that follow; a stream that ends too early is an exception. */
    byte[] readNumbers(InputStream file) throws IOException {
        require(rest <= LARGEST_ARRAY, "it has %,d bytes of numbers, more than the %,d that an array takes" + OTHER,
            rest, LARGEST_ARRAY);
        byte[] numbers = file.readNBytes((int) rest);
        require(numbers.length == rest, "it became shorter while it was read: read it again");
        return numbers;
    }

    /** The whole file, once its numbers are read. */
    Safetensors with(byte[] numbers) throws IOException {
        ByteBuffer buffer = Safetensors.littleEndian(numbers);
        Map<String, Safetensors.Numbers> tensors = new LinkedHashMap<>();
        for (Place place : places) {
            Integer width = Safetensors.WIDTHS.get(place.dtype);
            require(width != null, "its tensor %s is %s, but only F32 and F64 are read here" + OTHER, place.name,
                place.dtype);
            double[] values = new double[(int) (place.end - place.begin) / width];
            for (int i = 0; i < values.length; i++) {
                values[i] = width == Float.BYTES ? buffer.getFloat() : buffer.getDouble();
            }
            tensors.put(place.name, new Safetensors.Numbers(place.dtype, place.shape, values));
        }
        return new Safetensors(metadata, tensors);
    }

    private static void require(boolean condition, String wrong, Object... values) throws IOException {
        if (!condition) {
            throw new IOException(wrong.formatted(values));
        }
    }
}
