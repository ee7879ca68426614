package realnvp.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.flow.RealNvp;
import realnvp.moons.TwoMoons;

/** What all contestants compute: a flow whose parameters are not zero, and points (n,2). */
record Case(RealNvp flow, Matrix points) {
    static final double LEARNING_RATE = 1e-5;

    static Case create(int couplings, int width, int linearLayers, int points) {
        RandomGenerator rng = new Well19937c(couplings);
        RealNvp flow = RealNvp.create(2, couplings, width, linearLayers, rng).addNoise(0.01, rng);
        return new Case(flow, new TwoMoons(0.05).sample(points, rng));
    }

    /** Writes all parameters in their order, then the points, as little-endian float32 numbers. */
    void write(Path file) throws IOException {
        List<float[]> arrays = new ArrayList<>(flow.parameters().stream().map(parameter -> parameter.value().data).toList());
        arrays.add(points.data);
        write(file, arrays);
    }

    /** Writes the loss, then its gradient in the order of the parameters. */
    void writeLossAndGradient(Path file) throws IOException {
        Tape tape = new Tape();
        Tensor loss = flow.loss(tape.constant(points));
        tape.backward(loss);
        List<float[]> arrays = new ArrayList<>();
        arrays.add(new float[] {loss.value().data[0]});
        for (Parameter parameter : flow.parameters()) {
            float[] gradient = new float[parameter.size()];
            tape.addGradient(parameter, gradient);
            arrays.add(gradient);
        }
        write(file, arrays);
    }

    private static void write(Path file, List<float[]> arrays) throws IOException {
        int count = arrays.stream().mapToInt(array -> array.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        arrays.forEach(array -> {
            for (float number : array) {
                bytes.putFloat(number);
            }
        });
        Files.write(file, bytes.array());
    }
}
