package dev.culvert.kit.explore;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.coverage.GeneratedFile;
import dev.culvert.kit.sim.LinkObserver;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of RFC 9293 §3.5 and §3.6, as they are played. */
class ConnectionFiguresTest {
    private record Figure(String heading, String model, Budget budget, String path, String mustShow) {}

    private static final Budget NO_TROUBLE = Budget.NONE;
    private static final Budget ONE_OVERTAKEN = new Budget(0, 0, 1, 0);
    private static final Budget ONE_LOSS = new Budget(1, 0, 0, 0);

    private static final List<Figure> FIGURES = List.of(
            new Figure("Figures 6 and 12: open, normal close", "open", NO_TROUBLE, "", "a is in  TIME_WAIT"),
            new Figure("Figure 7: simultaneous open", "simultaneous-open", NO_TROUBLE, "", "b is in  SYN_RECEIVED"),
            new Figure("Figure 8: an old duplicate SYN", "retry", ONE_OVERTAKEN, "1,1,0,1,1", "b is in  LISTEN"),
            new Figure("Figure 9: a half-open connection is discovered", "crash", NO_TROUBLE, "0,0,0,1", "b is in  CLOSED"),
            new Figure("Figure 10: the end that is still open discovers it", "crash", NO_TROUBLE, "0,0,0,1,1", "a sends  R 1:1"),
            new Figure("Figure 11: an old SYN between two that listen", "passive", NO_TROUBLE, "1,1", "b is in  LISTEN"),
            new Figure("Figure 13: simultaneous close", "simultaneous-close", NO_TROUBLE, "0,0,1", "b is in  CLOSING"),
            new Figure("Half close: the response after the end", "half-close", NO_TROUBLE, "", "a is in  FIN_WAIT_2"),
            new Figure("The last ACK is lost", "open", ONE_LOSS, "0,0,0,0,0,0,0,0,1", "(lost)"),
            new Figure("TIME-WAIT is reopened", "reopen", NO_TROUBLE, "", "b is in  TIME_WAIT"));

    @Test
    @Rfc(number = 9293, section = "3.5")
    @Rfc(number = 9293, section = "3.6")
    void theCheckedInFiguresAreThePlayedOnes() throws IOException {
        final StringBuilder text = new StringBuilder("""
                # Connections, step by step

                Generated from the plays that `culvert simulate --explore MODEL --replay PATH` shows; `tools/update-docs` writes
                it anew. Sequence numbers count from the latest initial ones; the clock of each host moves when both wait, and
                by 1 ms when the host connects or hears a SYN.
                """);
        for (final Figure figure : FIGURES) {
            final String story = new Exploration(Model.named(figure.model).orElseThrow(), figure.budget)
                    .replay(figure.path, LinkObserver.NONE);
            assertTrue(story.contains(figure.mustShow), story);
            assertTrue(story.endsWith("both are CLOSED, nothing broke\n"), story);
            text.append("\n## ")
                    .append(figure.heading)
                    .append("\n```\n")
                    .append(story)
                    .append("```\n");
        }
        GeneratedFile.check(GeneratedFile.root().resolve("docs/connections.md"), text.toString());
    }
}
