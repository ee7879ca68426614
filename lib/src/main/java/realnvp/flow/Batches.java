package realnvp.flow;

import java.util.function.Function;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.engine.Parallel;

/** Applies one direction of a bijector to any number of points, in batches of bounded memory, on all threads. */
final class Batches {
    private static final int ROWS = 128;

    private Batches() { }

    /** The values of the direction at the rows of x; the log-determinants are written to logDet. */
    static Matrix map(Bijector bijector, Function<Tensor, ValueAndLogDet> direction, Matrix x, double[] logDet) {
        requireFeatures(bijector.features(), x);
        Matrix y = new Matrix(x.rows, x.columns);
        int batches = (x.rows + ROWS - 1) / ROWS;
        int workers = Math.min(batches, Parallel.THREADS);
        new Parallel(workers, worker -> {
            Matrix input = null; // of a tape, to be replayed
            ValueAndLogDet output = null;
            for (int i = worker; i < batches; i += workers) {
                int from = i * ROWS;
                int rows = Math.min(ROWS, x.rows - from);
                if (input == null || input.rows != rows) {
                    input = new Matrix(rows, x.columns);
                    output = direction.apply(Tape.forInference().constant(input));
                }
                System.arraycopy(x.data, from * x.columns, input.data, 0, input.data.length);
                output.value().tape().forward();
                System.arraycopy(output.value().value().data, 0, y.data, from * x.columns, input.data.length);
                float[] logDets = output.logDet().value().data; // (rows,1)
                for (int r = 0; r < rows; r++) {
                    logDet[from + r] = logDets[r];
                }
            }
        }).run();
        return y;
    }

    static void requireFeatures(int features, Matrix x) {
        if (x.columns != features) {
            throw new IllegalArgumentException("points need %d features, got points of shape %s: choose %1$d columns"
                .formatted(features, x.shape()));
        }
    }
}
