package realnvp.train;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.data.TwoMoons;
import realnvp.flow.RealNvp;
import realnvp.flow.StandardNormal;

/** Prints one line: a hash of everything that three short trainings leave behind, bit by bit. */
public final class Fingerprint {
    private static final int STEPS = 100;

    private Fingerprint() {
    }

    public static void main(String[] args) {
        System.out.println(compute());
    }

    static String compute() {
        MessageDigest digest = sha256();
        train(digest, 2, 1, 64, 3, 512);
        train(digest, 2, 4, 32, 3, 200); // a group of rows that is not full
        train(digest, 3, 2, 20, 4, 130); // widths that fill no vector
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void train(MessageDigest digest, int features, int couplings, int width, int linearLayers,
                              int batch) {
        RandomGenerator rng = new Well19937c(features + couplings);
        RealNvp flow = RealNvp.create(features, couplings, width, linearLayers, rng);
        TwoMoons moons = new TwoMoons(0.05);
        BatchSource source = features == 2 ? BatchSource.fresh(moons, rng)
            : BatchSource.fresh(new StandardNormal(features), rng);
        TrainingLog log = new Trainer(flow, source).steps(STEPS).batchSize(batch)
            .learningRate(LearningRate.cosine(3e-3)).train();
        for (Parameter parameter : flow.parameters()) {
            add(digest, parameter.data());
        }
        for (double loss : log.losses()) {
            add(digest, loss);
        }
        Matrix x = flow.sample(300, rng);
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
