package dev.culvert.bench.bulk;

import java.util.Locale;

/** Which way the text goes. */
enum Direction {
    /** From Culvert to the kernel. */
    DOWN(1),
    /** From the kernel to Culvert. */
    UP(2);

    /** Where Culvert waits for those that want it that way. */
    final int port;

    Direction(final int port) {
        this.port = port;
    }

    /** As in results. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
