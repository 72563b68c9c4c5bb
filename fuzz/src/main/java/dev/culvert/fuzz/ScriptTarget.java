package dev.culvert.fuzz;

import dev.culvert.kit.packetdrill.PacketScripts;
import dev.culvert.kit.packetdrill.ScriptOptions;
import dev.culvert.kit.packetdrill.ScriptResult;
import java.nio.charset.StandardCharsets;

/**
 * A text as a packet script, read and, as far as it makes sense, run. Whatever it says is an answer for its author: it
 * passed, or a report that begins with the script's name. The same text goes the same way twice.
 */
public final class ScriptTarget {
    private static final String NAME = "fuzzed.pkt";

    private ScriptTarget() {}

    /**
     * Plays one input.
     *
     * @throws AssertionError a law is broken
     */
    public static void fuzzerTestOneInput(final byte[] data) {
        final String text = new String(data, StandardCharsets.UTF_8);
        final ScriptResult result = PacketScripts.run(NAME, text, ScriptOptions.ipv4());
        Laws.hold(result.passed() == result.report().isEmpty(), "passed, and " + result.report());
        Laws.hold(result.passed() || result.report().startsWith(NAME + ":"), () -> "a report: " + result.report());
        Laws.same(result.packets().size(), result.packetTimesUs().size(), "packets with their times");
        final ScriptResult again = PacketScripts.run(NAME, text, ScriptOptions.ipv4());
        Laws.same(result.report(), again.report(), "the same text's report");
        Laws.same(result.transcript(), again.transcript(), "the same text's transcript");
    }
}
