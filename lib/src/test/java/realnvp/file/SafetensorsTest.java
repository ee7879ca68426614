package realnvp.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import realnvp.file.Safetensors.Tensor;

/** The format, byte by byte. */
class SafetensorsTest {
    @Test
    void theBytesAreThoseOfTheFormat() {
        String header = "{\"__metadata__\":{\"a\":\"b\"},\"pair\":{\"dtype\":\"F64\",\"shape\":[1,2],\"data_offsets\":[0,16]},"
            + "\"crc32\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[16,24]}}";
        int length = (header.length() + 7) / 8 * 8;
        ByteBuffer expected = ByteBuffer.allocate(8 + length + 24).order(ByteOrder.LITTLE_ENDIAN).putLong(length)
            .put((header + " ".repeat(length - header.length())).getBytes(StandardCharsets.US_ASCII))
            .putLong(0x3FF0000000000000L).putLong(0xBFE0000000000000L); // 1 and -0.5 as IEEE 754 has them
        CRC32 checksum = new CRC32();
        checksum.update(expected.array(), 0, expected.position());
        Safetensors file = new Safetensors();
        file.texts().put("a", "b");
        file.tensors().put("pair", new Tensor(new double[] {1, -0.5}, 1, 2));
        assertArrayEquals(expected.putLong(checksum.getValue()).array(), file.bytes());
    }

    @Test
    void textsAndNumbersComeBackInOrder() throws IOException {
        Safetensors file = new Safetensors();
        file.texts().put("z", "");
        file.texts().put("", "z");
        file.tensors().put("scalar", new Tensor(new double[] {1 / 3.0}));
        file.tensors().put("cube", new Tensor(new double[] {1, Double.MIN_VALUE, Double.NaN, -0.0}, 1, 2, 2));
        Safetensors read = Safetensors.of(file.bytes());
        assertEquals(List.copyOf(file.texts().entrySet()), List.copyOf(read.texts().entrySet()));
        for (String name : file.tensors().keySet()) {
            assertArrayEquals(file.numbers(name), read.numbers(name));
        }
        assertEquals(List.of("scalar", "cube"), List.copyOf(read.tensors().keySet()).subList(1, 3));
    }
}
