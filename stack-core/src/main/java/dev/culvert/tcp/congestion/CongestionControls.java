package dev.culvert.tcp.congestion;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The congestion controls by name. A fork adds a class and a line here. */
public final class CongestionControls {
    private static final Map<String, Supplier<CongestionControl>> BY_NAME =
            new TreeMap<>(Map.of(NewReno.NAME, NewReno::new, "reno", NewReno::new));

    private CongestionControls() {}

    /** Whether there is one of this name. */
    public static boolean exists(final String name) {
        return BY_NAME.containsKey(name);
    }

    /** All names, sorted. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * A new instance.
     *
     * @throws IllegalArgumentException when there is none of this name; the message lists what there is
     */
    public static CongestionControl create(final String name) {
        final Supplier<CongestionControl> supplier = BY_NAME.get(name);
        if (supplier == null) {
            throw new IllegalArgumentException(
                    "unknown congestion control '" + name + "'; there is " + String.join(", ", names()));
        }
        return supplier.get();
    }
}
