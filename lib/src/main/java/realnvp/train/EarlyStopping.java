package realnvp.train;

import java.util.List;
import realnvp.autodiff.Parameter;

/** Early stopping: gives the flow its best parameters when training ends and the last ones when it goes on. */
final class EarlyStopping {
    private final Snapshot best;
    private final Snapshot last;
    int patience; // 0: switched off
    private int sinceBest; // measurements in a row without a new best

    EarlyStopping(List<Parameter> parameters) {
        best = new Snapshot(parameters);
        last = new Snapshot(parameters);
    }

    void measured(boolean newBest, int step) {
        sinceBest = newBest ? 0 : sinceBest + 1;
        if (newBest && patience > 0) {
            best.take(step);
        }
    }

    boolean patienceUsedUp() { return patience > 0 && sinceBest >= patience; }

    /** The step of the best measurement; 0 before the first one. */
    int bestStep() { return best.step; }

    void trainingEnds(int step) {
        if (best.step > 0) {
            last.take(step);
            best.putBack();
        }
    }

    void trainingGoesOn() {
        if (last.step > 0) {
            last.putBack();
        }
        if (patienceUsedUp()) {
            sinceBest = 0;
        }
    }

    @Override
    public String toString() {
        return !patienceUsedUp() ? ""
            : "; stopped early, as %d held-out measurements brought no new best".formatted(sinceBest);
    }

    /** The numbers of all parameters as they were after one step; taking and putting back allocates nothing. */
    static final class Snapshot {
        private final List<Parameter> parameters;
        private final float[][] numbers; // one array per parameter
        int step;

        /** Of the parameters as they are now, before any step. */
        Snapshot(List<Parameter> parameters) {
            this.parameters = parameters;
            numbers = parameters.stream().map(p -> p.value().data).toArray(float[][]::new);
        }

        void take(int step) {
            for (int i = 0; i < numbers.length; i++) {
                parameters.get(i).copyTo(numbers[i]);
            }
            this.step = step;
        }

        void putBack() {
            for (int i = 0; i < numbers.length; i++) {
                float[] then = numbers[i];
                parameters.get(i).update(now -> System.arraycopy(then, 0, now, 0, now.length));
            }
        }
    }
}
