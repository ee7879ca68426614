package realnvp.table;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.columns.AbstractColumnParser;
import tech.tablesaw.io.ReadOptions;

/** The first type of Tablesaw's that reads all values of a column, found row by row: no value is kept. */
final class ColumnTypes {
    private static final List<ColumnType> TYPES = List.of(ColumnType.INTEGER, ColumnType.LONG, ColumnType.DOUBLE,
        ColumnType.BOOLEAN, ColumnType.LOCAL_DATE_TIME, ColumnType.LOCAL_DATE, ColumnType.LOCAL_TIME, ColumnType.STRING);
    private static final int NUMBERS = 3; // the first of them
    private static final Pattern DECIMAL_COMMA = Pattern.compile("[-+]?\\d*,\\d+([eE][-+]?\\d+)?");

    private final AbstractColumnParser<?>[] parsers;
    private final boolean[][] possible; // of each column, each type
    private final boolean commas; // may be decimal points
    private final boolean[] comma; // the column has a number with a decimal comma
    private final boolean[] point;

    ColumnTypes(int columns, boolean commas, ReadOptions options) {
        parsers = TYPES.stream().map(type -> type.customParser(options)).toArray(AbstractColumnParser<?>[]::new);
        possible = new boolean[columns][TYPES.size()];
        Arrays.stream(possible).forEach(types -> Arrays.fill(types, true));
        this.commas = commas;
        comma = new boolean[columns];
        point = new boolean[columns];
    }

    void narrow(String[] row) {
        for (int c = 0; c < row.length; c++) {
            if (row[c] != null && !parsers[0].isMissing(row[c])) {
                narrow(c, row[c]);
            }
        }
    }

    private void narrow(int c, String value) {
        boolean hasComma = value.indexOf(',') >= 0;
        boolean decimal = hasComma && commas && DECIMAL_COMMA.matcher(value).matches();
        comma[c] |= decimal;
        point[c] |= value.indexOf('.') >= 0;
        for (int t = 0; t < parsers.length; t++) {
            // Tablesaw's own parsers leave commas out: 3,5 would be 35.
            possible[c][t] = possible[c][t] && (hasComma && t < NUMBERS
                ? decimal && TYPES.get(t) == ColumnType.DOUBLE : parsers[t].canParse(value));
        }
    }

    /** The type to read each column with; one with decimal commas is read as text. */
    ColumnType[] chosen() {
        ColumnType[] chosen = new ColumnType[possible.length];
        for (int c = 0; c < chosen.length; c++) {
            int first = 0;
            while (!possible[c][first]) {
                first++; // text reads everything
            }
            chosen[c] = comma[c] && first < NUMBERS ? ColumnType.STRING : TYPES.get(first);
        }
        return chosen;
    }

    /** Whether it is a column of numbers with decimal commas; with points as well, nobody knows which are which. */
    boolean decimalComma(int c) {
        return comma[c] && !point[c] && possible[c][TYPES.indexOf(ColumnType.DOUBLE)];
    }

    /** A number with a decimal comma; missing where there is no text. */
    static double number(String text) {
        return text.isEmpty() ? Double.NaN : Double.parseDouble(text.replace(',', '.'));
    }
}
