package realnvp.autodiff;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixTest {
    /** Products that are 0, small or negative as an int, and one that is just above what an array holds. */
    @ParameterizedTest(name = "({0},{1})")
    @CsvSource({"65536, 65536", "65536, 65537", "131072, 32768", "46341, 46341", "2147483647, 2147483647", "2147483640, 1"})
    void moreNumbersThanAnArrayHoldsAreRefused(int rows, int columns) {
        String expected = "at most 2,147,483,639 numbers, got shape (%d,%d)".formatted(rows, columns);
        assertMessage(expected, () -> new Matrix(rows, columns));
    }

    @ParameterizedTest(name = "({0},{1})")
    @CsvSource({"0, 1", "1, 0", "-1, -1", "-2, 3"})
    void noRowsOrColumnsAreRefused(int rows, int columns) {
        assertMessage("rows and columns must be at least 1", () -> new Matrix(rows, columns));
    }

    /** The product of the shapes is 0, small or negative as an int here too. */
    @ParameterizedTest(name = "{0} rows, {1} columns")
    @CsvSource({"65536, 65536", "65536, 65537", "46341, 46341"})
    void noOperationMakesMoreNumbersThanAnArrayHolds(int rows, int columns) {
        String expected = "at most 2,147,483,639 numbers, got shape (%d,%d)".formatted(rows, columns);
        Tape tape = Tape.forInference();
        Tensor tall = tape.constant(new Matrix(rows, 1));
        Tensor wide = tape.constant(new Matrix(1, columns));
        assertMessage(expected, () -> tall.matmul(wide));
        assertMessage(expected, () -> tall.linear(wide, wide));
        assertMessage(expected, () -> tall.gather(new int[columns]));
    }

    private static void assertMessage(String part, Runnable action) {
        String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
