package realnvp.check;

import java.util.List;
import realnvp.autodiff.Matrix;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;

/** What is NaN or infinite, and where: then no other hint of a check means anything. */
final class Broken {
    private Broken() { }

    /** The error of a check of f at the points (n,d); where it is not finite, throws for what in them or in f is not. */
    static double orElse(Bijector f, Matrix points, double error) {
        if (!Double.isFinite(error)) {
            require("point", points, "leave it out");
            f.parameters().forEach(parameter -> require(parameter.name() + ", row", parameter.value(),
                "make the flow again, or read it from its file"));
            int layer = (f instanceof Chain chain ? chain : new Chain(List.of(f))).firstBroken(points);
            if (layer > 0) {
                throw new CheckFailed("layer " + layer + " is the first that gives NaN or infinity: look at its formula, "
                    + "or bound its log-scale");
            }
        }
        return error;
    }

    /** Throws for the first number that is not finite. */
    static void require(String row, Matrix x, String wayOut) {
        for (int i = 0; i < x.data.length; i++) {
            if (!Float.isFinite(x.data[i])) {
                throw new CheckFailed("%s %d has %s in column %d, but all numbers must be finite: %s".formatted(row,
                    i / x.columns, x.data[i], i % x.columns, wayOut));
            }
        }
    }
}
