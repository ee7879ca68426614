package realnvp.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import realnvp.Mutants;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A CSV file that changed on its way is refused in one sentence, or the table holds each value that stands in it. */
class CsvMutantsTest {
    private static final int MUTANTS = 2000;
    private static final Set<String> MISSING = Set.of("", "NA", "N/A", "NaN", "nan", "null");
    private static final List<String> PIECES = List.of(",", ";", "\t", "|", "\"", "\"\"", "\n", "\r", "\r\n", "\n\n", "#",
        "'", "\\", "NA", "null", "1.5", "1,5", "-", "1e5", "%", "x", " ", "\0", "sep=;\n", "é", "\uFEFF", "\uFFFF", "0");
    private static final List<String> FILES = List.of(
        "a,b,note\n1,2.5,x\n3,4,\"y, z\"\n5,6,\"he said \"\"no\"\"\"\n7,NA,\n",
        "stadt;einwohner;km2\r\nA;1234;3,5\r\nB;12345;4,5\r\nC;987;6,5\r\n",
        "day\tok\tvalue\n2024-01-31\ttrue\t-1.5E-3\n2024-02-29\tfalse\t2e+2\n",
        "a|b\n1|\"two\nlines\"\n2|x\n",
        "only\n1\n2\n3\n");

    @TempDir
    private Path folder;

    @Test
    void aChangedFileIsRefusedInOneSentenceOrReadValueByValue() {
        int[] refusedAndRead = new int[2];
        Path path = folder.resolve("my.csv");
        Mutants.of(FILES.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList(), PIECES, MUTANTS, mutant -> {
            try {
                Files.write(path, mutant);
                compare(CsvFile.read(path), new String(mutant, StandardCharsets.UTF_8));
                refusedAndRead[1]++;
            } catch (IllegalArgumentException e) {
                String sentence = e.getMessage();
                assertTrue(sentence.startsWith("my.csv: ") && sentence.lines().count() == 1 && sentence.length() < 250,
                    sentence);
                refusedAndRead[0]++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertTrue(refusedAndRead[0] > MUTANTS / 4 && refusedAndRead[1] > MUTANTS / 4, refusedAndRead[0] + " were refused");
    }

    private static void compare(Table table, String text) {
        String said = text.replace("\n", "\\n") + " is read as\n" + table;
        String[] possible = {",", ";", "\t", "|"};
        List<List<String>> rows = new ArrayList<>();
        for (String separator : possible) { // the one with which all lines have as many values as the table
            List<List<String>> split = split(text, separator.charAt(0));
            if (rows.isEmpty() && split.stream().allMatch(row -> row.size() == table.columnCount())) {
                rows = split;
            }
        }
        assertEquals(rows.size() - 1, table.rowCount(), said);
        for (int c = 0; c < table.columnCount(); c++) {
            String header = rows.get(0).get(c).strip();
            assertEquals(header.isEmpty() ? "C" + c : header, table.column(c).name(), said);
            for (int r = 0; r < table.rowCount(); r++) {
                compare(table.column(c), r, rows.get(r + 1).get(c), said);
            }
        }
    }

    private static void compare(Column<?> column, int row, String value, String said) {
        assertEquals(MISSING.contains(value), column.isMissing(row), said);
        if (MISSING.contains(value)) {
            return;
        }
        if (column instanceof NumericColumn<?> numbers) {
            assertEquals(Double.parseDouble(value.replace(',', '.')), numbers.getDouble(row), said);
        } else if (column.type() == ColumnType.STRING) {
            assertEquals(value, column.getString(row), said);
        } else { // a truth value or a time is written again in one form
            assertEquals(value.toLowerCase().replace(" ", ""), column.get(row).toString().toLowerCase(), said);
        }
    }

    /** The rows of RFC 4180, without blanks and control characters around a value, and without blank lines. */
    private static List<List<String>> split(String text, char separator) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean open = false;
        boolean quoted = false;
        String plain = text.replaceFirst("^\uFEFF", "").replaceAll("\r\n?", "\n").replaceFirst("^\"?(?i:sep)=.\"?\n", "")
            + "\n";
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c == '"' && (open || value.toString().trim().isEmpty())) {
                boolean twice = open && plain.charAt(i + 1) == '"';
                value.delete(0, open ? 0 : value.length()).append(twice ? "\"" : "");
                i += twice ? 1 : 0;
                open = twice || !open;
                quoted = true;
            } else if (!open && (c == separator || c == '\n')) {
                row.add(quoted ? value.toString() : value.toString().trim());
                value.setLength(0);
                quoted = false;
                if (c == '\n') {
                    if (row.size() > 1 || !row.get(0).isEmpty()) {
                        rows.add(row);
                    }
                    row = new ArrayList<>();
                }
            } else if (open || !quoted) {
                value.append(c);
            }
        }
        return rows;
    }
}
