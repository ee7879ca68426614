package realnvp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import realnvp.autodiff.Matrix;
import realnvp.data.Logit;
import realnvp.file.FlowFile;
import realnvp.flow.AffineCoupling;
import realnvp.flow.Bijector;
import realnvp.flow.Mask;
import realnvp.flow.RealNvp;
import realnvp.flow.Standardize;
import realnvp.engine.Activation;
import realnvp.nn.Linear;
import realnvp.nn.Mlp;

/**
 * Flows of every kind that a file can keep, none of them the identity. As a program it writes or reads them all. Not in
 * the package of FlowFile, which would then have no version.
 */
public final class KeptFlows {
    private static final int POINTS = 200;

    private KeptFlows() { }

    public static Map<String, RealNvp> all() {
        Standardize units = new Standardize(new double[] {2008.1, 1 / 3.0}, new double[] {0.81, 1e-3});
        Map<String, RealNvp> flows = new LinkedHashMap<>();
        flows.put("two-features", RealNvp.create(2, 6, 32, 3, new Well19937c(1)));
        flows.put("standardised", of(2, units, couplings(2, 4, 1)));
        flows.put("eight-features", of(8, new Standardize(numbers(8, -3e3), numbers(8, 7e2)), couplings(8, 5, 2)));
        flows.put("unbounded", of(3, null, couplings(3, 3, Double.POSITIVE_INFINITY)));
        Standardize mild = new Standardize(new double[] {0.3, -0.2}, new double[] {0.8, 1.3}); // which float32 bears
        flows.put("standardised-between", RealNvp.of(couplings(2, 3, 1).get(2), mild, couplings(2, 2, 0.3).get(1), mild));
        flows.put("tanh", RealNvp.of(new AffineCoupling(Mask.of(0, 1), tanh(1), tanh(2), 0.7)));
        flows.put("standardised-only", RealNvp.of(units));
        double[] spreads = IntStream.range(0, 64).mapToDouble(i -> 0.5 + i / 64.0).toArray();
        List<Bijector> pixels = new ArrayList<>(List.of(new Logit(64, 17), new Standardize(numbers(64, -3), spreads)));
        pixels.addAll(couplings(64, 2, 0.1));
        flows.put("pixels", RealNvp.of(pixels.toArray(new Bijector[0])));
        flows.forEach((name, flow) -> flow.addNoise(0.1, new Well19937c(name.length())));
        return flows;
    }

    private static RealNvp of(int features, Standardize first, List<Bijector> couplings) {
        List<Bijector> layers = new ArrayList<>(couplings);
        if (first != null) {
            layers.add(0, first);
        }
        return RealNvp.of(layers.toArray(Bijector[]::new));
    }

    /** Masks that neither alternate nor halve, but for two features. */
    private static List<Bijector> couplings(int features, int count, double maxLogScale) {
        RandomGenerator rng = new Well19937c(features + count);
        List<Bijector> couplings = new ArrayList<>();
        while (couplings.size() < count) {
            int[] bits = IntStream.range(0, features).map(i -> rng.nextDouble() < 0.4 ? 1 : 0).toArray();
            bits[couplings.size() % features] = 1;
            bits[(couplings.size() + 1) % features] = 0;
            couplings.add(AffineCoupling.create(Mask.of(bits), 5 + count, 3, maxLogScale, rng));
        }
        return couplings;
    }

    private static Mlp tanh(int seed) {
        RandomGenerator rng = new Well19937c(seed);
        return new Mlp(List.of(Linear.create("a", 1, 7, rng), Linear.create("b", 7, 1, rng)), Activation.TANH);
    }

    private static double[] numbers(int count, double first) {
        return DoubleStream.iterate(first, number -> number * 1.01 + 0.1).limit(count).toArray();
    }

    /** Points that the flow itself draws. */
    public static Matrix points(RealNvp flow) {
        return flow.sample(POINTS, new Well19937c(9));
    }

    /** Every bit of what the flow draws, and of the log densities there. */
    public static String bits(RealNvp flow) {
        Matrix x = points(flow);
        return Stream.concat(IntStream.range(0, x.data.length).mapToObj(i -> Float.toHexString(x.data[i])),
            DoubleStream.of(flow.logProb(x)).mapToObj(Double::toHexString)).collect(Collectors.joining(" "));
    }

    /** Writes each flow into the folder, with points and their log densities, line by line; "read" prints the bits. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        for (Map.Entry<String, RealNvp> entry : all().entrySet()) {
            Path file = folder.resolve(entry.getKey() + ".safetensors");
            if (arguments[0].equals("read")) {
                System.out.println(bits(FlowFile.read(file).flow()));
                continue;
            }
            RealNvp flow = entry.getValue();
            Matrix x = points(flow);
            FlowFile.write(file, flow, Map.of("name", entry.getKey()));
            Files.write(folder.resolve(entry.getKey() + ".csv"), IntStream.range(0, x.rows).mapToObj(r ->
                DoubleStream.of(x.row(r)).mapToObj(String::valueOf).collect(Collectors.joining(","))).toList());
            Files.write(folder.resolve(entry.getKey() + ".txt"), DoubleStream.of(flow.logProb(x))
                .mapToObj(String::valueOf).toList());
        }
    }
}
