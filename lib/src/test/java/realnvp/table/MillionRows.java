package realnvp.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
import realnvp.flow.Bijector;
import realnvp.flow.RealNvp;
import realnvp.train.Trainer;
import realnvp.train.TrainingLog;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/**
 * Trains on nine tenths of a table of 1,000,000 rows × 8 columns and scores all of it; prints whether that went well and
 * what a row costs here, as a multiple of what it costs in a table of 10,000 rows: medians of interleaved rounds.
 */
public final class MillionRows {
    static final int COLUMNS = 8;
    private static final int FEW = 10_000;
    private static final int MANY = 1_000_000;
    private static final int STEPS = 150; // of one round
    private static final int ROUNDS = 5;

    private MillionRows() {
    }

    public static void main(String[] args) {
        Run few = new Run(FEW);
        Run many = new Run(MANY);
        double[] scoring = new double[ROUNDS];
        double[] training = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) { // the first one warms up
            double trainFew = few.train();
            double trainMany = many.train();
            double scoreFew = few.score(20) / FEW;
            double scoreMany = many.score(1) / MANY;
            if (round >= 0) {
                training[round] = trainMany / trainFew;
                scoring[round] = scoreMany / scoreFew;
            }
        }
        System.out.printf(Locale.ROOT, "%s %s %.2f %.2f%n", few.well(), many.well(), StatUtils.percentile(training, 50),
            StatUtils.percentile(scoring, 50));
    }

    /** Columns that depend on each other; a value in a thousand is missing. */
    static Table table(int rows) {
        RandomGenerator rng = new Well19937c(1);
        Table table = Table.create();
        for (int c = 0; c < COLUMNS; c++) {
            double[] values = new double[rows];
            for (int r = 0; r < rows; r++) {
                double before = c == 0 ? 0 : table.doubleColumn(c - 1).getDouble(r);
                values[r] = 10 * c + rng.nextGaussian() + (Double.isNaN(before) ? 0 : 0.5 * before);
            }
            for (int r = c; r < rows; r += 1000 * COLUMNS) {
                values[r] = Double.NaN;
            }
            table.addColumns(DoubleColumn.create("c" + c, values));
        }
        return table;
    }

    private static final class Run {
        private final TableData rows;
        private final RealNvp flow;
        private final Trainer trainer;
        private int steps;
        private double[] logProb;

        Run(int n) {
            Table table = table(n);
            rows = TableData.of(table, table.columnNames().toArray(String[]::new));
            List<TableData> parts = rows.parts(new Well19937c(2), 0.9, 0.05);
            RealNvp couplings = RealNvp.create(COLUMNS, 4, 32, 2, new Well19937c(3));
            List<Bijector> layers = new ArrayList<>(List.of(parts.get(0).standardize()));
            layers.addAll(couplings.chain().bijectors());
            flow = RealNvp.of(layers.toArray(Bijector[]::new));
            trainer = new Trainer(flow, parts.get(0).batches(new Well19937c(4))).batchSize(256)
                .heldOut(parts.get(1).points().rows(0, 400), STEPS).keepBest(1000);
        }

        /** Seconds of a step. */
        double train() {
            steps += STEPS;
            long start = System.nanoTime();
            trainer.steps(steps).train();
            return (System.nanoTime() - start) * 1e-9 / STEPS;
        }

        /** Seconds of scoring all rows once. */
        double score(int times) {
            long start = System.nanoTime();
            for (int i = 0; i < times; i++) {
                logProb = null; // the last scores need not live while the new ones come
                logProb = rows.logProb(flow);
            }
            return (System.nanoTime() - start) * 1e-9 / times;
        }

        /** All scores are finite, and their mean is that of the held-out points, better than at the start. */
        boolean well() {
            TrainingLog log = trainer.log();
            double mean = -StatUtils.mean(logProb);
            return Arrays.stream(logProb).allMatch(Double::isFinite) && logProb.length == rows.size()
                && Math.abs(mean - log.heldOutLoss()) < 1 && mean < log.losses()[0] - 0.5;
        }
    }
}
