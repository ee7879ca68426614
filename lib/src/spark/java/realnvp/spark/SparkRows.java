package realnvp.spark;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import realnvp.autodiff.Matrix;
import realnvp.file.FlowFile;
import realnvp.flow.RealNvp;

/**
 * Scores and draws rows with a kept flow on Apache Spark: log p(x) in nats for each row of a table of any size, and any
 * number of draws. The flow travels as the bytes of its file, which each executor reads once; its note "columns" names
 * the columns that it takes. No row is lost: where a number is missing or is none, log p is empty and a column says why.
 */
public final class SparkRows {
    static final String LOG_P = "log_p";
    static final String REFUSED = "refused"; // why there is no log p
    private static final String MALFORMED = "malformed_line"; // of a CSV file: too many or too few fields
    private static final String NUMBER = "\\s*[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?\\s*"; // as spreadsheets write
    static final int CHUNK = 4096; // rows that are in memory at once, for each task
    private static final Map<Long, RealNvp> READ = new ConcurrentHashMap<>(); // on this executor, by broadcast

    /** score FLOW TABLE OUT LEAST, or draw FLOW COUNT OUT SEED; what is written is Parquet. */
    public static void main(String[] a) throws IOException {
        if (a.length != 5 || !List.of("score", "draw").contains(a[0])) {
            throw new IllegalArgumentException("say score FLOW TABLE OUT LEAST, or draw FLOW COUNT OUT SEED, got "
                + String.join(" ", a));
        }
        try (SparkSession spark = SparkSession.builder().getOrCreate()) {
            if (a[0].equals("draw")) {
                draw(spark, Path.of(a[1]), Long.parseLong(a[2]), Integer.parseInt(a[4])).write().parquet(a[3]);
                return;
            }
            score(read(spark, a[2]), Path.of(a[1])).write().parquet(a[3]);
            Dataset<Row> scored = spark.read().parquet(a[3]);
            scored.groupBy(REFUSED).count().orderBy(functions.desc("count")).show(20, false);
            scored.where(scored.col(LOG_P).isNotNull()).orderBy(LOG_P).show(Integer.parseInt(a[4]), false);
        }
    }

    /** A table: Parquet, or CSV with a header, of which every column is read as text. */
    static Dataset<Row> read(SparkSession spark, String path) {
        if (!path.endsWith(".csv")) {
            return spark.read().parquet(path);
        }
        StructType header = spark.read().option("header", true).csv(path).schema();
        return spark.read().option("header", true).option("columnNameOfCorruptRecord", MALFORMED)
            .schema(header.add(MALFORMED, DataTypes.StringType)).csv(path);
    }

    /** The rows with two more columns: log p in nats, and why there is none. */
    static Dataset<Row> score(Dataset<Row> rows, Path file) throws IOException {
        List<String> columns = columns(FlowFile.read(file));
        columns.forEach(rows::col); // Spark names a column that is missing, and those that are there
        Broadcast<byte[]> bytes = broadcast(rows.sparkSession(), file);
        return rows.mapPartitions((MapPartitionsFunction<Row, Row>) part -> {
            RealNvp flow = kept(bytes);
            return inChunks(part, chunk -> score(chunk, columns, flow));
        }, Encoders.row(rows.schema().add(LOG_P, DataTypes.DoubleType).add(REFUSED, DataTypes.StringType)));
    }

    private static List<Row> score(List<Row> chunk, List<String> columns, RealNvp flow) {
        String[] refused = chunk.stream().map(row -> refused(row, columns)).toArray(String[]::new);
        double[] logP = flow.logProb(Matrix.of(IntStream.range(0, refused.length).mapToObj(r -> columns.stream()
            .mapToDouble(c -> refused[r] == null ? number(chunk.get(r).getAs(c)) : 0).toArray()).toArray(double[][]::new)));
        return IntStream.range(0, logP.length).mapToObj(r -> {
            Row row = chunk.get(r);
            Stream<Object> more = Stream.of(refused[r] == null ? logP[r] : null, refused[r]);
            return RowFactory.create(Stream.concat(IntStream.range(0, row.size()).mapToObj(row::get), more).toArray());
        }).toList();
    }

    private static String refused(Row row, List<String> columns) {
        if (row.schema().getFieldIndex(MALFORMED).isDefined() && row.getAs(MALFORMED) != null) {
            return "the line has more or fewer fields than the header";
        }
        return columns.stream().filter(column -> !Float.isFinite((float) number(row.getAs(column)))).findFirst()
            .map(column -> "%s is %s".formatted(column, (Object) row.getAs(column))).orElse(null);
    }

    private static double number(Object field) {
        String text = String.valueOf(field);
        return field instanceof Number number ? number.doubleValue()
            : text.matches(NUMBER) ? new BigDecimal(text.strip()).doubleValue() : Double.NaN;
    }

    /** So many draws, the same for a seed on any number of machines: each chunk has a generator of its own. */
    static Dataset<Row> draw(SparkSession spark, Path file, long count, int seed) throws IOException {
        StructType schema = DataTypes.createStructType(columns(FlowFile.read(file)).stream()
            .map(column -> DataTypes.createStructField(column, DataTypes.FloatType, false)).toList());
        Broadcast<byte[]> bytes = broadcast(spark, file);
        return spark.range((count + CHUNK - 1) / CHUNK).flatMap((Long chunk) -> {
            Matrix x = kept(bytes).sample((int) Math.min(CHUNK, count - chunk * CHUNK),
                new Well19937c(new int[] {seed, chunk.intValue()}));
            return IntStream.range(0, x.rows).mapToObj(r -> RowFactory.create(IntStream.range(0, x.columns)
                .mapToObj(c -> (Object) x.get(r, c)).toArray())).iterator();
        }, Encoders.row(schema));
    }

    private static List<String> columns(FlowFile kept) {
        List<String> columns = List.of(kept.notes().getOrDefault("columns", "").split(", *"));
        if (columns.size() != kept.flow().features()) {
            throw new IllegalArgumentException(("the flow has %d features, and its note \"columns\" names %s: "
                + "write the file again").formatted(kept.flow().features(), columns));
        }
        return columns;
    }

    private static Broadcast<byte[]> broadcast(SparkSession spark, Path file) throws IOException {
        return JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(Files.readAllBytes(file));
    }

    private static synchronized RealNvp kept(Broadcast<byte[]> bytes) throws IOException {
        if (!READ.containsKey(bytes.id())) {
            READ.put(bytes.id(), FlowFile.read(bytes.value()).flow());
        }
        return READ.get(bytes.id());
    }

    private static Iterator<Row> inChunks(Iterator<Row> rows, UnaryOperator<List<Row>> map) {
        return Stream.generate(() -> {
            List<Row> chunk = new ArrayList<>();
            while (chunk.size() < CHUNK && rows.hasNext()) {
                chunk.add(rows.next());
            }
            return chunk;
        }).takeWhile(chunk -> !chunk.isEmpty()).flatMap(chunk -> map.apply(chunk).stream()).iterator();
    }
}
