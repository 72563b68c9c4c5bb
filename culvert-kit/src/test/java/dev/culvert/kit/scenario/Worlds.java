package dev.culvert.kit.scenario;

import dev.culvert.kit.sim.LinkObserver;
import java.util.ArrayList;
import java.util.List;

/** Small scenarios for tests: two stacks and one link, a bulk transfer unless something else is asked for. */
final class Worlds {
    private Worlds() {}

    static Scenario two(final String... settings) {
        final String yaml = """
                stacks:
                  a: { address: [10.83.0.2, "fd83::2"] }
                  b: { address: [10.83.0.3, "fd83::3"] }
                links:
                  ab: { between: [a, b], delay: 10ms }
                applications:
                  bulk: { kind: bulk, from: a, to: b, bytes: 100kB }
                """;
        return ScenarioReader.read("two", yaml, List.of(settings));
    }

    static Summary play(final Scenario scenario, final long seed) {
        try (ScenarioRun run = new ScenarioRun(scenario, seed, LinkObserver.NONE, StateListener.NONE)) {
            run.run(() -> false);
            return run.summary();
        }
    }

    static Summary play(final String... settings) {
        return play(two(settings), 1);
    }

    /** Changes of state as {@code STACK FROM>TO}. */
    static List<String> arcs(final Scenario scenario) {
        final List<String> arcs = new ArrayList<>();
        try (ScenarioRun run = new ScenarioRun(
                scenario,
                1,
                LinkObserver.NONE,
                (stack, flow, from, to, nowNs) -> arcs.add(stack + " " + from + ">" + to))) {
            run.run(() -> false);
        }
        return arcs;
    }
}
