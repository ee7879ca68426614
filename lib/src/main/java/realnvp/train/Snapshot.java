package realnvp.train;

import java.util.List;
import realnvp.autodiff.Parameter;

/** The numbers of all parameters as they were after one step; taking and putting back allocates nothing. */
final class Snapshot {
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
