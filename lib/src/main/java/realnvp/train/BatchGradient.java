package realnvp.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tape;
import realnvp.autodiff.Tensor;
import realnvp.autodiff.Workers;
import realnvp.flow.RealNvp;

/**
 * Loss and gradient of one batch, cut into groups of rows with a tape each. The groups do not depend on the number of
 * threads and are added up in their order, so neither does the result.
 */
final class BatchGradient {
    /** Wide enough for the matrix product, and four groups for the usual batch of 512. */
    private static final int ROWS_PER_GROUP = 128;

    final Matrix batch; // (n,d), to be filled
    private final List<Group> groups = new ArrayList<>();
    private final List<Tape> tapes;
    private final IntConsumer computeGroup = i -> groups.get(i).compute();

    BatchGradient(RealNvp flow, int batchSize) {
        batch = new Matrix(batchSize, flow.features());
        for (int from = 0; from < batchSize; from += ROWS_PER_GROUP) {
            groups.add(new Group(flow, batch, from, Math.min(ROWS_PER_GROUP, batchSize - from)));
        }
        tapes = groups.stream().map(group -> group.tape).toList();
    }

    /** Computes the gradients for what the batch holds now; returns the mean negative log-likelihood. */
    double compute() {
        Workers.shared().run(groups.size(), computeGroup);
        double sum = 0;
        for (int i = 0; i < groups.size(); i++) {
            sum += groups.get(i).sumOfLogProb();
        }
        return -sum / batch.rows;
    }

    List<Tape> tapes() {
        return tapes;
    }

    private static final class Group {
        private final Matrix batch;
        private final int from;
        private final Tape tape = Tape.forTraining();
        private final Matrix input; // (rows,d)
        private final Tensor logProb; // (rows,1)
        private final Tensor loss; // (1,1), this group's share

        Group(RealNvp flow, Matrix batch, int from, int rows) {
            this.batch = batch;
            this.from = from;
            input = new Matrix(rows, batch.columns);
            logProb = flow.logProb(tape.constant(input));
            loss = logProb.sum().mul(-1.0 / batch.rows);
        }

        void compute() {
            System.arraycopy(batch.data, from * batch.columns, input.data, 0, input.data.length);
            tape.forward();
            tape.backward(loss);
        }

        double sumOfLogProb() {
            float[] values = logProb.value().data;
            double sum = 0;
            for (float value : values) {
                sum += value;
            }
            return sum;
        }
    }
}
