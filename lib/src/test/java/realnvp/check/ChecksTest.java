package realnvp.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.Printed;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Parameter;
import realnvp.data.Checkerboard;
import realnvp.data.Gaussian;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Density;
import realnvp.flow.Mask;
import realnvp.flow.RealNvp;
import realnvp.flow.StandardNormal;
import realnvp.flow.Standardize;
import realnvp.moons.Box;
import realnvp.moons.TwoMoons;

/**
 * Every check holds on a healthy flow, with one line of numbers, and fails on the sick ones that it is for.
 */
class ChecksTest {
    /** Double rounding through 50 layers with a condition number near 10. */
    private static final double DOUBLE = 1e-12;
    /**
     * The error of a central difference of exp at its best step: about cube root of the rounding, squared.
     */
    private static final double BEST_DIFFERENCE = 1e-9;

    private static RandomGenerator rng() {
        return new Well19937c(17);
    }

    private static Matrix points(int features, int n) {
        return new StandardNormal(features).sample(n, rng());
    }

    static Stream<Arguments> healthyFlows() {
        List<Arguments> all = new ArrayList<>();
        for (int d : new int[] {2, 3, 7}) {
            for (int couplings : new int[] {1, 2, 3, 4, 50}) {
                all.add(Arguments.of(couplings + " couplings, d = " + d, SickFlows.healthy(d, couplings).chain()));
            }
        }
        all.add(Arguments.of("standardised", standardized().chain()));
        all.add(Arguments.of("unbounded s", RealNvp.of(
            AffineCoupling.create(Mask.of(1, 0), 16, 2, Double.POSITIVE_INFINITY, rng()),
            AffineCoupling.create(Mask.of(0, 1), 16, 2, 0.5, rng())).addNoise(0.2, rng()).chain()));
        return all.stream();
    }

    private static RealNvp standardized() {
        return RealNvp.of(Standardize.fit(new TwoMoons(0.05).sample(1000, rng())), SickFlows.healthy(2, 4).chain());
    }

    // *** Jacobians ***

