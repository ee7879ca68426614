package realnvp.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import realnvp.autodiff.Matrix;
import realnvp.flow.RealNvp;
import realnvp.flow.Standardize;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

class TableDataTest {
    private static final double NAN = Double.NaN;
    private static final double DOUBLE = 1e-12; // relative: two ways to add up a few hundred doubles

    /** Five kinds of numbers, a kind of text, and two rows with missing values: 4 and 7, counted from 1. */
    private static Table table(int rows) {
        RandomGenerator rng = new Well19937c(5);
        Table table = Table.create("flowers", DoubleColumn.create("length", rows), IntColumn.create("count", rows),
            ShortColumn.create("petals", rows), FloatColumn.create("width", rows), LongColumn.create("mass", rows),
            StringColumn.create("kind", rows));
        for (int r = 0; r < rows; r++) {
            table.doubleColumn("length").set(r, 5 + rng.nextGaussian());
            table.intColumn("count").set(r, rng.nextInt(50));
            table.shortColumn("petals").set(r, (short) rng.nextInt(9));
            table.floatColumn("width").set(r, rng.nextFloat());
            table.longColumn("mass").set(r, 3000L + rng.nextInt(1000));
            table.stringColumn("kind").set(r, r % 2 == 0 ? "a" : "b");
        }
        table.column("length").setMissing(3);
        table.column("count").setMissing(3);
        table.column("count").setMissing(6);
        return table;
    }

    private static final String[] NUMBERS = {"length", "count", "petals", "width", "mass"};

    private static Table two(double... second) {
        return Table.create(DoubleColumn.create("a", IntStream.range(0, second.length).asDoubleStream()),
            DoubleColumn.create("b", second));
    }

