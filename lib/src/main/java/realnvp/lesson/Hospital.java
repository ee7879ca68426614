package realnvp.lesson;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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
 * Each disease sits in one part of a {@link Patient} and each check tests one statement about one part, taking the
 * others as they are. So every check fails on its own disease and on no other, and so it does when a patient has
 * several.
 */
public final class Hospital {
    private static final int COUPLINGS = 6;
    private static final int WIDTH = 32;
    private static final int LINEAR_LAYERS = 3;
    private static final int POINTS = 200;
    /** Of the log-determinant and of the way back: float32 through six trained couplings; 3e-6 measured. */
    private static final double FLOAT = 1e-3;
    /** Where no mask alternates, all s read a coordinate that no layer changes: Emil's wrong point is the right one. */
    private static final Set<String> HIDING = Set.of("Ada", "Emil");

    private final Patient healthy;
    private final Matrix x;
    private final Map<String, Disease> diseases = new LinkedHashMap<>();

    /**
     * @param x         points in the units of the data, (n,d)
     * @param couplings the layers behind the standardising
     * @param sameMasks layers whose masks are all alike
     */
    Hospital(Standardize units, Chain couplings, Chain sameMasks, Matrix x) {
        this.healthy = Patient.healthy(units, couplings);
        this.x = x;
        // Each mistake stands twice, as code and as the text of the patient's file; a test compares the two.
        diseases.put("Ada", new Disease("D", "Masks that never alternate (ikostrikov/pytorch-flows#10).",
            healthy -> healthy.withLayers(sameMasks), """
            healthy.withLayers(sameMasks); // couplings with Mask.of(1, 0), all six""")); // first: it brings new layers
        diseases.put("Ben", new Disease("E", "No log 2π (mariogemoll/normalizing-flows, computeLoss).",
            healthy -> healthy.withBase(z -> -0.5 * (z[0] * z[0] + z[1] * z[1])), """
            healthy.withBase(z -> -0.5 * (z[0] * z[0] + z[1] * z[1]));"""));
        diseases.put("Cleo", new Disease("A",
            "The log-determinant with the wrong sign (VincentStimper/normalizing-flows#27).",
            healthy -> healthy.withSum((logBase, logDet) -> logBase - logDet), """
            healthy.withSum((logBase, logDet) -> logBase - logDet);"""));
        diseases.put("Dora", new Disease("C", "Forward, run a second time, for the inverse (bayesiains/nflows#37).",
            healthy -> healthy.withInverse(z -> healthy.layers().forwardAndLogDet(z).value()), """
            healthy.withInverse(z -> healthy.layers().forwardAndLogDet(z).value());"""));
        diseases.put("Emil", new Disease("B",
            "s'(x2) for s'(x2') (the article): each log-determinant is taken at the point that enters the first layer.",
            healthy -> healthy.withLogDet(u -> {
                Tensor sum = u.gather(0).mul(0);
                for (Bijector layer : healthy.layers().bijectors()) {
                    sum = sum.add(layer.forwardAndLogDet(u).logDet());
                }
                return sum;
            }), """
            healthy.withLogDet(u -> {
                Tensor sum = u.gather(0).mul(0);
                for (Bijector layer : healthy.layers().bijectors()) {
                    sum = sum.add(layer.forwardAndLogDet(u).logDet());
                }
                return sum;
            });"""));
        diseases.put("Fay", new Disease("F",
            "Standardised without log σ (MokkeMeguru/glow-realnvp-tutorial#2, VincentStimper/normalizing-flows#24).",
            healthy -> healthy.withDataUnits(logQ -> logQ), """
            healthy.withDataUnits(logQ -> logQ);"""));
        diseases.put("Gus", new Disease("G", "Standardised in place (pytorch/vision#517, #680).",
            healthy -> healthy.withStandardize(points -> {
                Matrix u = healthy.units().forward(points);
                System.arraycopy(u.data, 0, points.data, 0, points.data.length);
                return points;
            }), """
            healthy.withStandardize(points -> {
                Matrix u = healthy.units().forward(points);
                System.arraycopy(u.data, 0, points.data, 0, points.data.length);
                return points;
            });"""));
    }

    /** What makes a healthy patient ill: its letter in notebook 08, where it was made, and the code, also as text. */
    private record Disease(String letter, String origin, UnaryOperator<Patient> spread, String code) {
    }

