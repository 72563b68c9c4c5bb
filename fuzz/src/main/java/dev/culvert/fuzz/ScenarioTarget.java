package dev.culvert.fuzz;

import dev.culvert.kit.scenario.ScenarioException;
import dev.culvert.kit.scenario.ScenarioReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A text as a scenario: it is read, or one line that begins with its name says where it is wrong. */
public final class ScenarioTarget {
    private static final String NAME = "fuzzed.yaml";

    private ScenarioTarget() {}

    /**
     * Plays one input.
     *
     * @throws AssertionError a law is broken
     */
    public static void fuzzerTestOneInput(final byte[] data) {
        try {
            ScenarioReader.read(NAME, new String(data, StandardCharsets.UTF_8), List.of());
        } catch (final ScenarioException wrong) {
            Laws.hold(wrong.getMessage().startsWith(NAME + ":"), wrong::getMessage);
        }
    }
}
