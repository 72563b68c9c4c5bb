package dev.culvert.tcp;

import java.util.BitSet;
import java.util.StringJoiner;

/** Sets of ports as people write them, and Linux's {@code ip_local_reserved_ports}: {@code 8080,9000-9010}. Any thread. */
public final class PortRanges {
    private static final int MOST = 65_535;

    private PortRanges() {}

    /**
     * The ports that a text names; an empty one names none.
     *
     * @throws IllegalArgumentException when it is no such list; the message says what is wrong
     */
    public static BitSet parse(final String text) {
        final BitSet ports = new BitSet();
        if (!text.isBlank()) {
            for (final String range : text.split(",", -1)) {
                final String[] ends = range.strip().split("-", 2);
                final int first = port(ends[0], range);
                final int last = ends.length == 1 ? first : port(ends[1], range);
                if (first > last) {
                    throw new IllegalArgumentException("'" + range.strip() + "' runs backwards");
                }
                ports.set(first, last + 1);
            }
        }
        return ports;
    }

    private static int port(final String text, final String range) {
        if (text.matches("[0-9]{1,5}")) {
            final int port = Integer.parseInt(text);
            if (port >= 1 && port <= MOST) {
                return port;
            }
        }
        throw new IllegalArgumentException(
                "'" + range.strip() + "' is neither a port nor a range of ports, such as 8080,9000-9010");
    }

    /** The set in that form, in rising order. */
    public static String toString(final BitSet ports) {
        final StringJoiner text = new StringJoiner(",");
        for (int first = ports.nextSetBit(0); first >= 0; ) {
            final int end = ports.nextClearBit(first);
            text.add(end == first + 1 ? String.valueOf(first) : first + "-" + (end - 1));
            first = ports.nextSetBit(end);
        }
        return text.toString();
    }
}
