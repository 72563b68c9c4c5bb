package dev.culvert.tcp;

/**
 * Which local ports may be free towards one destination, for one that uses many: a bit for each port, and a bit for each word
 * of these. A bit is cleared where a port was found in use, and set again when a connection there ends, so that every look at
 * a used port is paid for by its end, and a search skips all others. Shard's thread only.
 */
final class PortMap {
    static final int NONE = 0;

    private static final int PORTS = 1 << 16;
    private static final int WORDS = PORTS / Long.SIZE;

    private final long[] words = new long[WORDS];
    private final long[] groups = new long[WORDS / Long.SIZE];

    /** Ports that must rest for a while, with the millisecond in which they may be asked again, in that order but for little. */
    private long[] resting = new long[64];

    private int restingFrom;
    private int restingTo;

    /** Every port from {@code first} to {@code last}, {@code step} apart, may be free. */
    PortMap(final int first, final int last, final int step) {
        for (int port = first; port <= last; port += step) {
            set(port);
        }
    }

    /** The port may be free. */
    void set(final int port) {
        words[port >>> 6] |= 1L << port;
        groups[port >>> 12] |= 1L << (port >>> 6);
    }

    /** The port is in use. */
    void clear(final int port) {
        words[port >>> 6] &= ~(1L << port);
        if (words[port >>> 6] == 0) {
            groups[port >>> 12] &= ~(1L << (port >>> 6));
        }
    }

    /** The port may be asked again in this millisecond of a clock that wraps. */
    void rest(final int port, final int untilMs) {
        clear(port);
        if (restingTo - restingFrom == resting.length) {
            final long[] larger = new long[2 * resting.length];
            for (int i = 0; i < resting.length; i++) {
                larger[i] = resting[restingFrom + i & resting.length - 1];
            }
            restingTo -= restingFrom;
            restingFrom = 0;
            resting = larger;
        }
        resting[restingTo++ & resting.length - 1] = (long) untilMs << Integer.SIZE | port;
    }

    /** Sets the ports that have rested long enough. */
    void wake(final int nowMs) {
        while (restingFrom != restingTo) {
            final long first = resting[restingFrom & resting.length - 1];
            if ((int) (first >>> Integer.SIZE) - nowMs > 0) {
                return;
            }
            set((int) first);
            restingFrom++;
        }
    }

    /** The first port from here on that may be free, going round at the end; 0: there is none. */
    int next(final int from) {
        final int here = nextUpTo(from, PORTS);
        return here == PORTS ? nextUpTo(0, from) % PORTS : here;
    }

    private int nextUpTo(final int from, final int end) {
        final long first = words[from >>> 6] & -1L << from;
        if (first != 0) {
            return within((from & -Long.SIZE) + Long.numberOfTrailingZeros(first), end);
        }
        int word = (from >>> 6) + 1;
        while (word < WORDS) {
            final long group = groups[word >>> 6] & -1L << word;
            if (group != 0) {
                word = (word & -Long.SIZE) + Long.numberOfTrailingZeros(group);
                return within(word * Long.SIZE + Long.numberOfTrailingZeros(words[word]), end);
            }
            word = (word | Long.SIZE - 1) + 1;
        }
        return within(PORTS, end);
    }

    /** {@code 0} is not a port, so that the end of a search that finds none is told apart by its being the end of all ports. */
    private static int within(final int port, final int end) {
        return port < end ? port : PORTS;
    }
}
