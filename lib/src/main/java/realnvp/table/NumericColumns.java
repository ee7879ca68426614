package realnvp.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Says in one sentence why columns of a table cannot be the features of points in float32. */
final class NumericColumns {
    /** The squares of 300 of them still add up to a float32, which ends at 3.4e38; a density is made of such sums. */
    private static final double LARGEST = 1e18;
    /** A standard deviation of 16 float32 steps: coarser than that, a flow learns the steps. */
    private static final double STEPS = 16;

    private NumericColumns() {
    }

    static List<NumericColumn<?>> named(Table table, String... names) {
        if (names.length < 2) {
            throw new IllegalArgumentException("name at least 2 columns, since a coupling changes one in the light of "
                + "another, got %d: %s".formatted(names.length, Arrays.toString(names)));
        }
        List<NumericColumn<?>> columns = new ArrayList<>();
        for (String name : names) {
            NumericColumn<?> column = named(table, name);
            if (columns.contains(column)) {
                throw new IllegalArgumentException("column %s is named twice: once is enough".formatted(name));
            }
            columns.add(column);
        }
        return List.copyOf(columns);
    }

    private static NumericColumn<?> named(Table table, String name) {
        if (!table.containsColumn(name)) {
            throw new IllegalArgumentException("there is no column %s: the numeric ones are %s".formatted(name,
                table.numericColumns().stream().map(Column::name).collect(Collectors.joining(", "))));
        }
        Column<?> column = table.column(name);
        if (column instanceof NumericColumn<?> numbers) {
            return numbers;
        }
        int row = IntStream.range(0, column.size()).filter(r -> !column.isMissing(r) && !CsvFile.isNumber(column.getString(r)))
            .findFirst().orElse(0);
        throw new IllegalArgumentException("column %s is not numeric, row %d is \"%s\": leave the column out or write NA"
            .formatted(column.name(), row + 1, column.getString(row)));
    }

    /** Which of them have missing values, how many, and where. */
    static String missing(List<NumericColumn<?>> columns) {
        return columns.stream().filter(column -> column.countMissing() > 0)
            .map(column -> "%s is missing in %d, first in row %d".formatted(column.name(), column.countMissing(),
                1 + IntStream.range(0, column.size()).filter(column::isMissing).findFirst().orElseThrow()))
            .collect(Collectors.joining("; "));
    }

    static SummaryStatistics statistics(NumericColumn<?> column, int[] rows) {
        SummaryStatistics statistics = new SummaryStatistics();
        Arrays.stream(rows).mapToDouble(column::getDouble).forEach(statistics::addValue);
        return statistics;
    }

    /** The numbers in these rows must be finite and differ by something that float32 holds. */
    static void requireSpread(NumericColumn<?> column, int[] rows) {
        for (int row : rows) {
            double value = column.getDouble(row);
            if (!(Math.abs(value) <= LARGEST)) {
                throw new IllegalArgumentException("column %s is %s in row %d: float32 squares numbers up to 1e18, so %s"
                    .formatted(column.name(), value, row + 1, Double.isInfinite(value)
                        ? "leave the row out or write NA" : "choose a larger unit"));
            }
        }
        SummaryStatistics numbers = statistics(column, rows);
        if (numbers.getMin() == numbers.getMax()) {
            throw new IllegalArgumentException("column %s is %s in all %,d rows: leave it out, its density is a spike"
                .formatted(column.name(), column.getString(rows[0]), rows.length));
        }
        double deviation = Math.sqrt(numbers.getPopulationVariance());
        double step = Math.ulp((float) Math.max(Math.abs(numbers.getMin()), Math.abs(numbers.getMax())));
        if (deviation < STEPS * step) {
            throw new IllegalArgumentException(("column %s has a standard deviation of %.3g, but float32 counts in "
                + "steps of %.3g near %s: subtract %s from it first").formatted(column.name(), deviation, step,
                    numbers.getMax(), numbers.getMin()));
        }
        if (deviation < 1 / LARGEST) {
            throw new IllegalArgumentException(("column %s has a standard deviation of %.3g: float32 squares numbers "
                + "from 1e-18, so choose a smaller unit").formatted(column.name(), deviation));
        }
    }
}