    static Stream<Arguments> refused() {
        Table all = table(10).addColumns(BooleanColumn.create("wild", new Boolean[] {true, true, true, true, true, true, true,
            true, true, false}), StringColumn.create("late", "1", "2.5", "", "1e3", "5", "6", "7", "8 cm", "9", "x"));
        return Stream.of(
            Arguments.of(all, new String[0], "name at least 2 columns, since a coupling layer changes one with numbers "
                + "that it computes from another, got 0: []"),
            Arguments.of(all, new String[] {"mass"}, "name at least 2 columns, since a coupling layer changes one with "
                + "numbers that it computes from another, got 1: [mass]"),
            Arguments.of(all, new String[] {"mass", "height"}, "there is no column height: the numeric ones are length, "
                + "count, petals, width, mass"),
            Arguments.of(Table.create(StringColumn.create("a|b", "1|2", "3|4")), new String[] {"a", "b"}, "there is no "
                + "column a: none is numeric, and they are called a|b"),
            Arguments.of(all, new String[] {"mass", "count", "MASS"}, "column MASS is named twice: once is enough"),
            Arguments.of(all, new String[] {"mass", "kind"}, "column kind is not numeric, row 1 is \"a\": leave the column "
                + "out or write NA"),
            Arguments.of(all, new String[] {"late", "kind"}, "column late is not numeric, row 8 is \"8 cm\": leave the "
                + "column out or write NA"),
            Arguments.of(all, new String[] {"mass", "wild"}, "column wild is not numeric, row 1 is \"true\": leave the "
                + "column out or write NA"),
            Arguments.of(two(2007, 2007, 2007), new String[] {"a", "b"},
                "column b is 2007 in all 3 rows: leave it out or choose more rows, since a constant has no density"),
            Arguments.of(two(1, NAN, Double.NEGATIVE_INFINITY), new String[] {"a", "b"}, "column b is -Infinity in row 3: "
                + "float32 squares numbers up to 1e18, so leave the row out or write NA"),
            Arguments.of(two(1, 2, 1e30), new String[] {"a", "b"}, "column b is 1.0E30 in row 3: float32 squares numbers up "
                + "to 1e18, so choose a larger unit"),
            Arguments.of(two(1.6e9 - 10, 1.6e9, 1.6e9 + 10), new String[] {"a", "b"}, "column b has a standard deviation of "
                + "8.16, but float32 counts in steps of 128 near 1.60000001E9: subtract 1.59999999E9 from it first"),
            Arguments.of(two(1e-30, 0, 2e-30), new String[] {"a", "b"}, "column b has a standard deviation of 8.16e-31: "
                + "float32 squares numbers from 1e-18, so choose a smaller unit"),
            Arguments.of(two(1), new String[] {"a", "b"}, "at least 2 complete rows are needed, got 1 rows × 2 columns: "
                + "a, b"),
            Arguments.of(two(NAN, NAN, 3), new String[] {"a", "b"}, "at least 2 complete rows are needed, got 1 rows × 2 "
                + "columns: a, b; 2 rows of the table left out: b is missing in 2, first in row 1"),
            Arguments.of(two(NAN, NAN), new String[] {"a", "b"}, "at least 2 complete rows are needed, got 0 rows × 2 "
                + "columns: a, b; 2 rows of the table left out: b is missing in 2, first in row 1"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aBadColumnGetsOneSentence(Table table, String[] columns, String sentence) {
        assertEquals(sentence,
            assertThrows(IllegalArgumentException.class, () -> TableData.of(table, columns)).getMessage());
    }

    private static double[] normals(int n, int seed) {
        RandomGenerator rng = new Well19937c(seed);
        return IntStream.range(0, n).mapToDouble(i -> rng.nextGaussian()).toArray();
    }

    private static Table columns(double[]... numbers) {
        return Table.create(IntStream.range(0, numbers.length)
            .<Column<?>>mapToObj(c -> DoubleColumn.create("c" + c, numbers[c])).toList());
    }

    private static double[] of(IntToDoubleFunction f, int n) {
        return IntStream.range(0, n).mapToDouble(f).toArray();
    }

    @Test
    void columnsThatDependOnEachOtherAreRefused() {
        for (int n : new int[] {40, 400, 20_000}) {
            double[] a = normals(n, 1);
            double[] b = normals(n, 2);
            double[] c = normals(n, 3);
            for (Table flat : List.of(columns(a, of(i -> 2 * a[i] + 1, n)), columns(a, of(i -> -1e6 * a[i], n)),
                    columns(a, b, of(i -> 100 - a[i] - b[i], n)), columns(b, c, a, of(i -> a[i] + b[i] - 3 * c[i], n)))) {
                String message = assertThrows(IllegalArgumentException.class,
                    () -> TableData.of(flat, flat.columnNames().toArray(String[]::new))).getMessage();
                assertEquals("the covariance of %d features is flat, so the points lie on a line or a plane: leave out a "
                    .formatted(flat.columnCount()) + "feature that follows from others", message);
            }
            for (Table right : List.of(columns(a, of(i -> 2 * a[i] + 1e-3 * b[i], n)), columns(a, of(i -> a[i] * a[i], n)),
                    columns(a, b, of(i -> 100 - a[i] - b[i] + 0.01 * c[i], n)))) {
                assertEquals(n, TableData.of(right, right.columnNames().toArray(String[]::new)).size());
            }
        }
    }

    @Test
    void aColumnThatHasOneValueInMostOfItsRowsIsRefused() {
        for (int n : new int[] {40, 1000, 30_000}) {
            double[] a = normals(n, 1);
            for (double share : new double[] {0.8, 0.9, 0.95}) {
                for (double value : new double[] {0, 17, -2.5}) {
                    double[] spike = of(i -> i < share * n ? value : a[i], n);
                    double[] spread = of(i -> i * 7919L % n < share * n ? value : a[i], n);
                    for (Table table : List.of(columns(spike, a), columns(a, spread))) {
                        String message = assertThrows(IllegalArgumentException.class,
                            () -> TableData.of(table, "c0", "c1")).getMessage();
                        assertTrue(message.endsWith(" is " + value + " in most rows: a density has no limit there, so "
                            + "leave it out or add noise to it"), message);
                    }
                }
            }
            double[] tenth = of(i -> i % 10 < 4 ? 0 : a[i], n);
            assertEquals(n, TableData.of(columns(a, tenth), "c0", "c1").size(), "less than half");
        }
    }

    @Test
    void rowsWithMissingValuesAreLeftOutAndSaid() {
        TableData rows = TableData.of(table(100), NUMBERS);
        assertEquals(98, rows.size());
        assertEquals(5, rows.features());
        assertEquals("98 rows × 5 columns: length, count, petals, width, mass; 2 rows of the table left out: length is "
            + "missing in 1, first in row 4; count is missing in 2, first in row 4", rows.toString());
        assertEquals("100 rows × 2 columns: petals, width", TableData.of(table(100), "petals", "width").toString());
    }

    @Test
    void pointsAreTheNumbersOfTheTable() {
        Table table = table(100);
        TableData rows = TableData.of(table, NUMBERS);
        Matrix points = rows.points();
        Table complete = rows.table();
        assertEquals(table.columnNames(), complete.columnNames());
        assertEquals(points.rows, complete.rowCount());
        for (int r = 0; r < points.rows; r++) {
            for (int c = 0; c < 5; c++) {
                assertEquals((float) complete.numberColumn(NUMBERS[c]).getDouble(r), points.get(r, c));
            }
        }
        Table samples = rows.table(points);
        assertEquals(List.of(NUMBERS), samples.columnNames());
        assertArrayEquals(points.column(3), samples.doubleColumn("width").asDoubleArray());
        assertEquals("[length, count, petals, width, mass] are 5 columns, got points of shape (3,2)",
            assertThrows(IllegalArgumentException.class, () -> rows.table(new Matrix(3, 2))).getMessage());
    }

    @Test
    void itIsAView() {
        Table table = table(100);
        TableData rows = TableData.of(table, NUMBERS);
        table.doubleColumn("length").set(0, 77);
        assertEquals(77, rows.points().get(0, 0));
    }

    @Test
    void standardizeIsThatOfTheCopy() {
        for (TableData rows : TableData.of(table(700), NUMBERS).parts(new Well19937c(1), 0.6, 0.3)) {
            Standardize expected = Standardize.fit(rows.points());
            Standardize streamed = rows.standardize();
            for (int c = 0; c < 5; c++) {
                // the copy is rounded to float32, by at most 2⁻²⁴ of each number
                double rounding = c == 0 || c == 3 ? Math.scalb(Math.abs(expected.mean()[c]) + 5, -24) : 0;
                assertEquals(expected.mean()[c], streamed.mean()[c], rounding + DOUBLE * Math.abs(expected.mean()[c]));
                assertEquals(expected.standardDeviation()[c], streamed.standardDeviation()[c],
                    rounding + DOUBLE * expected.standardDeviation()[c]);
            }
        }
    }

    @Test
    void logProbIsThatOfTheCopyBitForBit() {
        RandomGenerator rng = new Well19937c(1);
        TableData rows = TableData.of(table(20_000), NUMBERS); // more than two chunks
        RealNvp flow = RealNvp.create(5, 2, 8, 2, rng).addNoise(0.01, rng);
        assertArrayEquals(flow.logProb(rows.points()), rows.logProb(flow));
    }

    @Test
    void partsAreDisjointAndTogetherAllRows() {
        Table table = table(1001);
        TableData all = TableData.of(table.addColumns(IntColumn.indexColumn("id", 1001, 0)), "id", "petals");
        TableData complete = TableData.of(table, "id", "count");
        for (TableData rows : List.of(all, complete)) {
            List<TableData> parts = rows.parts(new Well19937c(3), 0.7, 0.2, 0.1);
            assertEquals(rows.size(), parts.stream().mapToInt(TableData::size).sum());
            assertEquals(rows.size() * 0.7, parts.get(0).size(), 0.5);
            TreeSet<Double> ids = new TreeSet<>();
            parts.forEach(part -> Arrays.stream(part.points().column(0)).forEach(ids::add));
            assertEquals(rows.size(), ids.size(), "no row twice");
            assertArrayEquals(rows.points().column(0), ids.stream().mapToDouble(Double::doubleValue).toArray());
            parts.forEach(part -> assertArrayEquals(part.points().column(0),
                DoubleStream.of(part.table().intColumn("id").asDoubleArray()).toArray(), "rows in the same order"));
            // 1 row in 10 is drawn, evenly: the mean id of m of n is n/2 ± n/√12m
            TableData last = parts.get(2);
            assertEquals(500, Arrays.stream(last.points().column(0)).average().orElseThrow(), 4 * 1001 / Math.sqrt(12 * 100));
        }
        assertArrayEquals(all.parts(new Well19937c(3), 0.5).get(0).points().data,
            all.parts(new Well19937c(3), 0.5).get(0).points().data);
    }

    @Test
    void partsOfPartsAreRowsOfTheSameTable() {
        TableData half = TableData.of(table(100), NUMBERS).parts(new Well19937c(1), 0.5, 0.5).get(1);
        List<TableData> quarters = half.parts(new Well19937c(2), 0.5, 0.5);
        double sum = quarters.stream().mapToDouble(part -> Arrays.stream(part.points().column(4)).sum()).sum();
        assertEquals(Arrays.stream(half.points().column(4)).sum(), sum, 0); // whole numbers add up exactly
    }

    @Test
    void badSharesAreRefused() {
        TableData rows = TableData.of(table(100), NUMBERS);
        assertEquals("shares must be above 0 and add up to at most 1, got [0.8, 0.3]",
            assertThrows(IllegalArgumentException.class, () -> rows.parts(new Well19937c(1), 0.8, 0.3)).getMessage());
        assertEquals("shares must be above 0 and add up to at most 1, got [0.8, NaN]",
            assertThrows(IllegalArgumentException.class, () -> rows.parts(new Well19937c(1), 0.8, NAN)).getMessage());
        assertEquals("a share of 0.001 of 98 rows is less than one row: choose a larger one",
            assertThrows(IllegalArgumentException.class, () -> rows.parts(new Well19937c(1), 0.001)).getMessage());
        TableData one = TableData.of(table(100), NUMBERS).parts(new Well19937c(1), 0.01).get(0);
        assertEquals("column length is %s in all 1 rows: leave it out or choose more rows, since a constant has no density"
            .formatted(one.table().column("length").getString(0)),
            assertThrows(IllegalArgumentException.class, one::standardize).getMessage());
    }
}
