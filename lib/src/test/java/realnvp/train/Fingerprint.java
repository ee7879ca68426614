package realnvp.train;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.engine.Parallel;
import realnvp.flow.RealNvp;
import realnvp.flow.StandardNormal;
import realnvp.moons.TwoMoons;
import realnvp.notebook.Notebook;

/** Prints one line: a hash of everything that three short trainings leave behind, bit by bit. */
public final class Fingerprint {
    private static final int STEPS = 100;

    private Fingerprint() {
    }

    /**
     * With the argument "short": that of a few steps of a small flow, after a line that names the engine. With "shown":
     * with live progress in a notebook's kernel, before the number of outputs there.
     */
    public static void main(String[] args) {
        switch (args.length == 0 ? "" : args[0]) {
            case "short" -> System.out.println(Parallel.engine() + "\n" + computeShort());
            case "shown" -> {
                BaseKernel.running = new BaseKernel();
                System.out.println(compute(Notebook.progress("fingerprint")));
                System.out.println(BaseKernel.running.shown.size());
            }
            default -> System.out.println(compute(Progress.SILENT));
        }
    }

    static String compute(Progress progress) {
        MessageDigest digest = sha256();
        train(digest, 2, 1, 64, 3, 512, STEPS, progress);
        train(digest, 2, 4, 32, 3, 200, STEPS, progress); // a group of rows that is not full
        train(digest, 3, 2, 20, 4, 130, STEPS, progress); // widths that fill no vector
        return HexFormat.of().formatHex(digest.digest());
    }

    static String computeShort() {
        MessageDigest digest = sha256();
        train(digest, 2, 2, 20, 3, 30, 3, Progress.SILENT);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void train(MessageDigest digest, int features, int couplings, int width, int linearLayers,
                              int batch, int steps, Progress progress) {
        RandomGenerator rng = new Well19937c(features + couplings);
        RealNvp flow = RealNvp.create(features, couplings, width, linearLayers, rng);
        TwoMoons moons = new TwoMoons(0.05);
        BatchSource source = features == 2 ? BatchSource.fresh(moons, rng)
            : BatchSource.fresh(new StandardNormal(features), rng);
        TrainingLog log = new Trainer(flow, source).steps(steps).batchSize(batch)
            .learningRate(LearningRate.cosine(3e-3)).progress(progress).train();
        for (Parameter parameter : flow.parameters()) {
            add(digest, parameter.value().data);
        }
        for (double loss : log.losses()) {
            add(digest, loss);
        }
        Matrix x = flow.sample(3 * steps, rng);
        add(digest, x.data);
        for (double logProb : flow.logProb(x)) {
            add(digest, logProb);
        }
    }

    private static void add(MessageDigest digest, float[] values) {
        for (float value : values) {
            digest.update(ByteBuffer.allocate(Float.BYTES).putInt(Float.floatToRawIntBits(value)).array());
        }
    }

    private static void add(MessageDigest digest, double value) {
        digest.update(ByteBuffer.allocate(Double.BYTES).putLong(Double.doubleToRawLongBits(value)).array());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
