package realnvp.train;

import java.util.List;
import realnvp.autodiff.Parameter;

/** Early stopping: gives the flow its best parameters when training ends and the last ones when it goes on. */
final class EarlyStopping {
    private final Snapshot best;
    private final Snapshot last;
    private int patience;
    private int sinceBest; // measurements in a row without a new best
    private boolean held; // the flow has the best parameters now

    EarlyStopping(List<Parameter> parameters) {
        best = new Snapshot(parameters);
        last = new Snapshot(parameters);
    }

    void patience(int patience) {
        this.patience = patience;
    }

    void measured(boolean newBest, int step) {
        sinceBest = newBest ? 0 : sinceBest + 1;
        if (newBest) {
            best.take(step);
        }
    }

    boolean patienceUsedUp() {
        return sinceBest >= patience;
    }

    /** 0 before the first measurement. */
    int step() {
        return best.step();
    }

    void hold(int step) {
        held = step() > 0;
        if (held) {
            last.take(step);
            best.putBack();
        }
    }

    void goOn() {
        if (held) {
            last.putBack();
        }
        if (patienceUsedUp()) {
            sinceBest = 0;
        }
    }

    @Override
    public String toString() {
        return patienceUsedUp() ? "; stopped early, as %d held-out measurements brought no new best".formatted(sinceBest)
            : "";
    }
}
