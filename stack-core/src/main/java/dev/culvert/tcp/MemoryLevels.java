package dev.culvert.tcp;

/**
 * Where the states of {@link MemoryPressure} begin and end, as Linux's {@code tcp_mem}: in percent of what the memory limit
 * leaves for payload beside rows. Immutable; any thread.
 *
 * @param low below this much payload there is no pressure any more, 1 to 100
 * @param pressure above this much there is: windows shrink, buffers do not grow; at least {@code low}
 * @param high above this much the application's new data is refused, until there is less than {@code pressure}; from half of the
 *     way to 100 on SYNs are refused as well; at least {@code pressure}
 */
public record MemoryLevels(int low, int pressure, int high) {
    /** As Linux has them in proportion: high is twice low. */
    public static final MemoryLevels DEFAULT = new MemoryLevels(45, 60, 90);

    /** Refuses values out of range or order; the message says which. */
    public MemoryLevels {
        if (low < 1 || pressure < low || high < pressure || high > 100) {
            throw new IllegalArgumentException(
                    "memory levels " + low + "," + pressure + "," + high + " do not rise within 1 to 100");
        }
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException when it is none; the message says why
     */
    public static MemoryLevels parse(final String text) {
        if (!text.matches("\\d{1,3},\\d{1,3},\\d{1,3}")) {
            throw new IllegalArgumentException("memory levels are LOW,PRESSURE,HIGH in percent, not '" + text + "'");
        }
        final String[] parts = text.split(",", -1);
        return new MemoryLevels(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    /** As {@code LOW,PRESSURE,HIGH}. */
    public String text() {
        return low + "," + pressure + "," + high;
    }

    /** From here on SYNs are refused, in percent. */
    int full() {
        return high + (100 - high) / 2;
    }
}
