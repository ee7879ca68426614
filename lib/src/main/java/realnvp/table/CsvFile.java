package realnvp.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/**
 * Reads a CSV file, UTF-8 with a header, into a Tablesaw table whose column types hold for every row: whole numbers,
 * numbers, booleans, dates, times, else text.
 *
 * <p>Values stand between commas, semicolons or tabs, whichever the header has most of. Empty, NA, N/A, NaN, nan and
 * null are missing. Between semicolons a comma is the decimal sign of the whole file, as soon as one column needs that;
 * else it is the point. What could mean something else, as 50%, "1,234" with its quotes, or 1.234 beside 3,5, stays
 * text. The file is held in memory while it is read.
 *
 * <p>A file that is not there, a folder, no rows, two columns of one name, more than 1,024 columns, a quotation mark
 * left open, and a row with another number of values than the header are refused with the line: lines are counted as
 * an editor counts them, the header is line 1. What passes is read by Tablesaw (tech.tablesaw 0.44).
 */
public final class CsvFile {
    private static final int MAX_COLUMNS = 1024;
    private static final Set<String> MISSING = Set.of("", "NA", "N/A", "NaN", "nan", "null");
    private static final String DECIMAL = "[-+]?(\\d+[.]?\\d*|[.]\\d+)([eE][-+]?\\d+)?";

    /** What all values of a column can be, and how Tablesaw reads them. */
    private record Kind(ColumnType type, Predicate<String> fits) {
        Kind(ColumnType type, String pattern) {
            this(type, Pattern.compile(pattern).asMatchPredicate());
        }
    }

    private static final Kind POINT = new Kind(ColumnType.DOUBLE, DECIMAL);
    private static final Kind COMMA = new Kind(ColumnType.STRING, DECIMAL.replace('.', ',')); // Tablesaw reads 3,5 as 35

    private final String name;
    private final String text;
    private final char separator;
    private final Matcher value; // and what ends it
    private int next; // where the next row begins

    private CsvFile(String name, String text) {
        this.name = name;
        this.text = text;
        String header = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("").replaceAll("\"[^\"]*\"", "");
        separator = Stream.of(',', ';', '\t').max(Comparator.comparing(c -> header.chars().filter(h -> h == c).count()))
            .orElseThrow();
        value = Pattern.compile(" *+(?:\"((?:[^\"]|\"\")*+)\" *+|((?!\")[^%1$s\n]*+))([%1$s\n])".formatted(separator))
            .matcher(text);
    }

    /** The whole file as a table of its name. */
    public static Table read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(path + (Files.isDirectory(path) ? " is a folder: name a CSV file in it"
                : " is not there: relative paths start at " + Path.of("").toAbsolutePath()));
        }
        try {
            String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
            return new CsvFile(path.getFileName().toString(), text.substring(text.startsWith("\uFEFF") ? 1 : 0)
                .replace("\r\n", "\n").replace('\r', '\n') + '\n').read();
        } catch (IOException e) {
            throw new UncheckedIOException("%s can't be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    private Table read() {
        CsvReadOptions.Builder options = CsvReadOptions.builderFromString(text).tableName(name).separator(separator)
            .lineEnding("\n").commentPrefix('\r').maxCharsPerColumn(-1).locale(Locale.ENGLISH)
            .missingValueIndicator(MISSING.toArray(String[]::new));
        List<Kind> kinds = check(options.build());
        Table table = Table.read().usingOptions(
            options.columnTypes(kinds.stream().map(Kind::type).toArray(ColumnType[]::new)));
        for (int c = 0; c < kinds.size(); c++) {
            if (kinds.get(c) == COMMA) {
                table.replaceColumn(c, DoubleColumn.create(table.column(c).name(), table.stringColumn(c).asList().stream()
                    .mapToDouble(value -> value.isEmpty() ? Double.NaN : Double.parseDouble(value.replace(',', '.')))));
            }
        }
        return table;
    }

    /** Finds what Tablesaw would misread, and the kind of each column. */
    private List<Kind> check(CsvReadOptions options) {
        List<String> header = row();
        requireNames(header);
        List<Kind> kinds = new ArrayList<>(List.of(new Kind(ColumnType.INTEGER, "[-+]?\\d{1,9}"),
            new Kind(ColumnType.LONG, "[-+]?\\d{1,18}"), POINT, COMMA)); // the narrowest first
        for (ColumnType type : List.of(ColumnType.BOOLEAN, ColumnType.LOCAL_DATE_TIME, ColumnType.LOCAL_DATE,
            ColumnType.LOCAL_TIME, ColumnType.STRING)) { // text fits everything
            kinds.add(new Kind(type, type.customParser(options)::canParse));
        }
        List<List<Kind>> possible = Stream.<List<Kind>>generate(() -> new ArrayList<>(kinds)).limit(header.size()).toList();
        List<String> row = row();
        if (row.isEmpty()) {
            throw refused("has a header but no rows");
        }
        for (; !row.isEmpty(); row = row()) {
            if (row.size() != header.size()) {
                throw refused("line %d has %d values, but the header names %d columns: a value with a %s in it needs "
                    .formatted(lines(), row.size(), header.size(), separator == '\t' ? "tab" : separator)
                    + "quotation marks");
            }
            for (int c = 0; c < row.size(); c++) {
                String value = row.get(c);
                if (!MISSING.contains(value)) {
                    possible.get(c).removeIf(kind -> !kind.fits.test(value));
                }
            }
        }
        boolean commas = separator == ';' && possible.stream().anyMatch(left -> left.get(0) == COMMA);
        possible.forEach(left -> left.remove(commas ? POINT : COMMA));
        return possible.stream().map(left -> left.get(0)).toList();
    }

    /** The values of the next line that is not blank; none at the end. */
    private List<String> row() {
        List<String> row = new ArrayList<>();
        while (next < text.length()) {
            if (!value.region(next, text.length()).lookingAt()) {
                throw refused("line %d has a quotation mark that is left open, or text behind it".formatted(lines() + 1));
            }
            next = value.end();
            String quoted = value.group(1);
            row.add(quoted == null ? value.group(2).strip() : quoted.replace("\"\"", "\""));
            if (row.size() == 1 && row.get(0).isEmpty() && value.group(3).equals("\n")) {
                row.clear(); // a blank line
            } else if (value.group(3).equals("\n")) {
                return row;
            }
        }
        return row;
    }

    /** Columns without a name get Tablesaw's: C and their index. Names differ in more than upper and lower case. */
    private void requireNames(List<String> header) {
        if (header.isEmpty()) {
            throw refused("is empty: the first line names the columns");
        }
        if (header.size() > MAX_COLUMNS) {
            throw refused("has more than %,d columns: choose some of them first".formatted(MAX_COLUMNS));
        }
        Map<String, Integer> positions = new HashMap<>();
        for (int c = 0; c < header.size(); c++) {
            String name = header.get(c).isEmpty() ? "C" + c : header.get(c).strip();
            Integer before = positions.put(name.toLowerCase(Locale.ROOT), c + 1);
            if (before != null) {
                throw refused("columns %d and %d are both called %s: rename one".formatted(before, c + 1, name));
            }
        }
    }

    /** Whether this is a number with a point that cannot mean anything else. */
    static boolean isNumber(String value) {
        return POINT.fits.test(value);
    }

    /** How many lines were read. */
    private long lines() { return text.chars().limit(next).filter(c -> c == '\n').count(); }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(name + ": " + why);
    }
}
