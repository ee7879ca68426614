package realnvp.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import realnvp.file.Safetensors.Numbers;

/** The format, byte by byte. */
class SafetensorsTest {
    private static final Numbers PAIR = new Numbers("F32", List.of(2), new double[] {1, -0.5});

    @Test
    void theBytesAreThoseOfTheFormat() {
        String header = "{\"__metadata__\":{\"a\":\"b\"},\"pair\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        int length = (header.length() + 7) / 8 * 8;
        byte[] expected = ByteBuffer.allocate(8 + length + 8).order(ByteOrder.LITTLE_ENDIAN).putLong(length)
            .put((header + " ".repeat(length - header.length())).getBytes(StandardCharsets.US_ASCII))
            .putInt(0x3F800000).putInt(0xBF000000).array(); // 1 and -0.5 as IEEE 754 has them
        assertArrayEquals(expected, new Safetensors(Map.of("a", "b"), Map.of("pair", PAIR)).bytes());
    }

    @Test
    void anyShapeComesBackAndWideNumbersStandFirst() throws IOException {
        Map<String, Numbers> tensors = Map.of("pair", PAIR,
            "scalar", new Numbers("F64", List.of(), new double[] {1 / 3.0}),
            "empty", new Numbers("F32", List.of(3, 0), new double[0]),
            "cube", new Numbers("F64", List.of(1, 2, 2), new double[] {1, Double.MIN_VALUE, Double.NaN, -0.0}));
        Map<String, Numbers> read = Safetensors.of(new Safetensors(Map.of(), tensors).bytes()).tensors();
        assertEquals(tensors.keySet(), read.keySet());
        tensors.forEach((name, numbers) -> {
            assertEquals(numbers.shape(), read.get(name).shape());
            assertEquals(numbers.dtype(), read.get(name).dtype());
            assertArrayEquals(numbers.values(), read.get(name).values());
        });
        assertEquals(List.of("F64", "F64", "F32", "F32"), read.values().stream().map(Numbers::dtype).toList());
    }

    @Test
    void numbersThatAreNoTensor() {
        assertEquals("a tensor is F32 or F64 here, got F16", assertThrows(IllegalArgumentException.class,
            () -> new Numbers("F16", List.of(1), new double[1])).getMessage());
        assertEquals("a tensor of shape [2, 2] cannot have 3 numbers", assertThrows(IllegalArgumentException.class,
            () -> new Numbers("F32", List.of(2, 2), new double[3])).getMessage());
    }
}
