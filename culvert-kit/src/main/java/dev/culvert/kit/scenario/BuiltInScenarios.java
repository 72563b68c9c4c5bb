package dev.culvert.kit.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The scenarios that come with the kit, by name. */
public final class BuiltInScenarios {
    private static final List<String> NAMES = List.of(
            "asymmetric",
            "bulk",
            "bursts",
            "closing",
            "crash",
            "dumbbell",
            "ecn",
            "flap",
            "long-fat",
            "mtu-black-hole",
            "outage",
            "ping-pong",
            "route-change",
            "short-connections",
            "silent-peer",
            "slow-reader",
            "star");

    private BuiltInScenarios() {}

    /** All names, sorted. */
    public static List<String> names() {
        return NAMES;
    }

    /** The text of a scenario: a file to start from. */
    public static String text(final String name) {
        if (!NAMES.contains(name)) {
            throw new ScenarioException("there is no built-in scenario '" + name + "'");
        }
        try (InputStream file = BuiltInScenarios.class.getResourceAsStream(name + ".yaml")) {
            return new String(file.readAllBytes(), UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
