package realnvp.table;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.AbstractColumnParser;
import tech.tablesaw.columns.Column;
import tech.tablesaw.io.csv.CsvReadOptions;

/**
 * Reads a CSV file, UTF-8 with a header, into a Tablesaw table whose column types hold for every row: whole numbers,
 * numbers, true and false, dates as 2026-02-28, times as 17:30, else text.
 *
 * <p>Values stand between commas, semicolons, tabs or bars, whichever the header has most of. Empty, NA, N/A, NaN, nan
 * and null are missing. Between semicolons a comma is the decimal sign of the whole file, as soon as one column needs that;
 * else it is the point. What could mean something else, as 50%, "1,234", 1.234 beside 3,5, or 3/4/2026, stays text.
 *
 * <p>A file that is not there or not UTF-8, a folder, no rows, two columns of one name, more than 1,024 columns, a
 * quotation mark left open, and a row with another number of values than the header are refused with the line, as an
 * editor counts them: the header is line 1. Memory holds the whole file meanwhile.
 */
public final class CsvFile {
    private static final int MAX_COLUMNS = 1024;
    /** A blank last line. If a quotation mark is still open, this line closes it, and the rest of it is an error. */
    private static final String END = "\n\" \"\n";
    /** What is left of another encoding: the sign for bytes that are none, and the byte 0, which no text holds. */
    private static final Pattern NOT_UTF8 = Pattern.compile("[\uFFFD\0]");
    private static final Set<String> MISSING = Set.of("", "NA", "N/A", "NaN", "nan", "null");
    private static final CsvReadOptions OPTIONS = CsvReadOptions.builderFromString("").locale(Locale.ENGLISH)
        .missingValueIndicator(MISSING.toArray(String[]::new)).build();
    private static final String DECIMAL = "[-+]?(\\d+[.]?\\d*|[.]\\d+)([eE][-+]?\\d+)?";

    /** What all values of a column can be. */
    private record Kind(ColumnType type, Predicate<String> fits) { }

    private static final Kind POINT = number(ColumnType.DOUBLE, DECIMAL);
    private static final Kind COMMA = number(ColumnType.DOUBLE, DECIMAL.replace('.', ','));
    private static final List<Kind> KINDS = Stream.concat( // the narrowest first; text fits everything
        Stream.of(number(ColumnType.INTEGER, "[-+]?\\d{1,9}"), number(ColumnType.LONG, "[-+]?\\d{1,18}"), POINT, COMMA),
        Stream.of(ColumnType.BOOLEAN, ColumnType.LOCAL_DATE_TIME, ColumnType.LOCAL_DATE, ColumnType.LOCAL_TIME,
            ColumnType.STRING).map(CsvFile::asWritten)).toList();

    private final String name;
    private final String text;
    private final char separator;

    private CsvFile(String name, String text) {
        this.name = name;
        this.text = text;
        String header = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("")
            .replaceAll("\"[^\"]*\"", "");
        Matcher broken = NOT_UTF8.matcher(text);
        if (broken.find()) {
            throw refused("line %d is not text in UTF-8: save the file as CSV UTF-8, and unpack it if it is compressed",
                1 + text.substring(0, broken.start()).chars().filter(c -> c == '\n').count());
        }
        separator = Stream.of(',', ';', '\t', '|').max(Comparator.comparing(c -> header.chars().filter(h -> h == c).count()))
            .orElseThrow();
    }

