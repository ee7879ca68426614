package realnvp.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
import realnvp.data.Gaussian;
import realnvp.flow.Density;
import realnvp.flow.Standardize;
import realnvp.train.BatchSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.selection.Selection;

/**
 * Rows of a table as points x: feature c of a point is the number in the c-th of the chosen columns.
 *
 * <p>n rows and d columns, at least 2, in the order of the table, in its units and rounded to float32. It is a view:
 * only points and batches are copies. Rows with a missing value in a chosen column are left out, and {@link #toString}
 * says which; for Tablesaw NaN is a missing value. Refused are text, dates and booleans, infinities, values beyond
 * ±1e18, columns with one value in most rows or that float32 cannot tell from a constant, with the name of the
 * column and the row, where row 1 is the first of the table; and columns that depend on each other.
 */
public final class TableData {
    /** The squares of 300 of them still add up to a float32, which ends at 3.4e38; a density is made of such sums. */
    private static final double LARGEST = 1e18;
    /** A standard deviation of 16 float32 steps: coarser than that, a flow learns the steps. */
    private static final double STEPS = 16;
    private static final int CHUNK = 8192; // rows scored at once

    private final Table table;
    private final List<NumericColumn<?>> columns;
    private final int[] rows; // of the table, in rising order
    private final String leftOut; // what toString says of the other rows

    private TableData(Table table, List<NumericColumn<?>> columns, int[] rows, String leftOut) {
        this.table = table;
        this.columns = columns;
        this.rows = rows;
        this.leftOut = leftOut;
    }

    /** The rows that are complete in these columns. */
    public static TableData of(Table table, String... names) {
        if (names.length < 2) {
            throw refused("name at least 2 columns, since a coupling layer changes one with numbers that it computes "
                + "from another, got %d: %s", names.length, Arrays.toString(names));
        }
        List<NumericColumn<?>> columns = new ArrayList<>();
        for (String name : names) {
            NumericColumn<?> column = numeric(table, name);
            if (columns.contains(column)) {
                throw refused("column %s is named twice: once is enough", name);
            }
            columns.add(column);
        }
        int[] complete = IntStream.range(0, table.rowCount())
            .filter(row -> columns.stream().noneMatch(column -> column.isMissing(row))).toArray();
        TableData data = new TableData(table, columns, complete, leftOut(columns, table.rowCount() - complete.length));
        if (complete.length < 2) {
            throw refused("at least 2 complete rows are needed, got %s", data);
        }
        columns.forEach(data::statistics);
        int step = 1 + complete.length / CHUNK; // between the rows that are looked at here
        int[] some = IntStream.range(0, complete.length / step).map(i -> complete[i * step]).toArray();
        if (some.length >= 10 * names.length) { // fewer may lie on a plane by chance
            Matrix points = new TableData(table, columns, some, "").points();
            for (int c = 0; c < names.length; c++) {
                double quarter = StatUtils.percentile(points.column(c), 25);
                if (quarter == StatUtils.percentile(points.column(c), 75)) {
                    throw refused("column %s is %s in most rows: a density has no limit there, so leave it out "
                        + "or add noise to it", names[c], quarter);
                }
            }
            Gaussian.fit(points); // refuses columns that depend on each other
        }
        return data;
    }

    private static NumericColumn<?> numeric(Table table, String name) {
        if (!table.containsColumn(name)) {
            String numeric = table.numericColumns().stream().map(Column::name).collect(Collectors.joining(", "));
            throw refused("there is no column %s: %s", name, !numeric.isEmpty() ? "the numeric ones are " + numeric
                : "none is numeric, and they are called " + String.join(", ", table.columnNames()));
        }
        Column<?> column = table.column(name);
        if (column instanceof NumericColumn<?> numbers) {
            return numbers;
        }
        int row = IntStream.range(0, column.size())
            .filter(r -> !column.isMissing(r) && !CsvFile.isNumber(column.getString(r))).findFirst().orElse(0);
        throw refused("column %s is not numeric, row %d is \"%s\": leave the column out or write NA", column.name(),
            row + 1, column.getString(row));
    }

    private static String leftOut(List<NumericColumn<?>> columns, int rows) {
        return rows == 0 ? "" : "; %,d %s of the table left out: %s".formatted(rows, rows == 1 ? "row" : "rows",
            columns.stream().filter(column -> column.countMissing() > 0)
                .map(column -> "%s is missing in %d, first in row %d".formatted(column.name(), column.countMissing(),
                    column.isMissing().get(0) + 1)).collect(Collectors.joining("; ")));
    }

