package realnvp.moons;

import java.util.Arrays;
import realnvp.autodiff.Matrix;

/** Points (n,d) and the class of each: n numbers, counted from 0. */
public record LabelledPoints(Matrix points, int[] labels) {
    public LabelledPoints {
        if (points.rows != labels.length) {
            throw new IllegalArgumentException("%d points need %d labels, got %d"
                .formatted(points.rows, points.rows, labels.length));
        }
    }

    @Override
    public String toString() {
        return "%s, labels %s".formatted(points, Arrays.stream(labels).distinct().sorted().boxed().toList());
    }
}