    /** Trains two flows in the plane for so many steps, one healthy and one whose masks never alternate. */
    public static Hospital open(Density data, int steps, Progress progress) {
        Matrix x = data.sample(10_000, new Well19937c(1));
        Standardize units = Standardize.fit(x);
        return new Hospital(units, trained(units, k -> Mask.alternating(2, k), data, steps, progress),
            trained(units, k -> Mask.of(1, 0), data, steps, progress), x.rows(0, POINTS));
    }

    /** The couplings of a trained flow, without the standardising before them. */
    private static Chain trained(Standardize units, IntFunction<Mask> masks, Density data, int steps,
                                 Progress progress) {
        RandomGenerator rng = new Well19937c(2);
        Bijector[] layers = new Bijector[COUPLINGS + 1];
        layers[0] = units;
        for (int k = 0; k < COUPLINGS; k++) {
            layers[k + 1] = AffineCoupling.create(masks.apply(k), WIDTH, LINEAR_LAYERS, 1, rng);
        }
        RealNvp flow = RealNvp.of(layers);
        new Trainer(flow, BatchSource.fresh(data, new Well19937c(3))).steps(steps).batchSize(256)
            .learningRate(LearningRate.cosine(3e-3)).progress(progress).train();
        return new Chain(flow.chain().bijectors().subList(1, COUPLINGS + 1));
    }

    /** Nothing wrong with it. */
    public Patient healthy() {
        return healthy;
    }

    /** Ada, Ben, Cleo, Dora, Emil, Fay and Gus. */
    public List<String> names() {
        return List.copyOf(diseases.keySet());
    }

    public Patient patient(String name) {
        return disease(name).spread.apply(healthy);
    }

    /** The letter of the patient's disease, A to G. */
    public String diagnosis(String name) {
        return disease(name).letter;
    }

    /** What makes the patient ill, in Java. */
    public String file(String name) {
        return "// %s\nPatient %s = %s".formatted(disease(name).origin, name.toLowerCase(Locale.ROOT),
            disease(name).code);
    }

    private Disease disease(String name) {
        if (!diseases.containsKey(name)) {
            throw new IllegalArgumentException("the patients are " + diseases.keySet() + ", got " + name);
        }
        return diseases.get(name);
    }

    /** A patient with one or two of the seven diseases, chosen by a number: two that can both be seen. */
    public Patient unknown(long number, int howMany) {
        return with(chosen(number, howMany));
    }

    /** The letters of the diseases of {@link #unknown}, in alphabetical order. */
    public String diagnosis(long number, int howMany) {
        return chosen(number, howMany).stream().map(this::diagnosis).sorted().collect(Collectors.joining());
    }

    private Set<String> chosen(long number, int howMany) {
        if (howMany < 1 || howMany > 2) {
            throw new IllegalArgumentException("an unknown patient has 1 or 2 diseases, got " + howMany);
        }
        RandomGenerator rng = new Well19937c(number);
        Set<String> chosen = new HashSet<>();
        do {
            chosen.clear();
            while (chosen.size() < howMany) {
                chosen.add(names().get(rng.nextInt(diseases.size())));
            }
        } while (chosen.equals(HIDING));
        return chosen;
    }

    /** A patient with the diseases of all these. */
    Patient with(Set<String> names) {
        Patient patient = healthy;
        for (Map.Entry<String, Disease> disease : diseases.entrySet()) {
            patient = names.contains(disease.getKey()) ? disease.getValue().spread.apply(patient) : patient;
        }
        return patient;
    }

    /** The seven checks by name, in the order of the parts from the data to log p. */
    public Map<String, Function<Patient, Check>> checks() {
        Matrix u = healthy.units().forward(x);
        Matrix z = new StandardNormal(x.columns).sample(POINTS, new Well19937c(4));
        Map<String, Function<Patient, Check>> checks = new LinkedHashMap<>();
        checks.put("input", patient -> Parts.input(patient::logProb, x));
        checks.put("coordinates", patient -> Parts.coordinates(patient.flow(), u));
        checks.put("Jacobian", patient -> Jacobian.logDet(patient.flow(), u, FLOAT));
        checks.put("round trip", patient -> RoundTrip.of(patient.flow(), u).within(FLOAT));
        checks.put("base", patient -> Parts.base(patient.base(), z));
        checks.put("sum", patient -> Parts.sum(patient, u));
        checks.put("units", patient -> Parts.units(patient, Box.MOONS));
        return checks;
    }
}
