package realnvp.laboratory;

import org.teavm.jso.JSExport;
import org.teavm.jso.typedarrays.Float32Array;
import org.teavm.jso.typedarrays.Float64Array;
import realnvp.autodiff.Matrix;

/** What the page's worker can call, with the experiment that it began last; points are x, y, x, y, … */
public final class Laboratory {
    private static Experiment experiment;

    private Laboratory() { }

    public static void main(String[] args) { }

    /** Begins anew; drawn has no points where the shape's are wanted. */
    @JSExport
    public static void begin(String shape, Float32Array drawn, int couplings, int width, double rate, int batch,
                             int seed) {
        Matrix own = drawn.getLength() == 0 ? null : matrix(drawn);
        experiment = new Experiment(shape, own, couplings, width, rate, batch, seed);
    }

    @JSExport
    public static void train(int steps) { experiment.train(steps); }

    @JSExport
    public static Float64Array newLosses() { return Float64Array.copyFromJavaArray(experiment.newLosses()); }

    @JSExport
    public static Float32Array data() { return Float32Array.copyFromJavaArray(experiment.data().points().data); }

    @JSExport
    public static Float32Array labels() {
        int[] labels = experiment.data().labels();
        float[] numbers = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            numbers[i] = labels[i];
        }
        return Float32Array.copyFromJavaArray(numbers);
    }

    @JSExport
    public static Float32Array samples() { return Float32Array.copyFromJavaArray(experiment.samples().data); }

    @JSExport
    public static Float32Array forward(Float32Array x, int k) {
        return Float32Array.copyFromJavaArray(experiment.forward(matrix(x), k).data);
    }

    @JSExport
    public static Float32Array inverse(Float32Array z, int k) {
        return Float32Array.copyFromJavaArray(experiment.inverse(matrix(z), k).data);
    }

    @JSExport
    public static Float64Array logDet(Float32Array x, int k) {
        return Float64Array.copyFromJavaArray(experiment.logDet(matrix(x), k));
    }

    @JSExport
    public static Float64Array logProb(Float32Array x) {
        return Float64Array.copyFromJavaArray(experiment.logProb(matrix(x)));
    }

    @JSExport
    public static Float64Array trueLogProb(Float32Array x) {
        return Float64Array.copyFromJavaArray(experiment.trueLogProb(matrix(x)));
    }

    @JSExport
    public static String fingerprint() { return experiment.fingerprint(); }

    @JSExport
    public static String hardCases() { return HardCases.fingerprint(); }

    private static Matrix matrix(Float32Array points) {
        Matrix x = new Matrix(points.getLength() / 2, 2);
        System.arraycopy(points.copyToJavaArray(), 0, x.data, 0, x.data.length);
        return x;
    }
}
