package realnvp.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.engine.Parallel;
import realnvp.engine.Workspace;
import realnvp.flow.RealNvp;

/**
 * Loss and gradient of one batch, cut into groups of rows with a tape each. The groups do not depend on the number of
 * threads and are added up in their order, so neither does the result. Each thread computes one group after the other
 * in the same workspace, so that it stays in the thread's cache.
 */
final class BatchGradient {
    /** Wide enough for the matrix product, and four groups for the usual batch of 512. */
    private static final int ROWS_PER_GROUP = 128;

    final Matrix batch; // (n,d), to be filled
    final List<Tape> tapes = new ArrayList<>(); // one for each group, as the following
    private final List<float[]> inputs = new ArrayList<>(); // (rows,d), row-major
    private final List<float[]> logProbs = new ArrayList<>(); // of the rows
    private final List<Tensor> losses = new ArrayList<>(); // (1,1), the group's share
    private final Parallel computation;

    BatchGradient(RealNvp flow, int batchSize) {
        batch = new Matrix(batchSize, flow.features());
        int threads = Parallel.THREADS;
        List<Workspace> workspaces = Stream.generate(Workspace::new).limit(threads).toList();
        for (int from = 0; from < batchSize; from += ROWS_PER_GROUP) {
            Tape tape = new Tape(workspaces.get(tapes.size() % threads));
            Tensor x = tape.constant(new Matrix(Math.min(ROWS_PER_GROUP, batchSize - from), batch.columns));
            Tensor logProb = flow.logProb(x); // (rows,1)
            tapes.add(tape);
            inputs.add(x.value().data);
            logProbs.add(logProb.value().data);
            losses.add(logProb.sum().mul(-1.0 / batchSize));
        }
        computation = new Parallel(Math.min(threads, tapes.size()), first -> {
            for (int i = first; i < tapes.size(); i += threads) {
                compute(i);
            }
        });
    }

    /** Computes the gradients for what the batch holds now; returns the mean negative log-likelihood. */
    double compute() {
        computation.run();
        double sum = 0;
        for (int i = 0; i < logProbs.size(); i++) {
            double sumOfGroup = 0;
            for (float logProb : logProbs.get(i)) {
                sumOfGroup += logProb;
            }
            sum += sumOfGroup;
        }
        return -sum / batch.rows;
    }

    private void compute(int i) {
        float[] input = inputs.get(i);
        System.arraycopy(batch.data, i * ROWS_PER_GROUP * batch.columns, input, 0, input.length);
        tapes.get(i).forward();
        tapes.get(i).backward(losses.get(i));
    }
}
