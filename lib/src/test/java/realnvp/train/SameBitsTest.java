package realnvp.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import realnvp.ChildJvm;

/**
 * Parameters, losses, samples and densities are the same bits however they were computed. A change that moves them puts
 * the new fingerprint here and says why in its commit.
 */
class SameBitsTest {
    private static final String FINGERPRINT = "716ff69d2514ed3abcadfdf68e99eb53a7589631370eebb6c5697b10583c4169";

    static Stream<Arguments> virtualMachines() {
        List<Arguments> all = new ArrayList<>();
        Path thisJava = ChildJvm.THIS_JAVA;
        all.add(Arguments.of("vector module", thisJava, ChildJvm.VECTOR));
        all.add(Arguments.of("plain loops", thisJava, List.of()));
        for (int threads : new int[] {1, 2, 7}) {
            all.add(Arguments.of(threads + " threads", thisJava, vectorAnd("-Drealnvp.threads=" + threads)));
        }
        if (System.getProperty("os.arch").equals("amd64")) {
            all.add(Arguments.of("AVX", thisJava, vectorAnd("-XX:UseAVX=1")));
            all.add(Arguments.of("AVX2", thisJava, vectorAnd("-XX:UseAVX=2")));
        }
        ChildJvm.otherJdks().forEach(home -> {
            all.add(Arguments.of(home.getFileName() + ", vector module", home, ChildJvm.VECTOR));
            all.add(Arguments.of(home.getFileName() + ", plain loops", home, List.of()));
        });
        return all.stream();
    }

    private static List<String> vectorAnd(String option) {
        List<String> options = new ArrayList<>(ChildJvm.VECTOR);
        options.add(option);
        return options;
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("virtualMachines")
    void anyVirtualMachineGivesTheSameBits(String name, Path javaHome, List<String> options) throws Exception {
        assertEquals(FINGERPRINT, ChildJvm.run(javaHome, options, Fingerprint.class));
    }

    @Test
    void firstAndHundredthTrainingInOneVirtualMachineGiveTheSameBits() {
        for (int run = 1; run <= 100; run++) {
            assertEquals(FINGERPRINT, Fingerprint.compute(Progress.SILENT), "run " + run);
        }
    }

    @Test
    void progressThatIsShownChangesNoBit() throws Exception {
        String[] lines = ChildJvm.run(ChildJvm.THIS_JAVA, ChildJvm.VECTOR, Fingerprint.class, "shown").split("\\R");
        assertEquals(FINGERPRINT, lines[0]);
        assertTrue(Integer.parseInt(lines[1]) >= 3, "something must be shown of each training");
    }

    /** Software needs minutes for the whole fingerprint, since the JDK then computes each Math.fma with BigDecimal. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"vector module", "plain loops"})
    void withoutFusedMultiplyAddInHardwareTheBitsAreTheSameAndTheEngineSaysSo(String kernel) throws Exception {
        List<String> options = new ArrayList<>(kernel.equals("plain loops") ? List.of() : ChildJvm.VECTOR);
        options.add("-XX:-UseFMA");
        String[] lines = ChildJvm.run(ChildJvm.THIS_JAVA, options, Fingerprint.class, "short").split("\\R");
        assertTrue(lines[0].startsWith(kernel), lines[0]);
        assertTrue(lines[0].endsWith("no fused multiply-add: thousands of times slower; "
            + "a virtual machine must pass on its host's processor"), lines[0]);
        assertEquals(Fingerprint.computeShort(), lines[1]);
    }

    /** There the vector module is many times slower than plain loops, so these compute. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"-XX:TieredStopAtLevel=1", "-Xint"})
    void withoutTheOptimisingCompilerPlainLoopsComputeTheSameBitsAndTheEngineSaysSo(String option) throws Exception {
        String[] lines = ChildJvm.run(ChildJvm.THIS_JAVA, vectorAnd(option), Fingerprint.class, "short").split("\\R");
        assertTrue(lines[0].startsWith("plain loops, and slow ones: a JVM option keeps out the optimising compiler, C2"),
            lines[0]);
        assertEquals(Fingerprint.computeShort(), lines[1]);
    }
}
