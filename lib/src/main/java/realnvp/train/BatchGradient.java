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
    final List<Tape> tapes; // one for each group
    private final List<Group> groups = new ArrayList<>();
    private final int threads = Parallel.THREADS;
    private final Parallel computation;

    BatchGradient(RealNvp flow, int batchSize) {
        batch = new Matrix(batchSize, flow.features());
        List<Workspace> workspaces = Stream.generate(Workspace::new).limit(threads).toList();
        for (int from = 0; from < batchSize; from += ROWS_PER_GROUP) {
            Tape tape = new Tape(workspaces.get(groups.size() % threads));
            groups.add(new Group(flow, from, Math.min(ROWS_PER_GROUP, batchSize - from), tape));
        }
        tapes = groups.stream().map(group -> group.tape).toList();
        computation = new Parallel(Math.min(threads, groups.size()), this::computeGroups);
    }

    /** Computes the gradients for what the batch holds now; returns the mean negative log-likelihood. */
    double compute() {
        computation.run();
        double sum = 0;
        for (int i = 0; i < groups.size(); i++) {
            sum += groups.get(i).sumOfLogProb;
        }
        return -sum / batch.rows;
    }

    private void computeGroups(int first) {
        for (int i = first; i < groups.size(); i += threads) {
            groups.get(i).compute();
        }
    }

    private final class Group {
        private final int from;
        private final Tape tape;
        private final float[] input; // (rows,d), row-major
        private final float[] logProb; // rows
        private final Tensor loss; // (1,1), this group's share
        private double sumOfLogProb;

        Group(RealNvp flow, int from, int rows, Tape tape) {
            this.tape = tape;
            this.from = from;
            Tensor x = tape.constant(new Matrix(rows, batch.columns));
            Tensor logProbOfRows = flow.logProb(x); // (rows,1)
            input = x.value().data;
            logProb = logProbOfRows.value().data;
            loss = logProbOfRows.sum().mul(-1.0 / batch.rows);
        }

        void compute() {
            System.arraycopy(batch.data, from * batch.columns, input, 0, input.length);
            tape.forward();
            tape.backward(loss);
            sumOfLogProb = 0;
            for (float value : logProb) {
                sumOfLogProb += value;
            }
        }
    }
}
