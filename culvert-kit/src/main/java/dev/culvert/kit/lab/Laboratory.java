package dev.culvert.kit.lab;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All scenarios there are. */
public final class Laboratory {
    private static final List<LabScenario> ALL = Stream.of(
                    TimeWaitScenarios.all(),
                    ClosingScenarios.all(),
                    TrafficScenarios.all(),
                    OpeningScenarios.all(),
                    LifeScenarios.all(),
                    FigureScenarios.all())
            .flatMap(List::stream)
            .sorted(Comparator.comparing(LabScenario::order))
            .toList();

    private Laboratory() {}

    /** In the order of their numbers. */
    public static List<LabScenario> all() {
        return ALL;
    }

    /** The one of this name or id, in any case. */
    public static Optional<LabScenario> named(final String name) {
        return ALL.stream()
                .filter(s -> s.name().equalsIgnoreCase(name) || s.id().equalsIgnoreCase(name))
                .findFirst();
    }
}
