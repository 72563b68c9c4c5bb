package dev.culvert.bench;

import java.util.ArrayList;
import java.util.List;

/** What every JVM needs that this one starts: it runs from a class path, where the manifest's entries have no effect. */
public final class ForkOptions {
    private ForkOptions() {}

    /** The options, one each. */
    public static List<String> all() {
        final List<String> options = new ArrayList<>(List.of("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));
        options.add("-D" + Main.LEAK_DETECTION + "=disabled");
        if (Runtime.version().feature() >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= 24) { // JMH itself still uses what these JDKs warn of
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        return options;
    }
}
