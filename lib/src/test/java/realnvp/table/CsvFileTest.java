package realnvp.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

class CsvFileTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("my.csv"), text);
    }

    private Table read(String text) throws IOException {
        return CsvFile.read(file(text));
    }

    private static String names(int columns) {
        return IntStream.range(0, columns).mapToObj(c -> "c" + c).collect(Collectors.joining(","));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
            Arguments.of("", "my.csv: is empty: the first line names the columns"),
            Arguments.of("\n\n", "my.csv: is empty: the first line names the columns"),
            Arguments.of("a,b\n", "my.csv: has a header but no rows"),
            Arguments.of("a,b,A\n1,2,3\n", "my.csv: columns 1 and 3 are both called A: rename one"),
            Arguments.of("a,,c1\n1,2,3\n", "my.csv: columns 2 and 3 are both called c1: rename one"),
            Arguments.of("a,b\n1,2\n\n3\n", "my.csv: line 4 has 1 values, but the header names 2 columns: a value with "
                + "a , in it needs quotation marks"),
            Arguments.of("a;b\n1;2\n\"two\nlines\";2\n3;4;5", "my.csv: line 5 has 3 values, but the header names 2 "
                + "columns: a value with a ; in it needs quotation marks"),
            Arguments.of("a,b\n1,2\n\"3,4\n" + "5,6\n".repeat(2000), "my.csv: after line 2 comes a value of more than "
                + "4,096 characters: is a quotation mark left open?"),
            Arguments.of(names(1025) + "\n", "my.csv: has more than 1,024 columns: choose some of them first"),
            Arguments.of(names(1_000_000) + "\n", "my.csv: has more than 1,024 columns: choose some of them first"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aBadFileGetsOneSentence(String text, String sentence) throws IOException {
        Path file = file(text);
        assertEquals(sentence, assertThrows(IllegalArgumentException.class, () -> CsvFile.read(file)).getMessage());
    }

    @Test
    void noFileAndAFolderAreSaid() {
        Path none = folder.resolve("none.csv");
        assertEquals(none + " is not there: relative paths start at " + Path.of("").toAbsolutePath(),
            assertThrows(IllegalArgumentException.class, () -> CsvFile.read(none)).getMessage());
        assertEquals(folder + " is a folder: name a CSV file in it",
            assertThrows(IllegalArgumentException.class, () -> CsvFile.read(folder)).getMessage());
    }

    @Test
    void byteOrderMarkCarriageReturnsQuotesAndMissingValuesAreRead() throws IOException {
        Table table = read("\uFEFFlänge,\"a, b\",#kind\r\n1,2.5,\"x, \"\"y\"\"\"\r\nNA,,#z\r\n\r\n3,nan,\r\n");
        assertEquals(List.of("länge", "a, b", "#kind"), table.columnNames());
        assertEquals(List.of(ColumnType.INTEGER, ColumnType.DOUBLE, ColumnType.STRING), table.types());
        assertEquals(List.of("x, \"y\"", "#z", ""), table.stringColumn(2).asList());
        assertEquals(1, table.column(0).countMissing());
        assertEquals(2, table.column(1).countMissing());
        assertEquals("my.csv", table.name());
    }

    @Test
    void aLateTextMakesTheColumnText() throws IOException {
        String text = "a,b\n" + "1,2\n".repeat(20_000) + "1,n/a!\n";
        assertEquals(List.of(ColumnType.INTEGER, ColumnType.STRING), read(text).types());
        assertEquals(List.of(ColumnType.INTEGER, ColumnType.LONG), read("a,b\n1,2\n1,3000000000\n").types());
        assertEquals(List.of(ColumnType.BOOLEAN, ColumnType.LOCAL_DATE, ColumnType.STRING),
            read("a,b,c\ntrue,2024-01-31,true\nfalse,2024-02-01,1\n").types());
    }

    @Test
    void betweenSemicolonsACommaIsADecimalPoint() throws IOException {
        Table table = read("a;b;c;d\n1,5;-0,25;1.234,5;1,5\n2;;3;1.5\n,5;1,5e2;4;2\n");
        assertEquals(List.of(ColumnType.DOUBLE, ColumnType.DOUBLE, ColumnType.STRING, ColumnType.STRING), table.types());
        assertEquals(List.of(1.5, 2.0, 0.5), table.doubleColumn("a").asList());
        assertEquals(-0.25, table.doubleColumn("b").getDouble(0));
        assertEquals(150, table.doubleColumn("b").getDouble(2));
        assertEquals(1, table.column("b").countMissing());
    }

    @Test
    void betweenCommasANumberWithACommaStaysText() throws IOException {
        assertEquals(List.of(ColumnType.STRING, ColumnType.DOUBLE), read("a,b\n\"1,234\",1.5\n2,2.5\n").types());
        assertEquals(List.of("a", "b"), read("a\tb\n1\t2\n").columnNames());
        Table noComments = read("#a,b\n#1,2\n3,4\n");
        assertEquals(List.of("#a", "b"), noComments.columnNames());
        assertEquals(List.of("#1", "3"), noComments.stringColumn("#a").asList());
        assertEquals(List.of("a, or; b", "c"), read("\"a, or; b\",c\n1,2\n").columnNames());
    }

    /** Text with whatever makes a file hard to read, in quotation marks. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void randomTablesComeBack(String lineEnd) throws IOException {
        RandomGenerator rng = new Well19937c(6);
        String[] pieces = {",", ";", "\"", "x", "é", "#", " ", "7", "'", "\t", "\n"};
        for (int trial = 0; trial < 200; trial++) {
            int rows = 1 + rng.nextInt(20);
            List<String> texts = new ArrayList<>();
            List<Double> numbers = new ArrayList<>();
            StringBuilder file = new StringBuilder("number,text" + lineEnd);
            for (int r = 0; r < rows; r++) {
                StringBuilder text = new StringBuilder("t"); // neither missing nor a number, and nothing to trim
                for (int i = rng.nextInt(8); i > 0; i--) {
                    text.append(pieces[rng.nextInt(pieces.length)]);
                }
                texts.add(rng.nextInt(5) == 0 ? "" : text + "t");
                numbers.add(rng.nextInt(5) == 0 ? null : 0.5 + rng.nextInt(1000));
                file.append(numbers.get(r) == null ? "NA" : numbers.get(r)).append(",\"")
                    .append(texts.get(r).replace("\"", "\"\"")).append('"').append(lineEnd);
            }
            numbers.set(0, 1.5); // all missing would be whole numbers
            Table table = read(file.toString().replaceFirst("(NA|[\\d.]+),\"", "1.5,\""));
            assertEquals(rows, table.rowCount());
            for (int r = 0; r < rows; r++) {
                assertEquals(numbers.get(r) == null ? Double.NaN : numbers.get(r), table.doubleColumn(0).getDouble(r));
                assertEquals(texts.get(r), table.column(1).getString(r));
            }
        }
    }
}
