package realnvp.lesson;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import realnvp.Printed;
import realnvp.autodiff.Matrix;
import realnvp.autodiff.Tensor;
import realnvp.check.Check;
import realnvp.check.CheckFailed;
import realnvp.flow.Bijector;
import realnvp.flow.Chain;
import realnvp.flow.RealNvp;
import realnvp.moons.TwoMoons;
import realnvp.train.Progress;

/** Each disease is caught by exactly one check, alone or with others, and mended by a few lines. */
class HospitalTest {
    private static final Hospital HOSPITAL = Hospital.open(new TwoMoons(0.1), 60, Progress.SILENT);
    private static final Map<String, Function<Patient, Check>> CHECKS = HOSPITAL.checks();
    /** Which check is for whom. */
    private static final Map<String, String> CAUGHT_BY = Map.of("Ada", "coordinates", "Ben", "base", "Cleo", "sum",
        "Dora", "round trip", "Emil", "Jacobian", "Fay", "units", "Gus", "input");

    private static Set<String> failing(Patient patient) {
        return CHECKS.entrySet().stream().filter(check -> !check.getValue().apply(patient).holds())
            .map(Map.Entry::getKey).collect(Collectors.toCollection(TreeSet::new));
    }

    static List<Set<String>> groups() {
        List<String> names = Hospital.NAMES;
        List<Set<String>> groups = new ArrayList<>();
        for (int bits = 0; bits < 1 << names.size(); bits++) {
            Set<String> group = new LinkedHashSet<>();
            for (int k = 0; k < names.size(); k++) {
                if ((bits >> k & 1) == 1) {
                    group.add(names.get(k));
                }
            }
            groups.add(group);
        }
        return groups;
    }

    /**
     * Of all 128 sets of diseases, the empty one too: so the checks depend on nothing but their own part. Where no mask
     * alternates, all s read a coordinate that no layer changes, and Emil's wrong point is the right one.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("groups")
    void exactlyTheChecksOfItsDiseasesFail(Set<String> diseases) {
        Set<String> expected = diseases.stream().filter(name -> !(name.equals("Emil") && diseases.contains("Ada")))
            .map(CAUGHT_BY::get).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, failing(HOSPITAL.with(diseases)));
    }

    @Test
    void aSickPatientIsThrownOutWithAHint() {
        CAUGHT_BY.forEach((name, check) -> {
            Check finding = CHECKS.get(check).apply(HOSPITAL.patient(name));
            assertTrue(assertThrows(CheckFailed.class, finding::report).getMessage().endsWith(finding.hint()));
            Printed.line(() -> CHECKS.get(check).apply(HOSPITAL.healthy()).report());
        });
    }

    @Test
    void unknownPatientsHaveTheDiseasesOfTheirDiagnosis() {
        Set<String> seen = new TreeSet<>();
        for (long number = 0; number < 40; number++) {
            String letter = HOSPITAL.diagnosis(HOSPITAL.unknown(number));
            assertEquals(letter, HOSPITAL.diagnosis(HOSPITAL.unknown(number)), "the same for a number");
            seen.add(letter);
        }
        assertEquals(Set.of("A", "B", "C", "D", "E", "F", "G"), seen);
        assertEquals("DEACBFG", Hospital.NAMES.stream().map(name -> HOSPITAL.diagnosis(HOSPITAL.patient(name)))
            .collect(Collectors.joining()));
        assertThrows(IllegalArgumentException.class, () -> HOSPITAL.patient("Zoe"));
    }

    /** The files that the notebook shows are the lines that run. */
    @Test
    void theFileOfAPatientIsWhatMakesItIll() throws IOException {
        String source = withoutIndentation(Files.readString(Path.of("src/main/java/realnvp/lesson/Hospital.java")));
        StringBuilder notebook = new StringBuilder();
        new ObjectMapper().readTree(Path.of("../notebooks/08-flow-hospital.ipynb").toFile()).findValues("source")
            .forEach(cell -> cell.forEach(line -> notebook.append(line.asText())));
        List<String> names = new ArrayList<>();
        Pattern files = Pattern.compile("(?s)(\\w+)'s file, as it stands.*?```java\n(.*?)```");
        files.matcher(notebook).results().forEach(file -> {
            names.add(file.group(1));
            assertTrue(file.group(2).contains("case \"" + file.group(1) + "\" -> patient.with"), file.group());
            assertTrue(source.contains(withoutIndentation(file.group(2))), "not in Hospital.java:\n" + file.group(2));
        });
        assertEquals(Hospital.NAMES, names);
    }

    private static String withoutIndentation(String text) {
        return text.replace("\r", "").replaceAll("(?m)^ +", "");
    }

    /** The lines that notebook 08 shows as the cure. */
    @Test
    void theCuresOfTheNotebookCure() {
        List<Bijector> layers = HOSPITAL.healthy().layers().bijectors();
        double[] sd = HOSPITAL.healthy().units().standardDeviation();
        List<Patient> cured = List.of(
            HOSPITAL.patient("Ada").withLayers(new Chain(layers)),
            HOSPITAL.patient("Ben").withBase(z -> -0.5 * (z[0] * z[0] + z[1] * z[1]) - Math.log(2 * Math.PI)),
            HOSPITAL.patient("Cleo").withSum((logBase, logDet) -> logBase + logDet),
            HOSPITAL.patient("Dora").withInverse(z -> {
                for (int i = layers.size() - 1; i >= 0; i--) {
                    z = layers.get(i).inverseAndLogDet(z).value();
                }
                return z;
            }),
            HOSPITAL.patient("Emil").withLogDet(u -> {
                Tensor sum = u.gather(0).mul(0);
                for (Bijector layer : layers) {
                    sum = sum.add(layer.forwardAndLogDet(u).logDet());
                    u = layer.forwardAndLogDet(u).value();
                }
                return sum;
            }),
            HOSPITAL.patient("Fay").withDataUnits(logQ -> logQ - Math.log(sd[0]) - Math.log(sd[1])),
            HOSPITAL.patient("Gus").withStandardize(x -> HOSPITAL.healthy().units().forward(x.copy())));
        cured.forEach(patient -> assertEquals(Set.of(), failing(patient)));
    }

    @Test
    void aHealthyPatientIsTheFlowItIsMadeOf() {
        Patient healthy = HOSPITAL.healthy();
        List<Bijector> all = new ArrayList<>(List.of(healthy.units()));
        all.addAll(healthy.layers().bijectors());
        RealNvp flow = RealNvp.of(all.toArray(Bijector[]::new));
        Matrix x = new TwoMoons(0.1).sample(100, new Well19937c(5));
        double[] expected = flow.logProb(x);
        double[] got = healthy.logProb(x);
        for (int r = 0; r < x.rows; r++) {
            assertEquals(expected[r], got[r], 1e-5); // float32 sums in another order
        }
        assertEquals(flow.sample(50, new Well19937c(6)).toString(), healthy.sample(50, new Well19937c(6)).toString());
        assertEquals(flow.forward(x).toString(), healthy.forward(x).toString());
    }
}
