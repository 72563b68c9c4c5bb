package dev.culvert.kit.lab;

import java.util.List;
import java.util.function.Supplier;

/**
 * A situation that people meet, as one or more acts and, where numbers say more, charts.
 *
 * @param id such as TW1
 * @param name one word for the command line
 * @param title one line
 * @param situation what happens to people, and why
 * @param acts what is played
 * @param charts what is measured, in virtual time
 */
public record LabScenario(
        String id, String name, String title, String situation, List<Act> acts, List<Supplier<Chart>> charts) {
    /** Measures nothing before it is asked, and then once: charts are the same every time. */
    public LabScenario {
        acts = List.copyOf(acts);
        charts = charts.stream().map(LabScenario::once).toList();
    }

    private static Supplier<Chart> once(final Supplier<Chart> measurement) {
        final Chart[] measured = new Chart[1];
        return () -> {
            if (measured[0] == null) {
                measured[0] = measurement.get();
            }
            return measured[0];
        };
    }

    /** A scenario without charts. */
    static LabScenario of(
            final String id, final String name, final String title, final String situation, final Act... acts) {
        return new LabScenario(id, name, title, situation, List.of(acts), List.of());
    }

    /** TIME-WAIT before the rest, each by its number. */
    int order() {
        return (id.startsWith("TW") ? 0 : 100) + Integer.parseInt(id.replaceFirst("\\D+", ""));
    }

    /**
     * One thing that is played.
     *
     * @param title one line; empty where it is the only one
     * @param policies the policies under which it is worth comparing, the default first
     */
    public record Act(String title, List<Policy> policies, Scene scene) {
        /** Plays it on a stage of its own. */
        public Play play(final Policy policy) {
            try (Stage stage = new Stage()) {
                final Ending ending = scene.play(stage, policy);
                return new Play(policy, stage.diagram(), ending);
            }
        }

        /** Plays it under the default. */
        public Play play() {
            return play(policies.get(0));
        }
    }

    /** What is played. */
    @FunctionalInterface
    public interface Scene {
        /** Plays it under this policy; how it ended. */
        Ending play(Stage stage, Policy policy);
    }

    /**
     * How an act ended.
     *
     * @param outcome what was seen
     * @param rule what decided it
     */
    public record Ending(String outcome, String rule) {}

    /** An act that was played. */
    public record Play(Policy policy, Diagram diagram, Ending ending) {}
}
