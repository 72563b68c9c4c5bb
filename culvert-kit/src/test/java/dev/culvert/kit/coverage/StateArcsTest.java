package dev.culvert.kit.coverage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.kit.arc.StateArc;
import dev.culvert.kit.arc.StateArcs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the run of all other tests has visited of the state diagram; runs after them, in a process of its own. */
@Tag("state-arcs")
class StateArcsTest {
    private static final Path ROOT = GeneratedFile.root();

    private static final Path WITNESSES = ROOT.resolve("culvert-kit/src/test/resources/coverage/state-arcs.txt");

    private final Map<String, String> witnesses = ArcRun.witnesses(Files.readAllLines(WITNESSES));
    private final ArcRun run = ArcRun.read(ROOT.resolve(ArcRun.FILE));

    StateArcsTest() throws IOException {}

    @Test
    void everyArcWasTakenAndNoOther() {
        assertEquals("", String.join("\n", run.problems(witnesses)));
    }

    @Test
    void everyArcOfFigure5IsDrawn() {
        assertEquals(
                ArcDrawing.size(),
                StateArcs.ALL.stream()
                        .filter(arc -> arc.family() == StateArc.Family.FIGURE_5)
                        .count());
    }

    @Test
    void theCheckedInTableIsTheGeneratedOne() throws IOException {
        GeneratedFile.check(ROOT.resolve("docs/state-arcs.md"), ArcDocument.of(run, witnesses));
    }

    @Test
    void theCheckedInDrawingIsTheGeneratedOne() throws IOException {
        GeneratedFile.check(ROOT.resolve("docs/state-arcs.svg"), ArcDrawing.of(run));
    }
}
