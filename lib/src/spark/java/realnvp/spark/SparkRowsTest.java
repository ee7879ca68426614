package realnvp.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.Well19937c;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import realnvp.autodiff.Matrix;
import realnvp.file.FlowFile;
import realnvp.flow.RealNvp;

/** Two executors, each a process of its own, and what one virtual machine computes. */
class SparkRowsTest {
    private static final int ROWS = 100_000;
    private static final List<String> COLUMNS = List.of("a", "b", "c", "d");
    @TempDir
    private static Path folder;
    private static SparkSession spark;
    private static RealNvp flow;
    private static Path file;

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars")); // empty, as executors get the class path
        String jars = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        spark = SparkSession.builder().master("local-cluster[2,1,1024]").config("spark.ui.enabled", false)
            .config("spark.executor.extraClassPath", jars).config("spark.sql.shuffle.partitions", 4)
            .config("spark.executor.extraJavaOptions", "-Drealnvp.threads=1 --add-modules jdk.incubator.vector")
            .config("spark.local.dir", folder.toString()).getOrCreate();
        spark.sparkContext().setLogLevel("ERROR");
        flow = RealNvp.create(4, 8, 32, 3, new Well19937c(1));
        flow.addNoise(0.1, new Well19937c(2));
        file = folder.resolve("flow.safetensors");
        FlowFile.write(file, flow, Map.of("columns", String.join(", ", COLUMNS)));
    }

    @AfterAll
    static void stop() { spark.stop(); }

    @Test
    void drawsAndScoresAreThoseOfOneVirtualMachineThoughAnExecutorIsKilled() throws IOException {
        Path drawn = folder.resolve("drawn");
        SparkRows.draw(spark, file, ROWS, 7).write().parquet(drawn.toString());
        Path scored = folder.resolve("scored");
        Dataset<Row> rows = SparkRows.read(spark, drawn.toString()).repartition(24);
        AtomicBoolean killed = new AtomicBoolean();
        spark.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                if (!killed.get()) {
                    killed.set(executors().get(0).destroyForcibly());
                }
            }
        });
        Set<ProcessHandle> seen = new HashSet<>(executors());
        SparkRows.score(rows, file).write().parquet(scored.toString());
        assertTrue(killed.get() && seen.size() == 2, "one of two executors was killed on the way");
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            while (!seen.addAll(executors())) {
                Thread.sleep(100);
            }
        }, "another one starts");

        Map<List<Float>, Double> got = new TreeMap<>((p, q) -> p.toString().compareTo(q.toString()));
        for (Row row : spark.read().parquet(scored.toString()).collectAsList()) {
            got.put(List.of(row.getFloat(0), row.getFloat(1), row.getFloat(2), row.getFloat(3)), row.getDouble(4));
        }
        Map<List<Float>, Double> expected = new TreeMap<>((p, q) -> p.toString().compareTo(q.toString()));
        for (int chunk = 0, left = ROWS; left > 0; chunk++, left -= 4096) {
            Matrix x = flow.sample(Math.min(4096, left), new Well19937c(new int[] {7, chunk}));
            double[] logP = flow.logProb(x);
            for (int r = 0; r < x.rows; r++) {
                expected.put(List.of(x.get(r, 0), x.get(r, 1), x.get(r, 2), x.get(r, 3)), logP[r]);
            }
        }
        assertEquals(ROWS, expected.size(), "draws that differ");
        assertEquals(expected, got, "every bit of every row, and no row lost or twice");
    }

    @Test
    void theSameSeedDrawsTheSameRowsInAnyNumberOfParts() throws IOException {
        Dataset<Row> drawn = SparkRows.draw(spark, file, 10_001, 3);
        assertEquals(10_001, drawn.count());
        assertEquals(List.of(COLUMNS.toArray()), List.of((Object[]) drawn.columns()));
        assertArrayEquals(flow.sample(4096, new Well19937c(new int[] {3, 0})).row(17), numbers(drawn.collectAsList().get(17)));
        assertEquals(0, drawn.except(SparkRows.draw(spark, file, 10_001, 3)).count());
        assertTrue(drawn.except(SparkRows.draw(spark, file, 10_001, 4)).count() > 10_000, "another seed");
    }

    private static double[] numbers(Row row) {
        return IntStream.range(0, row.size()).mapToDouble(row::getFloat).toArray();
    }

    @Test
    void aRowThatHasNoNumberIsNamedAndNotLost() throws IOException {
        Path csv = folder.resolve("rows.csv");
        Files.write(csv, List.of("id,d,c,b,a", "1,0.1,0.2,0.3,0.4", "2,,0.2,0.3,0.4", "3,0.1,NaN,0.3,0.4",
            "4,0.1,0.2,three,0.4", "5,0.1,0.2,0.3,4d", "6,0.1,0.2,0.3,0.4,0.5", "7,0.1,0.2,0.3", "8,1e39,0.2,0.3,0.4",
            "9, 1e-1 ,+.2,0.3,4e-1", "10,0x1p3,0.2,0.3,0.4", "11,0.1,Infinity,0.3,0.4"));
        Map<Integer, String> refused = new TreeMap<>();
        Map<Integer, Double> logP = new TreeMap<>();
        for (Row row : SparkRows.score(SparkRows.read(spark, csv.toString()), file).collectAsList()) {
            refused.put(Integer.parseInt(row.getAs("id")), String.valueOf((Object) row.getAs(SparkRows.REFUSED)));
            logP.put(Integer.parseInt(row.getAs("id")), row.getAs(SparkRows.LOG_P));
        }
        String line = "the line has more or fewer fields than the header";
        assertEquals(List.of("null", "d is null", "c is NaN", "b is three", "a is 4d", line, line, "d is 1e39", "null",
            "d is 0x1p3", "c is Infinity"), List.copyOf(refused.values()));
        assertEquals(List.of(1, 9), logP.entrySet().stream().filter(e -> e.getValue() != null).map(Map.Entry::getKey)
            .toList());
        assertEquals(flow.logProb(Matrix.of(new double[] {0.4, 0.3, 0.2, 0.1}))[0], logP.get(1), "columns by name");
        assertEquals(logP.get(1), logP.get(9));
    }

    @Test
    void aColumnThatIsMissingIsNamed() {
        Dataset<Row> rows = spark.range(3).selectExpr("id as a", "id as b", "id as c", "id as e");
        String message = assertThrows(Exception.class, () -> SparkRows.score(rows, file)).getMessage();
        assertTrue(message.contains("`d`") && message.contains("`e`"), message);
    }

    private static List<ProcessHandle> executors() {
        return ProcessHandle.current().children().filter(p -> p.info().command().orElse("").endsWith("java")).toList();
    }
}
