package realnvp.lesson;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;
import realnvp.check.Check;
import realnvp.check.Jacobian;
import realnvp.check.RoundTrip;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.Density;
import realnvp.flow.Mask;
import realnvp.flow.RealNvp;
import realnvp.flow.StandardNormal;
import realnvp.flow.Standardize;
import realnvp.moons.Box;
import realnvp.train.BatchSource;
import realnvp.train.LearningRate;
import realnvp.train.Progress;
import realnvp.train.Trainer;

/**
 * Seven sick flows, each with one mistake that was made in a real project, and the seven checks that tell them apart.
 * Each disease sits in one part of a {@link Patient}, and each check tests one statement about one part and takes the
 * others as they are. So a check fails on its own disease and on no other, also when a patient has several.
 *
 * @param sameMasks trained layers whose masks are all alike
 * @param x         points in the units of the data, (n,d), to examine the patients at
 */
public record Hospital(Patient healthy, Chain sameMasks, Matrix x) {
    /** The patients, one for each disease. */
    public static final List<String> NAMES = List.of("Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus");
    private static final String LETTERS = "GDBCEAF"; // the disease that each check finds, in the book of notebook 08
    private static final int COUPLINGS = 6;
    /** Of the log-determinant and of the way back: float32 through six trained couplings; 3e-6 measured. */
    private static final double FLOAT = 1e-3;

    /** Trains two flows in the plane for so many steps, one healthy and one whose masks never alternate. */
    public static Hospital open(Density data, int steps, Progress progress) {
        Matrix x = data.sample(10_000, new Well19937c(1));
        Standardize units = Standardize.fit(x);
        Chain layers = train(units, k -> Mask.alternating(2, k), data, steps, progress);
        Chain sameMasks = train(units, k -> Mask.of(1, 0), data, steps, progress);
        return new Hospital(Patient.healthy(units, layers), sameMasks, x.rows(0, 200));
    }

    /** The couplings of a trained flow, without the standardising before them. */
    private static Chain train(Standardize units, IntFunction<Mask> masks, Density data, int steps, Progress progress) {
        RandomGenerator rng = new Well19937c(2);
        Stream<Bijector> couplings = IntStream.range(0, COUPLINGS)
            .mapToObj(k -> AffineCoupling.create(masks.apply(k), 32, 3, 1, rng));
        RealNvp flow = RealNvp.of(Stream.concat(Stream.of(units), couplings).toArray(Bijector[]::new));
        new Trainer(flow, BatchSource.fresh(data, new Well19937c(3))).steps(steps).batchSize(256)
            .learningRate(LearningRate.cosine(3e-3)).progress(progress).train();
        return new Chain(flow.chain().bijectors().subList(1, COUPLINGS + 1));
    }

    /** The healthy patient with the disease of this name, one of {@link #NAMES}. */
    public Patient patient(String name) { return infected(healthy, name); }

    /** The patient with one disease more. Notebook 08 shows these lines as the file of each patient. */
    private Patient infected(Patient patient, String name) {
        return switch (name) {
            // All six masks are Mask.of(1, 0): they never alternate (ikostrikov/pytorch-flows#10).
            case "Ada" -> patient.withLayers(sameMasks);
            // No log 2π (mariogemoll/normalizing-flows, computeLoss).
            case "Ben" -> patient.withBase(z -> -0.5 * (z[0] * z[0] + z[1] * z[1]));
            // The log-determinant with the wrong sign (VincentStimper/normalizing-flows#27).
            case "Cleo" -> patient.withSum((logBase, logDet) -> logBase - logDet);
            // Forward, run a second time, for the inverse (bayesiains/nflows#37).
            case "Dora" -> patient.withInverse(z -> patient.layers().forwardAndLogDet(z).value());
            // s'(x2) for s'(x2') (the article): all log-determinants at the point that enters layer 1.
            case "Emil" -> patient.withLogDet(u -> {
                Tensor sum = u.gather(0).mul(0);
                for (Bijector layer : patient.layers().bijectors()) {
                    sum = sum.add(layer.forwardAndLogDet(u).logDet());
                }
                return sum;
            });
            // No log σ (MokkeMeguru/glow-realnvp-tutorial#2, VincentStimper/normalizing-flows#24).
            case "Fay" -> patient.withDataUnits(logQ -> logQ);
            // Standardised in place (pytorch/vision#517, #680).
            case "Gus" -> patient.withStandardize(points -> {
                Matrix u = patient.units().forward(points);
                System.arraycopy(u.data, 0, points.data, 0, points.data.length);
                return points;
            });
            default -> throw new IllegalArgumentException("the patients are " + NAMES + ", got " + name);
        };
    }

    /** A patient with the diseases of all these. */
    Patient with(Set<String> names) {
        Patient patient = healthy;
        for (String name : new TreeSet<>(names)) { // in alphabetical order, as Ada brings new layers
            patient = infected(patient, name);
        }
        return patient;
    }

    /** A patient with one of the seven diseases, chosen by the number. */
    public Patient unknown(long number) { return patient(NAMES.get(new Well19937c(number).nextInt(NAMES.size()))); }

    /** The letters of the patient's diseases, in alphabetical order: one for each check that fails. */
    public String diagnosis(Patient patient) {
        List<Function<Patient, Check>> checks = List.copyOf(checks().values());
        return IntStream.range(0, checks.size()).filter(i -> !checks.get(i).apply(patient).holds())
            .mapToObj(i -> LETTERS.substring(i, i + 1)).sorted().collect(Collectors.joining());
    }

    /** The seven checks by name, in the order of the parts from the data to log p. */
    public Map<String, Function<Patient, Check>> checks() {
        Matrix u = healthy.units().forward(x);
        Matrix z = new StandardNormal(x.columns).sample(x.rows, new Well19937c(4));
        Map<String, Function<Patient, Check>> checks = new LinkedHashMap<>();
        checks.put("input", patient -> patient.checkInput(x));
        checks.put("coordinates", patient -> patient.checkCoordinates(u));
        checks.put("Jacobian", patient -> Jacobian.logDet(patient.flow(), u, FLOAT));
        checks.put("round trip", patient -> RoundTrip.of(patient.flow(), u).within(FLOAT));
        checks.put("base", patient -> patient.checkBase(z));
        checks.put("sum", patient -> patient.checkSum(u));
        checks.put("units", patient -> patient.checkUnits(Box.MOONS));
        return checks;
    }
}
