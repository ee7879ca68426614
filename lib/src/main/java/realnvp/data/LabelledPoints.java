package realnvp.data;

import realnvp.autodiff.Matrix;

/** Points (n,d) and the class of each: n numbers, counted from 0. */
public record LabelledPoints(Matrix points, int[] labels) {
    public LabelledPoints {
        if (points.rows != labels.length) {
            throw new IllegalArgumentException("%d points need %d labels, got %d"
                .formatted(points.rows, points.rows, labels.length));
        }
    }
}
