package dev.culvert.tcp.fastopen;

import dev.culvert.tcp.option.FastOpenOption;

/**
 * What a client remembers of servers: their cookies and segment sizes, and which of them lose a SYN that carries data (RFC
 * 7413 §4.1.3). Bounded: sets of four by the server's address, in which the newcomer takes the place of the one that was
 * used longest ago. Shard's thread only.
 */
public final class FastOpenCache {
    private static final int SETS = 256;
    private static final int WAYS = 4;
    private static final int NOBODY = -1;
    private static final long SECOND = 1_000_000_000L;
    private static final int MOST_DOUBLINGS = 10;

    private static final class Entry {
        private long hi;
        private long lo;
        private int mss;
        private int length;
        private long high;
        private long low;
        private int losses;
        private long avoidUntilNs;
        private long usedNs;

        private void begin(final long serverHi, final long serverLo) {
            hi = serverHi;
            lo = serverLo;
            mss = 0;
            length = FastOpenOption.REQUEST;
            losses = 0;
            avoidUntilNs = Long.MIN_VALUE / 2;
        }
    }

    private final Entry[] entries = new Entry[SETS * WAYS];

    /**
     * Looks a server up. {@code target} gets its cookie, the request for one, or nothing when this server had better be asked in
     * the ordinary way.
     *
     * @return the server's MSS; 0: not known
     */
    public int look(final long serverHi, final long serverLo, final FastOpenOption target, final long nowNs) {
        final int at = find(serverHi, serverLo);
        if (at == NOBODY) {
            target.set(FastOpenOption.REQUEST, 0, 0, false);
            return 0;
        }
        final Entry entry = entries[at];
        entry.usedNs = nowNs;
        if (nowNs - entry.avoidUntilNs < 0) {
            target.clear();
        } else {
            target.set(entry.length, entry.high, entry.low, false);
        }
        return entry.mss;
    }

    /** A server has answered; without a cookie in {@code granted} an older one stays good. */
    public void learn(
            final long serverHi, final long serverLo, final int mss, final FastOpenOption granted, final long nowNs) {
        final Entry entry = enter(serverHi, serverLo, nowNs);
        entry.mss = mss;
        entry.losses = 0;
        if (granted.hasCookie()) {
            entry.length = granted.length;
            entry.high = granted.high;
            entry.low = granted.low;
        }
    }

    /**
     * A SYN with data was lost and the one without it was not: something on the path may drop such segments. The server is
     * asked in the ordinary way for two minutes, after the next loss for four, and so on.
     */
    public void lost(final long serverHi, final long serverLo, final long nowNs) {
        final Entry entry = enter(serverHi, serverLo, nowNs);
        entry.losses = Math.min(entry.losses + 1, MOST_DOUBLINGS);
        entry.avoidUntilNs = nowNs + (60 * SECOND << entry.losses);
    }

    private Entry enter(final long hi, final long lo, final long nowNs) {
        final int known = find(hi, lo);
        final int at = known == NOBODY ? longestUnused(set(hi, lo)) : known;
        if (entries[at] == null) {
            entries[at] = new Entry();
        }
        if (known == NOBODY) {
            entries[at].begin(hi, lo);
        }
        entries[at].usedNs = nowNs;
        return entries[at];
    }

    private int find(final long hi, final long lo) {
        final int first = set(hi, lo);
        for (int at = first; at < first + WAYS; at++) {
            if (entries[at] != null && entries[at].hi == hi && entries[at].lo == lo) {
                return at;
            }
        }
        return NOBODY;
    }

    private int longestUnused(final int first) {
        int oldest = first;
        for (int at = first; at < first + WAYS; at++) {
            if (entries[at] == null) {
                return at;
            }
            if (entries[at].usedNs - entries[oldest].usedNs < 0) {
                oldest = at;
            }
        }
        return oldest;
    }

    /** No peer chooses which servers we call, so a plain hash will do. */
    private static int set(final long hi, final long lo) {
        final long mixed = (hi ^ lo) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 56) % SETS * WAYS;
    }
}