    @ParameterizedTest(name = "{0}")
    @MethodSource("healthyFlows")
    void logDeterminantIsThatOfAllThreeJacobians(String name, Bijector f) {
        String text = Printed.by(() ->
            ThreeJacobians.of(f, points(f.features(), 25)).checks().forEach(Check::report));
        assertEquals(4, text.lines().count(), text);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("healthyFlows")
    void theFormulasWrittenAgainInDoubleMapLikeTheFlow(String name, Bijector f) {
        ReferenceFlow again = new ReferenceFlow(f);
        Matrix x = points(f.features(), 20);
        Matrix z = f.forward(x);
        for (int r = 0; r < x.rows; r++) {
            double[] found = again.forward(x.row(r));
            Matrix back = f.inverse(Matrix.of(found));
            for (int c = 0; c < x.columns; c++) {
                assertEquals(z.get(r, c), found[c], 1e-4 * Math.max(1, Math.abs(z.get(r, c))));
                assertEquals(x.get(r, c), back.get(0, c), 1e-4 * Math.max(1, Math.abs(x.get(r, c))));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void aSinglePointHasTheSameJacobianByAllThreeMethods(int features) {
        Bijector f = SickFlows.healthy(features, 4).chain();
        double[] x = points(features, 1).row(0);
        double[][] exact = new ReferenceFlow(f).jacobian(x);
        assertEquals(0, Jacobian.largestDifference(exact, Jacobian.reverseMode(f, x)), 1e-5); // float32
        double[][] differences = Jacobian.centralDifferences(new ReferenceFlow(f)::forward, x, 1e-6);
        assertEquals(0, Jacobian.largestDifference(exact, differences), BEST_DIFFERENCE);
    }

    @Test
    void errorOfDifferencesIsAVInTheStep() {
        double[] x = {0.5};
        double[][] exact = {{Math.exp(0.5)}};
        double[][] better = Jacobian.extrapolatedDifferences(v -> new double[] {Math.exp(v[0])}, x, 1e-3);
        assertEquals(exact[0][0], better[0][0], 1e-12, "an error like h⁴, and rounding divided by 1e-3");
        double[] steps = {1e-1, 1e-3, 1e-5, 1e-8, 1e-11};
        double[] errors = Arrays.stream(steps).map(h -> Jacobian.largestDifference(
            Jacobian.centralDifferences(v -> new double[] {Math.exp(v[0])}, x, h), exact)).toArray();
        assertEquals(1e4, errors[0] / errors[1], 100, "a step 100 times smaller has an error 10,000 times smaller");
        assertTrue(errors[2] < BEST_DIFFERENCE);
        assertTrue(errors[2] < errors[3] && errors[3] < errors[4], "then rounding grows as 1/h");
    }

    @Test
    void differencesKnowFunctionsThatChangeTheNumberOfCoordinates() {
        double[][] jacobian = Jacobian.centralDifferences(
            v -> new double[] {v[0] * v[1], v[0] + v[1], v[1] * v[1]}, new double[] {2, 3}, 1e-5);
        double[][] expected = {{3, 2}, {1, 1}, {0, 6}};
        assertEquals(0, Jacobian.largestDifference(expected, jacobian), BEST_DIFFERENCE);
    }

    @Test
    void logDeterminantOfASingularMatrixIsMinusInfinity() {
        assertEquals(Double.NEGATIVE_INFINITY, Jacobian.logAbsDet(new double[][] {{1, 2}, {2, 4}}));
        assertEquals(Math.log(1e-30), Jacobian.logAbsDet(new double[][] {{0, 1e-15}, {1e-15, 0}}), DOUBLE);
    }

    @ParameterizedTest
    @CsvSource({"3, 1e-200", "3, 1e200", "1, 4e-310", "120, 1e-3", "300, 17"})
    void logDeterminantIsFiniteWhereADoubleCannotHoldTheDeterminant(int d, double scale) {
        double[][] triangle = new double[d][d]; // scale on the diagonal, the last row first
        for (int i = 0; i < d; i++) {
            Arrays.fill(triangle[(i + 1) % d], i, d, -0.5 * scale);
            triangle[(i + 1) % d][i] = scale;
        }
        assertEquals(d * Math.log(scale), Jacobian.logAbsDet(triangle), 1e-12 * d * Math.abs(Math.log(scale)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aMatrixThatIsNotFiniteHasNoDeterminant(double bad) {
        assertEquals(Double.NaN, Jacobian.logAbsDet(new double[][] {{bad}}));
        assertEquals(Double.NaN, Jacobian.logAbsDet(new double[][] {{bad, 0}, {0, 1}}));
        assertEquals(Double.NaN, Jacobian.logAbsDet(new double[][] {{1, 1}, {1, bad}}));
        assertEquals(Double.NaN, Jacobian.logAbsDet(new double[][] {{0, 0}, {bad, 0}}));
    }

    @ParameterizedTest
    @CsvSource({"120, 1e-3", "120, 1e3", "40, 1e-9", "300, 0.05"})
    void aRightLayerPassesHoweverMuchItStretches(int d, double sd) {
        double[] all = new double[d];
        Arrays.fill(all, sd);
        Printed.line(() -> Jacobian.check(new Standardize(new double[d], all), points(d, 2)));
    }

    // *** flows that are not finite: every check says where ***

    static Stream<Arguments> checksOfAFlow() {
        Matrix x = points(2, 10);
        return Stream.<Consumer<RealNvp>>of(f -> Jacobian.check(f.chain(), x), f -> RoundTrip.check(f.chain(), x),
            f -> ThreeJacobians.of(f.chain(), x)).map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("checksOfAFlow")
    void aFlowThatHoldsNaNIsNotAccusedOfAWrongFormula(Consumer<RealNvp> check) {
        for (int k : new int[] {0, 5, 9}) {
            RealNvp flow = SickFlows.healthy(2, 2);
            Parameter parameter = flow.parameters().get(k);
            parameter.update(numbers -> numbers[numbers.length - 1] = Float.NaN);
            String message = assertThrows(IllegalArgumentException.class, () -> check.accept(flow)).getMessage();
            assertTrue(message.startsWith(parameter.name() + ", row ") && message.contains(" has NaN in "), message);
        }
    }

    @Test
    void aLayerThatMakesNaNIsNamedAndSoIsAPointThatIsNaN() {
        Bijector root = new AffineCoupling(Mask.of(1, 0), v -> v.mul(0), v -> v.mul(1e30).exp(), 1);
        Chain chain = new Chain(List.of(SickFlows.healthy(2, 1).chain(), root));
        assertTrue(assertThrows(CheckFailed.class, () -> RoundTrip.check(chain, points(2, 5))).getMessage()
            .startsWith("layer 2 is the first that gives NaN or infinity"));
        assertTrue(assertThrows(CheckFailed.class, () -> Jacobian.check(root, points(2, 5))).getMessage()
            .startsWith("layer 1 is the first that gives NaN or infinity"));
        Matrix x = points(2, 5);
        x.set(3, 1, Double.NaN);
        String message = assertThrows(IllegalArgumentException.class,
            () -> Jacobian.check(SickFlows.healthy(2, 2).chain(), x)).getMessage();
        assertTrue(message.startsWith("point 3 has NaN in column 1"), message);
    }

    @Test
    void samplesAndLatentPointsThatAreNaNAreNamed() {
        RealNvp flow = SickFlows.healthy(2, 2);
        flow.parameters().get(9).update(numbers -> numbers[0] = Float.NaN);
        for (Executable check : List.<Executable>of(() -> LatentNormality.check(flow.forward(points(2, 5))),
                () -> Mass.check(flow, rng()))) {
            String message = assertThrows(IllegalArgumentException.class, check).getMessage();
            assertTrue(message.endsWith(": look at the flow with RoundTrip.check"), message);
        }
        assertTrue(Mass.of(flow, Box.LATENT, 10, rng()).within(1).hint().startsWith("The density is NaN"));
    }

    // *** divergence ***

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 1000})
    void theDivergenceFromADensityThatIsZeroAtADrawIsInfinite(int n) {
        double[] logQ = new double[n];
        logQ[n / 2] = Double.NEGATIVE_INFINITY;
        KlDivergence apart = KlDivergence.of(new double[n], logQ);
        assertEquals(Double.POSITIVE_INFINITY, apart.nats());
        assertEquals(0, apart.standardError(), "one such draw is a proof");
        assertFalse(apart.within(1e300).holds());
        assertTrue(apart.notBelowZero().holds());
        assertTrue(KlDivergence.of(new Checkerboard(), new Gaussian(new double[2], new double[][] {{1, 0}, {0, 1}}),
            new Checkerboard().sample(n, rng())).nats() < Double.POSITIVE_INFINITY);
        assertEquals(Double.POSITIVE_INFINITY, KlDivergence.of(new StandardNormal(2), new Checkerboard(),
            points(2, 100)).nats());
    }

    @ParameterizedTest
    @CsvSource({"NaN, 0", "0, NaN", "-Infinity, 0", "Infinity, 0", "0, Infinity", "-Infinity, -Infinity"})
    void aDivergenceOfWhatIsNoDensityIsRefused(double logP, double logQ) {
        String message = assertThrows(IllegalArgumentException.class, () -> KlDivergence.of(new double[] {0, logP, 1},
            new double[] {0, logQ, 1})).getMessage();
        assertTrue(message.startsWith("at draw 1 log p is " + logP + " and log q " + logQ), message);
    }

    // *** sick flows, each with the check that is for it ***

    static Stream<Arguments> diseases() {
        Matrix x = points(2, 100);
        return Stream.of(
            disease("wrong sign of the log-determinant", () -> Jacobian.logDet(SickFlows.wrongLogDetSign(), x, 1e-3)),
            disease("wrong sign, by its mass", () -> mass(RealNvp.of(SickFlows.wrongLogDetSign()))),
            disease("no log-determinant", () -> Jacobian.logDet(SickFlows.noLogDet(), x, 1e-3)),
            disease("no log-determinant, by its mass", () -> mass(RealNvp.of(SickFlows.noLogDet()))),
            disease("standardised without log sigma", () -> mass(SickFlows.noLogSigma())),
            disease("no log 2 pi", () -> mass(SickFlows.noConstant())),
            disease("flattens the plane", () -> Jacobian.logDet(SickFlows.flat(), x, 1e-3)),
            disease("s of the wrong x2", () -> Jacobian.logDet(SickFlows.staleS(), x, 1e-3)),
            disease("forward twice", () -> RoundTrip.of(SickFlows.forwardForInverse(), x).within(1e-3)),
            disease("few digits on the way back", () -> RoundTrip.of(SickFlows.fewDigits(), x).within(1e-4)),
            disease("log-determinant back", () -> RoundTrip.of(SickFlows.inverseLogDetNotNegated(), x).within(1e-3)),
            disease("data for latent points",
                () -> LatentNormality.of(new TwoMoons(0.05).sample(2000, rng())).within(0.05)),
            disease("latent points too wide", () -> LatentNormality.of(
                new Standardize(new double[2], new double[] {0.8, 0.8}).forward(points(2, 2000))).within(0.05)));
    }

    private static Arguments disease(String name, Supplier<Check> check) {
        return Arguments.of(name, check);
    }

    private static Check mass(Density p) {
        return Mass.of(p, rng()).within(2e-3);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("diseases")
    void aSickFlowFailsItsCheckWithAHint(String name, Supplier<Check> supplier) {
        Check check = supplier.get();
        assertFalse(check.holds(), check.line());
        String message = assertThrows(CheckFailed.class, check::report).getMessage();
        assertTrue(message.startsWith(check.line()) && message.endsWith(check.hint()), message);
    }

    @Test
    void theWorstPointCountsInEachOfTheThreeJacobians() {
        Bijector f = SickFlows.healthy(2, 50).chain();
        Matrix x = points(2, 40);
        List<ThreeJacobians> single = IntStream.range(0, 40).mapToObj(r -> ThreeJacobians.of(f, x.rows(r, r + 1)))
            .toList();
        ThreeJacobians all = ThreeJacobians.of(f, x);
        for (ToDoubleFunction<ThreeJacobians> number : List.<ToDoubleFunction<ThreeJacobians>>of(
                ThreeJacobians::condition, ThreeJacobians::sumOfS, ThreeJacobians::reverseMode,
                ThreeJacobians::differences, ThreeJacobians::sumOfSInDouble)) {
            double worst = single.stream().mapToDouble(number).max().orElseThrow();
            assertEquals(worst, number.applyAsDouble(all), worst / 2); // float32 sums depend on the batch
        }
        assertEquals(40, all.points());
        assertEquals(single.stream().mapToInt(ThreeJacobians::kinks).sum(), all.kinks());
        assertTrue(all.kinks() > 0 && all.kinks() < 40, "some points have a kink: " + all);
    }

    @Test
    void aFlowThatIsNotAsWrittenFailsTheThreeJacobians() {
        Bijector f = SickFlows.healthy(2, 4).chain();
        ThreeJacobians healthy = ThreeJacobians.of(f, points(2, 5));
        ThreeJacobians sick = new ThreeJacobians(5, healthy.condition(), 0.1, 0.1, 0.1, Double.NaN, 0);
        healthy.checks().forEach(check -> assertTrue(check.holds(), check.line()));
        sick.checks().forEach(check -> assertFalse(check.holds(), check.line()));
    }

    @Test
    void doubleFlowNamesWhatItCannotRead() {
        String message = assertThrows(IllegalArgumentException.class, () -> new ReferenceFlow(SickFlows.flat()))
            .getMessage();
        assertTrue(message.contains("got Sick"), message);
        assertThrows(IllegalArgumentException.class,
            () -> new ReferenceFlow(new AffineCoupling(Mask.of(1, 0), x -> x, x -> x, 1)));
        ReferenceFlow plane = new ReferenceFlow(SickFlows.healthy(2, 1).chain());
        assertThrows(IllegalArgumentException.class, () -> plane.forward(1));
    }

    // *** mass ***

    static Stream<Arguments> densities() {
        return Stream.of(
            Arguments.of("moons", new TwoMoons(0.05)),
            Arguments.of("Gaussian", Gaussian.of(new TwoMoons(0.05))),
            Arguments.of("untrained, 1 coupling", SickFlows.healthy(2, 1)),
            Arguments.of("untrained, 4 couplings", SickFlows.healthy(2, 4)),
            Arguments.of("untrained, 50 couplings", SickFlows.healthy(2, 50)),
            Arguments.of("untrained, standardised", standardized()),
            Arguments.of("identity", RealNvp.create(2, 3, 8, 2, rng())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("densities")
    void massIsOne(String name, Density p) {
        String line = Printed.line(() -> Mass.check(p, rng()));
        assertTrue(line.startsWith("ok   mass of the density: 0.99"), line);
    }

    @Test
    void massIsOneAlsoWhenTheBoxCutsThroughIt() {
        Box half = new Box(-1, 0.5, -1, 1);
        Mass mass = Mass.of(new TwoMoons(0.1), half, 100, rng());
        assertTrue(mass.outside() > 0.4 && mass.within(2e-3).holds(), mass.toString());
    }

    @Test
    void aGridTooCoarseForTheDensityIsNamed() {
        Check check = Mass.of(new TwoMoons(0.01), Box.MOONS, 20, rng()).within(1e-3);
        assertFalse(check.holds());
        assertTrue(check.hint().contains("too coarse"), check.hint());
    }

    @Test
    void massNeedsThePlane() {
        assertThrows(IllegalArgumentException.class, () -> Mass.of(new StandardNormal(3), Box.LATENT, 200, rng()));
        assertThrows(IllegalArgumentException.class, () -> Mass.of(new TwoMoons(1), Box.LATENT, 1, rng()));
    }

    // *** round trip and latent space ***

    @ParameterizedTest(name = "{0}")
    @MethodSource("healthyFlows")
    void theWayBackLeadsHome(String name, Bijector f) {
        Printed.line(() -> RoundTrip.check(f, points(f.features(), 300)));
    }

    @Test
    void aBijectorThatLosesOneUlpLosesOneUlp() {
        Matrix x = Matrix.of(new double[] {1, 0.001});
        Bijector shift = new AffineCoupling(Mask.of(0, 1), v -> v.mul(0), v -> v.mul(0).add(0x1p24), 1);
        RoundTrip trip = RoundTrip.of(shift, x); // 1 + 2^24 rounds to even, so 1 comes back as 0
        assertEquals(1, trip.absolute());
        assertEquals(0x1p23, trip.ulps());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void trueNormalsPassTheLatentCheckInAnyDimension(int features) {
        Printed.line(() -> LatentNormality.check(points(features, 5000)));
    }

    /** Samples whose gap true normals exceed 11 and 9 times in 10,000, by the first term of Kolmogorov's series. */
    @ParameterizedTest
    @CsvSource({"1, 400", "2, 400", "2, 40000", "5, 2500"})
    void theLimitOfTheLatentCheckIsOneFalseAlarmInAThousand(int features, int n) {
        Printed.line(() -> LatentNormality.check(withGap(Math.sqrt(Math.log(2 / 0.0011) / 2), features, n)));
        assertThrows(CheckFailed.class,
            () -> LatentNormality.check(withGap(Math.sqrt(Math.log(2 / 0.0009) / 2), features, n)));
    }

    /** Points (n,d) whose |z|²/2 has the distribution function of Gamma(d/2, 1), but for a gap of λ/√n at its end. */
    private static Matrix withGap(double lambda, int features, int n) {
        GammaDistribution gamma = new GammaDistribution(0.5 * features, 1);
        double squeezed = (1 - lambda / Math.sqrt(n)) / (1 - 0.5 / n); // the last level is (1 - 0.5/n) times this
        Matrix z = new Matrix(n, features);
        for (int r = 0; r < n; r++) {
            z.set(r, r % features, Math.sqrt(2 * gamma.inverseCumulativeProbability(squeezed * (r + 0.5) / n)));
        }
        return z;
    }

    @Test
    void aTestOfNothingIsNotPassed() {
        Matrix broken = Matrix.of(new double[] {Double.NaN, 0}, new double[] {0, 1});
        assertThrows(IllegalArgumentException.class, () -> LatentNormality.check(broken));
        assertThrows(IllegalArgumentException.class, () -> RoundTrip.check(new Chain(List.of(new Standardize(
            new double[2], new double[] {1, 1}))), broken));
    }

    // *** single numbers ***

    @Test
    void closeAndAtMostPrintOneLineOrThrow() {
        assertEquals("ok   loss: got 0.301000, expected 0.300000; error 1.0e-03, tolerance 5.0e-03",
            Printed.line(() -> Check.close("loss", 0.301, 0.3, 5e-3)));
        assertEquals("ok   error: 1.50000e-05, at most 0.00100000",
            Printed.line(() -> Check.atMost("error", 1.5e-5, 1e-3)));
        assertThrows(CheckFailed.class, () -> Check.close("loss", 0.31, 0.3, 5e-3));
        assertThrows(CheckFailed.class, () -> Check.close("loss", Double.NaN, 0.3, 5e-3));
        assertThrows(CheckFailed.class, () -> Check.atMost("error", 2, 1));
        assertThrows(CheckFailed.class, () -> Check.atMost("error", Double.NaN, 1));
    }
}