    /** The whole file as a table of its name. */
    public static Table read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(path + (Files.isDirectory(path) ? " is a folder: name a CSV file in it"
                : " is not there: relative paths start at " + Path.of("").toAbsolutePath()));
        }
        try {
            String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "")
                .replace("\r\n", "\n").replace('\r', '\n').replaceFirst("^\"?(?i:sep)=.\"?\n", "\n"); // for Excel
            return new CsvFile(path.getFileName().toString(), text).table();
        } catch (IOException e) {
            throw new UncheckedIOException("%s can't be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    private Table table() {
        List<String[]> rows = rows();
        String[] header = rows.remove(0);
        List<List<Kind>> kinds = IntStream.range(0, header.length).mapToObj(c -> KINDS.stream()
            .filter(kind -> rows.stream().allMatch(row -> MISSING.contains(row[c]) || kind.fits.test(row[c]))).toList())
            .toList();
        boolean commas = separator == ';' && kinds.stream().anyMatch(possible -> possible.get(0) == COMMA);
        Table table = Table.create(name);
        for (int c = 0; c < header.length; c++) {
            int index = c;
            String title = header[c].isEmpty() ? "C" + c : header[c].strip(); // as Tablesaw calls it
            List<String> before = table.columnNames();
            before.stream().filter(title::equalsIgnoreCase).findFirst().ifPresent(same -> { // in a Turkish country too
                throw refused("columns %d and %d are both called %s: rename one", before.indexOf(same) + 1, index + 1,
                    title);
            });
            Kind kind = kinds.get(c).stream().filter(k -> k != (commas ? POINT : COMMA)).findFirst().orElseThrow();
            AbstractColumnParser<?> parser = kind.type.customParser(OPTIONS);
            Column<?> column = kind.type.create(title);
            rows.forEach(row -> column.appendCell(kind == COMMA ? row[index].replace(',', '.') : row[index], parser));
            table.addColumns(column);
        }
        return table;
    }

    /** The values of all lines that are not blank: the header, and at least one row. */
    private List<String[]> rows() {
        CsvParserSettings settings = new CsvParserSettings();
        settings.getFormat().setDelimiter(separator);
        settings.getFormat().setLineSeparator("\n");
        settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.RAISE_ERROR);
        settings.setCommentProcessingEnabled(false);
        settings.setReadInputOnSeparateThread(false); // stopping a cell would end that thread, and cut the table
        settings.setSkipEmptyLines(false); // they are counted and left out here
        settings.setNullValue("");
        settings.setEmptyValue("");
        settings.setMaxColumns(MAX_COLUMNS);
        settings.setMaxCharsPerColumn(-1); // no limit
        CsvParser parser = new CsvParser(settings);
        parser.beginParsing(new StringReader(text + END));
        List<String[]> rows = new ArrayList<>();
        long line = 0;
        try {
            for (String[] row = parser.parseNext(); row != null; row = parser.parseNext()) {
                line = parser.getContext().currentLine();
                if (row.length > 1 || !row[0].isBlank()) {
                    rows.add(row);
                    if (row.length != rows.get(0).length) {
                        throw refused("line %d has %d values, but the header names %d columns: %s", line, row.length,
                            rows.get(0).length, rows.get(0).length == 1 ? "delete what stands above their names"
                                : "a value with a %s in it needs quotation marks".formatted(separator == '\t' ? "tab"
                                    : separator));
                    }
                }
            }
        } catch (TextParsingException e) {
            throw e.getCause() instanceof ArrayIndexOutOfBoundsException
                ? refused("has more than %,d columns: choose some of them first", MAX_COLUMNS)
                : refused("line %d has a quotation mark that is left open, or text behind it", line + 1);
        }
        if (rows.size() < 2) {
            throw refused(rows.isEmpty() ? "is empty: the first line names the columns" : "has a header but no rows");
        }
        return rows;
    }

    private static Kind number(ColumnType type, String form) {
        return new Kind(type, Pattern.compile(form).asMatchPredicate());
    }

    /** Values that are written again as they stand in the file; Tablesaw alone takes 2026-02-30 for 28, and F for false. */
    private static Kind asWritten(ColumnType type) {
        AbstractColumnParser<?> parser = type.customParser(OPTIONS);
        return new Kind(type, value -> type == ColumnType.STRING || parser.canParse(value) && Stream.of("", ":00")
            .anyMatch(seconds -> (parser.parse(value) + seconds).equalsIgnoreCase(value.replace(' ', 'T'))));
    }

    /** Whether this is a number with a point that cannot mean anything else. */
    static boolean isNumber(String value) { return POINT.fits.test(value); }

    private IllegalArgumentException refused(String why, Object... values) {
        return new IllegalArgumentException(name + ": " + why.formatted(values));
    }
}
