package realnvp.flow;

import java.util.function.Function;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.engine.Parallel;

/** Applies one direction of a bijector to any number of points, in batches of bounded memory, on all threads. */
final class Batches {
    private static final int ROWS = 128;

    private Batches() {
    }

    /** The values of the direction at the rows of x; the log-determinants are written to logDet. */
    static Matrix map(Bijector bijector, Function<Tensor, ValueAndLogDet> direction, Matrix x, double[] logDet) {
        requireFeatures(bijector.features(), x);
        Matrix y = new Matrix(x.rows, x.columns);
        int batches = (x.rows + ROWS - 1) / ROWS;
        int workers = Math.min(batches, Parallel.THREADS);
        new Parallel(workers, worker -> {
            Batch full = null;
            for (int i = worker; i < batches; i += workers) {
                int from = i * ROWS;
                int rows = Math.min(ROWS, x.rows - from);
                if (full == null || full.input.rows != rows) {
                    full = new Batch(direction, rows, x.columns);
                }
                full.map(x, from, y, logDet);
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

    /** One direction recorded for a fixed number of rows, to be replayed. */
    private static final class Batch {
        private final Tape tape = Tape.forInference();
        private final Matrix input;
        private final ValueAndLogDet output;

        Batch(Function<Tensor, ValueAndLogDet> direction, int rows, int columns) {
            input = new Matrix(rows, columns);
            output = direction.apply(tape.constant(input));
        }

        void map(Matrix x, int from, Matrix y, double[] logDet) {
            System.arraycopy(x.data, from * x.columns, input.data, 0, input.data.length);
            tape.forward();
            System.arraycopy(output.value().value().data, 0, y.data, from * x.columns, input.data.length);
            float[] logDets = output.logDet().value().data; // (rows,1)
            for (int r = 0; r < logDets.length; r++) {
                logDet[from + r] = logDets[r];
            }
        }
    }
}