    /** Statistics of a column, whose numbers must be finite and differ by something that float32 holds. */
    private SummaryStatistics statistics(NumericColumn<?> column) {
        SummaryStatistics numbers = new SummaryStatistics();
        for (int row : rows) {
            double value = column.getDouble(row);
            if (!(Math.abs(value) <= LARGEST)) {
                throw refused("column %s is %s in row %d: float32 squares numbers up to 1e18, so %s", column.name(),
                    value, row + 1, Double.isInfinite(value) ? "leave the row out or write NA"
                        : "choose a larger unit");
            }
            numbers.addValue(value);
        }
        double deviation = Math.sqrt(numbers.getPopulationVariance());
        double step = Math.ulp((float) Math.max(Math.abs(numbers.getMin()), Math.abs(numbers.getMax())));
        if (numbers.getMin() == numbers.getMax()) {
            throw refused("column %s is %s in all %,d rows: leave it out or choose more rows, since a constant has no "
                + "density", column.name(), column.getString(rows[0]), size());
        }
        if (deviation < STEPS * step) {
            throw refused("column %s has a standard deviation of %.3g, but float32 counts in steps of %.3g near %s: "
                + "subtract %s from it first", column.name(), deviation, step, numbers.getMax(), numbers.getMin());
        }
        if (deviation < 1 / LARGEST) {
            throw refused("column %s has a standard deviation of %.3g: float32 squares numbers from 1e-18, so choose a "
                + "smaller unit", column.name(), deviation);
        }
        return numbers;
    }

    /** Number of rows n. */
    public int size() { return rows.length; }

    /** Number of columns d. */
    public int features() { return columns.size(); }

    /** The names of the chosen columns, in the order of the features. */
    public List<String> names() { return columns.stream().map(Column::name).toList(); }

    /** A copy of the numbers as points: (n,d). */
    public Matrix points() { return points(0, size()); }

    private Matrix points(int from, int to) {
        Matrix points = new Matrix(to - from, features());
        for (int r = 0; r < points.rows; r++) {
            for (int c = 0; c < points.columns; c++) {
                points.set(r, c, columns.get(c).getDouble(rows[from + r]));
            }
        }
        return points;
    }

    /** Mini-batches for training, from a copy of the points: all rows in random order, again and again. */
    public BatchSource batches(RandomGenerator rng) { return BatchSource.shuffled(points(), rng); }

    /** Disjoint parts, drawn at random, with these shares of the rows: above 0 and together at most 1. */
    public List<TableData> parts(RandomGenerator rng, double... shares) {
        int[] order = rows.clone();
        MathArrays.shuffle(order, rng); // Fisher and Yates
        List<TableData> parts = new ArrayList<>();
        double sum = 0;
        for (double share : shares) {
            int from = (int) Math.round(sum * size());
            sum += share;
            if (!(share > 0 && sum < 1 + 1e-9)) { // 0.7 + 0.2 + 0.1 may be a rounding above 1
                throw refused("shares must be above 0 and add up to at most 1, got %s", Arrays.toString(shares));
            }
            int to = (int) Math.min(Math.round(sum * size()), size());
            if (to <= from) {
                throw refused("a share of %s of %d rows is less than one row: choose a larger one", share, size());
            }
            int[] part = IntStream.range(from, to).map(i -> order[i]).sorted().toArray();
            parts.add(new TableData(table, columns, part, leftOut));
        }
        return parts;
    }

    /** Mean and population standard deviation of each column, in double and without a copy. */
    public Standardize standardize() {
        List<SummaryStatistics> numbers = columns.stream().map(this::statistics).toList();
        return new Standardize(numbers.stream().mapToDouble(SummaryStatistics::getMean).toArray(),
            numbers.stream().mapToDouble(column -> Math.sqrt(column.getPopulationVariance())).toArray());
    }

    /** log p of every row in nats: n numbers, in chunks of bounded memory. */
    public double[] logProb(Density model) {
        double[] logProb = new double[size()];
        for (int from = 0; from < size(); from += CHUNK) {
            Matrix chunk = points(from, Math.min(from + CHUNK, size()));
            System.arraycopy(model.logProb(chunk), 0, logProb, from, chunk.rows);
        }
        return logProb;
    }

    /** These rows with all columns of the table, in the same order as points and log densities. */
    public Table table() { return table.where(Selection.with(rows)); }

    /** Any points (m,d), such as samples, as a table with these columns. */
    public Table table(Matrix points) {
        if (points.columns != features()) {
            throw refused("%s are %d columns, got points of shape %s", names(), features(), points.shape());
        }
        return Table.create(IntStream.range(0, features())
            .<Column<?>>mapToObj(c -> DoubleColumn.create(names().get(c), points.column(c))).toList());
    }

    @Override
    public String toString() {
        return "%,d rows × %d columns: %s%s".formatted(size(), features(), String.join(", ", names()), leftOut);
    }

    private static IllegalArgumentException refused(String why, Object... values) {
        return new IllegalArgumentException(why.formatted(values));
    }
}
