package realnvp.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import realnvp.ChildJvm;

class ScaleTest {
    /**
     * The table takes 64 MB of it, and the points that the training draws its batches from 29 MB. Measured: 117 MB are
     * enough; with a second copy of the points 142 MB are not; a score of all at once on one tape takes gigabytes.
     */
    private static final String HEAP = "-Xmx130m";
    /** It packs what lives without gaps, so that what fits depends neither on the moment nor on the processors. */
    private static final List<String> COLLECTOR = List.of("-XX:+UseSerialGC", "-Xmn12m");
    /** Measured: 0.8 to 1.7 for both, on two busy cores; a step that read or copied the whole table would cost a hundred. */
    private static final double FLAT = 3;

    @Test
    void aMillionRowsAreTrainedOnAndScoredIn130MegabytesAtTheCostPerRowOfTenThousand() throws Exception {
        List<String> options = new ArrayList<>(ChildJvm.VECTOR);
        options.addAll(COLLECTOR);
        options.add(HEAP);
        String[] words = ChildJvm.run(ChildJvm.THIS_JAVA, options, MillionRows.class).split(" ");
        assertEquals(List.of("true", "true"), List.of(words[0], words[1]), "few and many rows trained and scored well");
        assertTrue(Double.parseDouble(words[2]) < FLAT, "a step of a million rows takes as long as " + words[2] + " of few");
        assertTrue(Double.parseDouble(words[3]) < FLAT, "a row of a million scored takes as long as " + words[3] + " of few");
    }
}
