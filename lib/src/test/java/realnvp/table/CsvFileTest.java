package realnvp.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
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
            Arguments.of("a,b\n1,2\n\"3,4\n" + "5,6\n".repeat(2000), "my.csv: line 3 has a quotation mark that is left "
                + "open, or text behind it"),
            Arguments.of("a,b,note\r\n1,2,x\r\n3,4,\"y\nz\"\r\n5,6,\"x\r\n7,8,y\r\n", "my.csv: line 5 has a quotation "
                + "mark that is left open, or text behind it"),
            Arguments.of("a,b\n1,\"he said \"hi\"\"\n", "my.csv: line 2 has a quotation mark that is left open, or text "
                + "behind it"),
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

    /** Each of these columns was once read as numbers that nobody wrote. */
    @ParameterizedTest
    @ValueSource(strings = {"50%,12.5,3%", "50%,10%,3%", "1d,2f,3d", "0x1p3,1,2", "Infinity,1,2", "1.5f,2,3", "1 000,2,3",
        "--1,2,3", "1e,2,3", ".,1,2", "\"1,234\",1,2", "1.234.567,1,2", "٣,1,2"})
    void whatNoSpreadsheetWritesAsANumberStaysText(String values) throws IOException {
        Locale before = Locale.getDefault();
        try {
            for (Locale locale : new Locale[] {Locale.US, Locale.GERMANY, Locale.forLanguageTag("ar-EG"),
                Locale.forLanguageTag("tr-TR")}) {
                Locale.setDefault(locale);
                Table table = read("i\tI2\n" + values.replaceAll("(\"[^\"]*\"|[^,\"]+),?", "$1\t5\n"));
                assertEquals(List.of(ColumnType.STRING, ColumnType.INTEGER), table.types(), locale + " " + values);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    /** A day that no calendar has, a date that two countries read differently, and letters are no dates and truths. */
    @ParameterizedTest
    @ValueSource(strings = {"2026-02-29", "2023-02-30", "2026-04-31", "3/4/2026", "03-04-2026", "3-Apr-2026", "F", "t",
        "Y", "yes", "2026-02-29T10:15", "2026-04-31 10:15:00", "24:00", "7 PM", "10:15pm"})
    void whatWouldComeBackAsAnotherValueStaysText(String value) throws IOException {
        Table table = read("a,b\n1," + value + "\n2," + value + "\n");
        assertEquals(List.of(value, value), table.stringColumn("b").asList());
    }

    @Test
    void datesTimesAndTruthsAreRead() throws IOException {
        Table table = read("day,time,moment,ok\n2024-02-29,10:15:00,2024-02-29 10:15:30,TRUE\n"
            + "1999-12-31,23:59:59,1999-12-31T00:00:00,false\n");
        assertEquals(List.of(ColumnType.LOCAL_DATE, ColumnType.LOCAL_TIME, ColumnType.LOCAL_DATE_TIME,
            ColumnType.BOOLEAN), table.types());
        assertEquals("2024-02-29", table.getString(0, "day"));
    }

    @Test
    void numbersAreReadInAllTheirForms() throws IOException {
        Table table = read("a,b,c\n1.5,-1,+5\n.5,999999999,-999999999999999999\n5.,007,1\n-1.5E-3,0,0\n2e+2,0,0\n");
        assertEquals(List.of(ColumnType.DOUBLE, ColumnType.INTEGER, ColumnType.LONG), table.types());
        assertEquals(List.of(1.5, 0.5, 5.0, -1.5e-3, 200.0), table.doubleColumn("a").asList());
        assertEquals(List.of(-1, 999999999, 7, 0, 0), table.intColumn("b").asList());
        assertEquals(-999999999999999999L, table.longColumn("c").getLong(1));
    }

    /** Where one column proves that the comma is the decimal sign, a point in a number means something else. */
    @Test
    void theDecimalSignIsThatOfTheFile() throws IOException {
        String points = "town;people;km2\nA;1.234;%s\nB;12.345;4%2$s5\nC;987;6%2$s5\n";
        Table table = read(points.formatted("3,5", ","));
        assertEquals(List.of(ColumnType.STRING, ColumnType.STRING, ColumnType.DOUBLE), table.types());
        assertEquals("1.234", table.stringColumn("people").get(0));
        assertEquals(List.of(3.5, 4.5, 6.5), table.doubleColumn("km2").asList());
        assertEquals(List.of(ColumnType.STRING, ColumnType.DOUBLE, ColumnType.DOUBLE),
            read(points.formatted("3.5", ".")).types());
    }

    @Test
    void noLineIsLostWhateverItBeginsWith() throws IOException {
        for (String first : List.of("#", "\uFFFF", "'", "\u001A", "//")) {
            Table table = read("a,b\n1,2\n" + first + "3,4\n5,6\n");
            assertEquals(3, table.rowCount(), first);
            assertEquals(List.of(1, 2), read(first + "a,b\n1,2\n").stream().flatMap(row -> Stream.of(
                row.getInt(0), row.getInt(1))).toList(), first);
        }
    }

    @Test
    void lineEndsMayChange() throws IOException {
        for (String text : List.of("a,b\r\n1,2\n3,4\n", "a,b\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", "a,b\r\n1,2\r3,4\n\r\n")) {
            Table table = read(text);
            assertEquals(List.of("a", "b"), table.columnNames());
            assertEquals(List.of(ColumnType.INTEGER, ColumnType.INTEGER), table.types());
            assertEquals(List.of(2, 4), table.intColumn("b").asList());
        }
        assertEquals(List.of(1, 2, 3), read("a\r\n1\n2\n3\n").intColumn("a").asList());
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

    // *** files that are not what their name says ***

    static Stream<Arguments> otherEncodings() throws IOException {
        String text = "Größe,b\n1,2\n3,4\n";
        String plain = "a,b\n1,2\n3,4\n";
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain.getBytes(StandardCharsets.UTF_8));
        }
        return Stream.of(
            Arguments.of("Latin-1", text.getBytes(StandardCharsets.ISO_8859_1), 1),
            Arguments.of("Latin-1, late", ("a,b\r\n1,2\r\n\r\n3," + text).getBytes(StandardCharsets.ISO_8859_1), 4),
            Arguments.of("UTF-16 with mark", text.getBytes(StandardCharsets.UTF_16), 1),
            Arguments.of("UTF-16, little end first", plain.getBytes(StandardCharsets.UTF_16LE), 1),
            Arguments.of("UTF-16, big end first", plain.getBytes(StandardCharsets.UTF_16BE), 1),
            Arguments.of("a 0 in a line", "a,b\n1,2\n\0003,4\n".getBytes(StandardCharsets.UTF_8), 3),
            Arguments.of("a 0 in quotation marks", "a,b\n1,\"x\0y\"\n".getBytes(StandardCharsets.UTF_8), 2),
            Arguments.of("a 0 in the header", "\0a,b\n1,2\n".getBytes(StandardCharsets.UTF_8), 1),
            Arguments.of("gzip", packed.toByteArray(), 1),
            Arguments.of("a spreadsheet", new byte[] {'P', 'K', 3, 4, 20, 0, 6, 0, 8, 0, (byte) 0xBD, '\n', 'a', ','}, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherEncodings")
    void whatIsNotUtf8IsRefusedWithTheLine(String encoding, byte[] bytes, int line) throws IOException {
        Path path = Files.write(folder.resolve("my.csv"), bytes);
        assertEquals("my.csv: line " + line + " is not text in UTF-8: save the file as CSV UTF-8, and unpack it if it is "
            + "compressed", assertThrows(IllegalArgumentException.class, () -> CsvFile.read(path)).getMessage());
    }

    @Test
    void anyTextInUtf8IsRead() throws IOException {
        assertEquals("Größe", read("Größe,é 😀\n1,月\n2,\u0001\n").column(0).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a|b\n1,5|2\n3,0|x\n", "sep=;\na;b\n1,5;2\n3,0;x\n", "\uFEFFSEP=|\r\na|b\r\n1.5|2\r\n3.0|x\r\n",
        "\"sep=;\"\na;b\n1.5;2\n3;x\n", "sep=\t\na\tb\n1.5\t2\n3\tx\n"})
    void barsAndTheLineForExcelAreKnown(String text) throws IOException {
        Table table = read(text);
        assertEquals(List.of("a", "b"), table.columnNames());
        assertEquals(2, table.rowCount());
        assertEquals("x", table.getString(1, 1));
    }

    @Test
    void whatStandsAboveTheHeaderIsNamed() throws IOException {
        for (String above : List.of("# exported", "Station 7", "\"Report, 2026\"")) {
            String message = assertThrows(IllegalArgumentException.class,
                () -> read(above + "\na,b\n1,2\n3,4\n")).getMessage();
            assertEquals("my.csv: line 2 has 2 values, but the header names 1 columns: delete what stands above their "
                + "names", message);
        }
    }

    @Test
    void namesThatDifferInCaseAloneAreOneInEveryCountry() {
        Locale before = Locale.getDefault();
        try {
            for (String country : List.of("tr-TR", "az-AZ", "de-DE")) {
                Locale.setDefault(Locale.forLanguageTag(country));
                for (String header : List.of("ID,id", "id,Id", "TITLE,title")) {
                    String second = header.substring(header.indexOf(',') + 1);
                    assertEquals("my.csv: columns 1 and 2 are both called " + second + ": rename one",
                        assertThrows(IllegalArgumentException.class, () -> read(header + "\n1,2\n3,4\n")).getMessage());
                }
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    /** Pressing Stop while a file is read gives the whole table, never a part of it. */
    @Test
    void aStopCutsNoTable() throws Exception {
        Path path = file("a,b\n" + IntStream.range(0, 100_000).mapToObj(i -> i + ",x" + i + "\n")
            .collect(Collectors.joining()));
        for (int wait : new int[] {0, 1, 20, 60, 150}) {
            Thread reader = Thread.currentThread();
            Thread stop = new Thread(() -> {
                LockSupport.parkNanos(wait * 1_000_000L);
                reader.interrupt();
            });
            stop.start();
            Table table = CsvFile.read(path);
            stop.join();
            assertTrue(Thread.interrupted(), "the stop is still there for the next line of the cell");
            assertEquals(100_000, table.rowCount());
            assertEquals("x99999", table.getString(99_999, 1));
        }
    }
}
