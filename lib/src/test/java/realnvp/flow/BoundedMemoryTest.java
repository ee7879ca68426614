package realnvp.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import realnvp.ChildJvm;

class BoundedMemoryTest {
    /** Points, latent points and scores take 32 MB of it; all at once on one tape would take several gigabytes. */
    private static final String HEAP = "-Xmx200m";

    @Test
    void aMillionPointsAreSampledAndScoredIn200Megabytes() throws Exception {
        List<String> options = new ArrayList<>(ChildJvm.VECTOR);
        options.add(HEAP);
        assertEquals("50 of 50, all finite: true",
            ChildJvm.run(ChildJvm.THIS_JAVA, options, MillionPoints.class));
    }
}
