package realnvp.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.util.MathArrays;
import realnvp.autodiff.Matrix;
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
 * <p>n rows and d columns, at least 2, in the order of the table, in its units and rounded to float32. It is a view: no
 * value is copied. Rows with a missing value in a chosen column are left out, and {@link #toString} says which; for
 * Tablesaw NaN is a missing value. Refused are text, dates and booleans, infinities, values beyond ±1e18, and columns
 * that are constant or that float32 cannot tell from a constant, with the name of the column and the row; row 1 is the
 * first of the table.
 */
public final class TableData {
    private static final int CHUNK = 8192; // rows scored at once

    private final Table table;
    private final List<NumericColumn<?>> columns;
    private final int[] rows; // of the table, rising
    private final String leftOut; // what toString says of the other rows

    private TableData(Table table, List<NumericColumn<?>> columns, int[] rows, String leftOut) {
        this.table = table;
        this.columns = columns;
        this.rows = rows;
        this.leftOut = leftOut;
    }

    /** The rows that are complete in these columns. */
    public static TableData of(Table table, String... names) {
        List<NumericColumn<?>> columns = NumericColumns.named(table, names);
        int[] complete = IntStream.range(0, table.rowCount())
            .filter(row -> columns.stream().noneMatch(column -> column.isMissing(row))).toArray();
        int others = table.rowCount() - complete.length;
        TableData data = new TableData(table, columns, complete, others == 0 ? "" : "; %,d %s of the table left out: %s"
            .formatted(others, others == 1 ? "row" : "rows", NumericColumns.missing(columns)));
        if (complete.length < 2) {
            throw new IllegalArgumentException("at least 2 complete rows are needed, got " + data);
        }
        columns.forEach(column -> NumericColumns.requireSpread(column, complete));
        return data;
    }

    /** Number of rows n. */
    public int size() { return rows.length; }

    /** Number of columns d. */
    public int features() { return columns.size(); }

    public List<String> names() { return columns.stream().map(Column::name).toList(); }

    /** A copy of the numbers as points: (n,d). */
    public Matrix points() { return points(0, size()); }

    private Matrix points(int from, int to) {
        Matrix points = new Matrix(to - from, features());
        for (int r = 0; r < points.rows; r++) {
            copy(from + r, points, r);
        }
        return points;
    }

    private void copy(int point, Matrix batch, int row) {
        for (int c = 0; c < columns.size(); c++) {
            batch.data[row * batch.columns + c] = (float) columns.get(c).getDouble(rows[point]);
        }
    }

    /** Mini-batches for training, read from the table in each step: all rows in random order, again and again. */
    public BatchSource batches(RandomGenerator rng) {
        return BatchSource.shuffled(size(), features(), this::copy, rng);
    }

    /** Disjoint parts, drawn at random, with these shares of the rows: above 0 and together at most 1. */
    public List<TableData> parts(RandomGenerator rng, double... shares) {
        int[] order = rows.clone();
        MathArrays.shuffle(order, rng); // Fisher and Yates
        List<TableData> parts = new ArrayList<>();
        double sum = 0;
        int from = 0;
        for (double share : shares) {
            sum += share;
            if (!(share > 0 && sum < 1 + 1e-9)) { // 0.7 + 0.2 + 0.1 may be a rounding above 1
                throw new IllegalArgumentException("shares must be above 0 and add up to at most 1, got "
                    + Arrays.toString(shares));
            }
            int to = (int) Math.min(Math.round(sum * order.length), order.length);
            if (to == from) {
                throw new IllegalArgumentException("a share of %s of %d rows is less than one row: choose a larger one"
                    .formatted(share, order.length));
            }
            int[] part = Arrays.copyOfRange(order, from, to);
            Arrays.sort(part);
            parts.add(new TableData(table, columns, part, leftOut));
            from = to;
        }
        return parts;
    }

    /** Mean and population standard deviation of each column, in double and without a copy. */
    public Standardize standardize() {
        double[] means = new double[features()];
        double[] deviations = new double[features()];
        for (int c = 0; c < means.length; c++) {
            SummaryStatistics numbers = NumericColumns.statistics(columns.get(c), rows);
            if (numbers.getPopulationVariance() == 0) {
                throw new IllegalArgumentException("column %s is constant in these %,d rows: choose more rows"
                    .formatted(names().get(c), size()));
            }
            means[c] = numbers.getMean();
            deviations[c] = Math.sqrt(numbers.getPopulationVariance());
        }
        return new Standardize(means, deviations);
    }

    /** log p of every row in nats: n numbers, in chunks of bounded memory. */
    public double[] logProb(Density model) {
        double[] logProb = new double[size()];
        for (int from = 0; from < size(); from += CHUNK) {
            double[] chunk = model.logProb(points(from, Math.min(from + CHUNK, size())));
            System.arraycopy(chunk, 0, logProb, from, chunk.length);
        }
        return logProb;
    }

    /** These rows with all columns of the table, in the same order as points and log densities. */
    public Table table() { return table.where(Selection.with(rows)); }

    /** Any points (m,d), such as samples, as a table with these columns. */
    public Table table(Matrix points) {
        if (points.columns != features()) {
            throw new IllegalArgumentException("%s are %d columns, got points of shape %s"
                .formatted(names(), features(), points.shape()));
        }
        return Table.create(IntStream.range(0, features())
            .<Column<?>>mapToObj(c -> DoubleColumn.create(names().get(c), points.column(c))).toList());
    }

    @Override
    public String toString() {
        return "%,d rows × %d columns: %s%s".formatted(size(), features(), String.join(", ", names()), leftOut);
    }
}
