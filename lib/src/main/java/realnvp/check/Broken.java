package realnvp.check;

import realnvp.autodiff.Matrix;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.RealNvp;

/** What is NaN or infinite, and where: then no other hint of a check means anything. */
final class Broken {
    private Broken() { }

    /** The error of a check of f at the points (n,d); if it is not finite, throws for what in them or in f is not. */
    static double orElse(Bijector f, Matrix points, double error) {
        if (!Double.isFinite(error)) {
            points.requireWithin(Float.MAX_VALUE, "point", "leave it out");
            f.parameters().forEach(parameter -> parameter.value().requireWithin(Float.MAX_VALUE, parameter.name()
                + ", row", "make the flow again, or read it from its file"));
            int layer = (f instanceof Chain chain ? new RealNvp(chain) : RealNvp.of(f)).firstBroken(points);
            if (layer > 0) {
                throw new CheckFailed("layer " + layer + " is the first that gives NaN or infinity: look at its "
                    + "formula, or bound its log-scale");
            }
        }
        return error;
    }
}
