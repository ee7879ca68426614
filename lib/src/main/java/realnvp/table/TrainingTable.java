package realnvp.table;

import java.util.Arrays;
import realnvp.train.TrainingLog;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/** The log of a training as a table: one row for each step; losses in nats per point. */
public final class TrainingTable {
    private TrainingTable() {
    }

    /** Columns step, loss, held-out loss (NaN where it was not measured), learning rate, seconds of training so far. */
    public static Table of(TrainingLog log) {
        return Table.create("training",
            IntColumn.create("step", Arrays.stream(log.steps()).mapToInt(step -> (int) step).toArray()),
            DoubleColumn.create("loss", log.losses()),
            DoubleColumn.create("held-out loss", log.heldOutLosses()),
            DoubleColumn.create("learning rate", log.learningRates()),
            DoubleColumn.create("seconds", log.secondsOfSteps()));
    }
}
