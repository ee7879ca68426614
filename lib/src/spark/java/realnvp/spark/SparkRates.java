package realnvp.spark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.apache.commons.math3.random.Well19937c;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import realnvp.autodiff.Matrix;
import realnvp.file.FlowFile;
import realnvp.flow.RealNvp;
import realnvp.train.BatchSource;
import realnvp.train.LearningRate;
import realnvp.train.Trainer;

/**
 * Rows per second with a flow of the size of notebook 09: scored by Spark from a Parquet file, with one worker and with
 * two, each a process with one core; scored by this virtual machine alone, from memory and on all cores; and trained.
 */
final class SparkRates {
    private static final int ROWS = 1_000_000;
    private static final int RUNS = 3; // of which the median counts; one more before them warms up
    private static final int TRAINED = 200_000; // rows in one run of training
    private static final int SEED = 5;
    private static final double MANY = 1e8; // rows of a large table

    public static void main(String[] none) throws IOException {
        RealNvp flow = RealNvp.create(4, 12, 32, 3, new Well19937c(2));
        flow.addNoise(0.1, new Well19937c(3));
        Path folder = Path.of(System.getenv("SPARK_HOME"));
        Files.createDirectories(folder.resolve("jars")); // empty, as workers get the class path
        Path file = folder.resolve("flow.safetensors");
        FlowFile.write(file, flow, Map.of("columns", "a, b, c, d"));
        String table = folder.resolve("table").toString();
        System.out.printf("load before: %.1f%n%n",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        System.out.printf("| %,d rows, 12 x 32 x 3 | rows a second | %,.0f rows take |%n|---|--:|--:|%n", ROWS, MANY);

        Matrix x = drawn(flow);
        double expected = print("scored by one JVM on all cores", ROWS, () -> Arrays.stream(flow.logProb(x)).sum());
        for (int workers = 1; workers <= 2; workers++) {
            try (SparkSession spark = session(workers)) {
                if (workers == 1) {
                    SparkRows.draw(spark, file, ROWS, SEED).write().mode("overwrite").parquet(table);
                }
                double sum = print("scored by Spark, %d worker%s".formatted(workers, workers == 1 ? "" : "s"), ROWS,
                    () -> sum(spark, table, file));
                if (!(Math.abs(sum - expected) < 1e-9 * Math.abs(expected))) { // added in another order
                    throw new IllegalStateException("sum of log p %f, and %f in one JVM".formatted(sum, expected));
                }
            }
        }
        for (int batch : new int[] {128, 1024}) {
            Trainer trainer = new Trainer(flow, BatchSource.shuffled(x, new Well19937c(6))).batchSize(batch)
                .learningRate(LearningRate.constant(1e-6));
            print("trained on one JVM, batches of %d".formatted(batch), TRAINED,
                () -> trainer.steps(trainer.log().size() + TRAINED / batch).train().losses()[0]);
        }
    }

    /** What {@link SparkRows#draw} draws. */
    private static Matrix drawn(RealNvp flow) {
        Matrix x = new Matrix(ROWS, flow.features());
        for (int done = 0, chunk = 0; done < ROWS; chunk++) {
            Matrix part = flow.sample(Math.min(SparkRows.CHUNK, ROWS - done), new Well19937c(new int[] {SEED, chunk}));
            System.arraycopy(part.data, 0, x.data, done * x.columns, part.data.length);
            done += part.rows;
        }
        return x;
    }

    private static SparkSession session(int workers) {
        return SparkSession.builder().master("local-cluster[%d,1,1024]".formatted(workers))
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.executor.extraJavaOptions", "-Drealnvp.threads=1 --add-modules jdk.incubator.vector")
            .getOrCreate();
    }

    private static double sum(SparkSession spark, String table, Path file) {
        try {
            return SparkRows.score(SparkRows.read(spark, table), file).agg(functions.sum(SparkRows.LOG_P)).first()
                .getDouble(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs the work on these rows several times, prints the median of its rates and returns what it computed. */
    private static double print(String what, int rows, DoubleSupplier work) {
        double computed = work.getAsDouble();
        double[] seconds = new double[RUNS];
        for (int k = 0; k < RUNS; k++) {
            long begin = System.nanoTime();
            work.getAsDouble();
            seconds[k] = (System.nanoTime() - begin) * 1e-9;
        }
        Arrays.sort(seconds);
        double rate = rows / seconds[RUNS / 2];
        System.out.printf("| %s | %,.0f | %.0f min |%n", what, rate, MANY / rate / 60);
        return computed;
    }
}
