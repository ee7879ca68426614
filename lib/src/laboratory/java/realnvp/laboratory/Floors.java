package realnvp.laboratory;

import java.util.Locale;
import java.util.StringJoiner;
import org.apache.commons.math3.random.Well19937c;
import realnvp.data.Gaussian;
import realnvp.data.OneLayerOptimum;
import realnvp.moons.KnownDensity2D;
import realnvp.moons.TwoMoons;

/**
 * Prints, as JSON, which losses can be named before any training, in nats: of the best model (the entropy), of the best
 * Gaussian, and for the moons of the best single coupling. The build of the book runs it and puts them into the page.
 */
public final class Floors {
    private static final int DRAWS = 200_000; // a Gaussian of so many has the loss of the best one to 0.01 nats

    private Floors() { }

    public static void main(String[] args) {
        StringJoiner floors = new StringJoiner(",\n", "{\n", "\n}");
        for (String shape : new String[] {"moons", "rings", "spirals", "board"}) {
            KnownDensity2D density = Experiment.density(shape);
            String oneLayer = "";
            Gaussian gaussian = Gaussian.fit(density.sample(DRAWS, new Well19937c(1)));
            if (density instanceof TwoMoons moons) {
                gaussian = Gaussian.of(moons);
                double best = OneLayerOptimum.of(moons, 0, 1);
                oneLayer = String.format(Locale.ROOT, ", \"best single coupling\": %.4f", best);
            }
            floors.add(String.format(Locale.ROOT, "\"%s\": {\"entropy\": %.4f, \"best Gaussian\": %.4f%s}",
                shape, density.entropy(), gaussian.entropy(), oneLayer));
        }
        System.out.println(floors);
    }
}
