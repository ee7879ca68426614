package realnvp.check;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import realnvp.autodiff.Matrix;
import realnvp.flow.Bijector;

/**
 * log |det J| of a flow by four methods, each as its largest difference in nats, over all points, from the determinant
 * of commons-math3's Jacobian: in float32 what the flow sums up and reverse mode, in double extrapolated central
 * differences and the sum of s.
 *
 * @param condition   the largest ratio of singular values of J: by how much rounding errors can grow in det J
 * @param differences without the points that have a kink of f, from a ReLU, inside the step
 * @param kinks       the number of such points
 */
public record ThreeJacobians(int points, double condition, double sumOfS, double reverseMode,
                             double differences, double sumOfSInDouble, int kinks) {
    /**
     * The first of these steps that crosses no kink. Measured at 1, 4 and 50 couplings, trained or not: at
     * most 1e-10 for each unit of the condition; larger steps meet too many kinks, smaller ones round more.
     */
    private static final double[] STEPS = {1e-4, 3e-5};
    private static final double FLOAT = 2e-4;
    private static final double DOUBLE = 1e-9;
    private static final double WORST_DIFFERENCES = 1e-7;

    /** Over points (n,d); the flow must be one that {@link ReferenceFlow} can read. */
    public static ThreeJacobians of(Bijector f, Matrix points) {
        ReferenceFlow flow = new ReferenceFlow(f);
        double[] reported = f.forwardLogDet(points);
        Broken.orElse(f, points, StatUtils.sum(reported));
        double[][][] reverse = Jacobian.reverseMode(f, points);
        return IntStream.range(0, points.rows).parallel() // 1,000 points of a deep flow take seconds
            .mapToObj(r -> at(flow, points.row(r), reported[r], reverse[r])).reduce(ThreeJacobians::and).orElseThrow();
    }

    private static ThreeJacobians at(ReferenceFlow flow, double[] x, double reported, double[][] reverse) {
        double[][] exact = flow.jacobian(x);
        double truth = Jacobian.logAbsDet(exact);
        OptionalDouble step = DoubleStream.of(STEPS).filter(h -> flow.isSmooth(x, h)).findFirst();
        double[][] differences = step.isPresent()
            ? Jacobian.extrapolatedDifferences(flow::forward, x, step.getAsDouble()) : exact;
        return new ThreeJacobians(1, Jacobian.condition(exact), Math.abs(reported - truth),
            Math.abs(Jacobian.logAbsDet(reverse) - truth), Math.abs(Jacobian.logAbsDet(differences) - truth),
            Math.abs(flow.logDet(x) - truth), step.isPresent() ? 0 : 1);
    }

    private ThreeJacobians and(ThreeJacobians more) {
        return new ThreeJacobians(points + more.points, Math.max(condition, more.condition),
            Math.max(sumOfS, more.sumOfS), Math.max(reverseMode, more.reverseMode),
            Math.max(differences, more.differences), Math.max(sumOfSInDouble, more.sumOfSInDouble), kinks + more.kinks);
    }

    /** The four findings, each with the tolerance that its precision allows. */
    public List<Check> checks() {
        String hint = "The flow and its formulas written again in double do not agree: one of them is wrong.";
        return List.of(
            finding("sum of s, float32", "", sumOfS, FLOAT, "The flow's log-determinant is not that of its map."),
            finding("reverse mode, float32", Check.format(", condition number up to %.1e", condition),
                reverseMode, FLOAT + Jacobian.float32Allowance(condition),
                "A backward rule, or the formulas written again, is wrong."),
            finding("central differences, double", ", " + kinks + " left out for a kink", differences,
                Math.min(WORST_DIFFERENCES, DOUBLE * condition), hint),
            finding("sum of s, double", "", sumOfSInDouble, DOUBLE, hint));
    }

    private Check finding(String method, String note, double error, double tolerance, String hint) {
        return new Check("log|det J| by " + method,
            Check.format("%,d points against commons-math3%s", points, note), error, tolerance, hint);
    }
}
