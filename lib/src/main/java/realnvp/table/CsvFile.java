package realnvp.table;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/**
 * Reads a CSV file, UTF-8 with a header, into a Tablesaw table whose column types hold for every row: whole numbers,
 * numbers, booleans, dates, times, else text.
 *
 * <p>Values stand between commas, semicolons or tabs, whichever the header has most of; between semicolons, a comma
 * in a number is its decimal point. Empty, NA, N/A, NaN, nan and null are missing. A number that could mean two things,
 * as "1,234" with its quotes, stays text. Memory: that of the table.
 *
 * <p>A file that is not there, a folder, no rows, two columns of one name, more than 1,024 columns, and a row with
 * another number of values than the header are refused with the line: lines are counted as an editor counts them, the
 * header is line 1. Tablesaw (tech.tablesaw 0.44) with univocity's parser does the reading.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("flowers", ".csv");
 * Files.writeString(file, "length,width,kind\n5.1,3.5,a\n4.9,NA,a\n6.3,3.3,b\n");
 * Table table = CsvFile.read(file);
 * }</pre>
 */
public final class CsvFile {
    private static final int MAX_COLUMNS = 1024;
    private static final int MAX_CHARACTERS = 4096; // of one value; more is a quotation mark left open
    private static final int HEADER_CHARACTERS = 1 << 16; // that are looked at for the separator

    private final Path path;
    private final CsvReadOptions.Builder options;
    private final CsvParser parser;
    private final char separator;

    private CsvFile(Path path, Reader reader, char separator) {
        this.path = path;
        this.separator = separator;
        // What starts with # is a row like any other: no comments.
        options = CsvReadOptions.builder(reader).tableName(path.getFileName().toString()).separator(separator)
            .commentPrefix('\0').maxCharsPerColumn(MAX_CHARACTERS).maxNumberOfColumns(MAX_COLUMNS)
            .missingValueIndicator("", "NA", "N/A", "NaN", "nan", "null");
        CsvParserSettings settings = new CsvParserSettings(); // as Tablesaw sets them
        settings.setLineSeparatorDetectionEnabled(true);
        settings.getFormat().setDelimiter(separator);
        settings.getFormat().setComment('\0');
        settings.setMaxCharsPerColumn(MAX_CHARACTERS);
        settings.setMaxColumns(MAX_COLUMNS);
        parser = new CsvParser(settings);
    }

    /** The whole file as a table of its name. */
    public static Table read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(path + (Files.isDirectory(path) ? " is a folder: name a CSV file in it"
                : " is not there: relative paths start at " + Path.of("").toAbsolutePath()));
        }
        try (Reader first = open(path); Reader second = open(path)) {
            CsvFile file = new CsvFile(path, second, separator(path));
            ColumnTypes types = file.check(first);
            Table table = Table.read().usingOptions(file.options.columnTypes(types.chosen()));
            for (int c = 0; c < table.columnCount(); c++) {
                if (types.decimalComma(c)) {
                    table.replaceColumn(c, DoubleColumn.create(table.column(c).name(), table.stringColumn(c).asList()
                        .stream().mapToDouble(ColumnTypes::number)));
                }
            }
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException("%s can't be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    /** Reads the file once, row after row, and keeps nothing of it but what types the columns can have. */
    private ColumnTypes check(Reader reader) {
        parser.beginParsing(reader);
        String[] header = next();
        if (header == null) {
            throw refused("is empty: the first line names the columns");
        }
        requireDifferent(header);
        ColumnTypes types = new ColumnTypes(header.length, separator == ';', options.build());
        long rows = 0;
        for (String[] row = next(); row != null; row = next()) {
            if (row.length != header.length) {
                throw refused("line %d has %d values, but the header names %d columns: a value with a %s in it needs "
                    .formatted(line(), row.length, header.length, name(separator)) + "quotation marks");
            }
            types.narrow(row);
            rows++;
        }
        if (rows == 0) {
            throw refused("has a header but no rows");
        }
        return types;
    }

    private String[] next() {
        long before = line();
        try {
            return parser.parseNext();
        } catch (TextParsingException e) {
            throw refused(e.getColumnIndex() >= MAX_COLUMNS
                ? "has more than %,d columns: choose some of them first".formatted(MAX_COLUMNS)
                : "after line %d comes a value of more than %,d characters: is a quotation mark left open?"
                    .formatted(before, MAX_CHARACTERS));
        }
    }

    /** Columns without a name get Tablesaw's: C and their index. Names differ in more than upper and lower case. */
    private void requireDifferent(String[] header) {
        Map<String, Integer> positions = new HashMap<>();
        for (int c = 0; c < header.length; c++) {
            String name = header[c] == null ? "C" + c : header[c].trim();
            Integer before = positions.put(name.toLowerCase(), c + 1);
            if (before != null) {
                throw refused("columns %d and %d are both called %s: rename one".formatted(before, c + 1, name));
            }
        }
    }

    /** Where the row just read ends. */
    private long line() {
        return parser.getContext().currentLine();
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(path.getFileName() + ": " + why);
    }

    private static String name(char separator) {
        return separator == '\t' ? "tab" : String.valueOf(separator);
    }

    /** What the header has most of outside quotation marks: commas, semicolons or tabs. */
    private static char separator(Path path) throws IOException {
        char[] start = new char[HEADER_CHARACTERS];
        try (Reader reader = open(path)) {
            int length = Math.max(0, reader.read(start));
            String header = new String(start, 0, length).stripLeading().split("[\r\n]", 2)[0].replaceAll("\"[^\"]*\"", "");
            return Stream.of(',', ';', '\t').max(Comparator.comparing(c -> header.chars().filter(h -> h == c).count()))
                .orElseThrow();
        }
    }

    /** UTF-8 without the byte-order mark that some programs put before it. */
    private static Reader open(Path path) throws IOException {
        Reader reader = new BufferedReader(new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8));
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
        return reader;
    }
}
