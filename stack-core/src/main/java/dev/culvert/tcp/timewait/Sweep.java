package dev.culvert.tcp.timewait;

import java.util.Arrays;

/**
 * Expiry by a sweeping hand. It walks the rows in the order of their numbers and skips stretches of {@value #STRETCH} rows of
 * which it knows that none is due. After a turn it rests, the longer the more it has looked at in vain, so that it
 * never takes more than a small share of the time, whatever the deadlines. A row that is not yet swept away is late by that
 * rest only in memory: at lookup it is absent from its deadline on. Shard's thread only.
 */
final class Sweep {
    private static final int NONE = -1;
    private static final long MS = 1_000_000L;

    private static final int STRETCH_SHIFT = 8;
    private static final int STRETCH = 1 << STRETCH_SHIFT;

    /** By so much a stretch without rows is later than any other; twice that would be on the other side of the circle. */
    private static final int FAR_MS = 1 << 30;

    /** Rest that a row costs which was looked at and is not due: that takes less than a fiftieth of it. */
    private static final long REST_PER_ROW_NS = 200;

    /** Rest that a skipped stretch costs. */
    private static final long REST_PER_SKIP_NS = 100;

    /** Stretches looked through in one call. */
    private static final int LOOKS_PER_CALL = 16;

    private final TimeWaitRows rows;

    /** For each stretch, in ms: none of its rows is due earlier. */
    private int[] earliestMs = new int[4];

    /** No row is due earlier than this. */
    private long earliestNs = Long.MAX_VALUE;

    /** The hand rests until then. */
    private long restUntilNs = Long.MIN_VALUE;

    private boolean turning;

    /** When the hand last moved in this turn. */
    private long turnNs;

    /** The row under the hand. */
    private int row;

    /** The stretch that the hand is in; −1: it is between two. */
    private int looking = NONE;

    /** Earliest deadline of those rows of that stretch which the hand has passed. */
    private int seenMs;

    /** Rows looked at in this turn that were not due. */
    private int inVain;

    /** The stretch that {@link #first} found last; −1: none. */
    private int oldest = NONE;

    /** None of the rows in other stretches is due earlier. */
    private int othersMs;

    Sweep(final TimeWaitRows rows) {
        this.rows = rows;
    }

    /** The millisecond that a moment lies in; deadlines are compared on this circle. */
    static int ms(final long nowNs) {
        return (int) floorMs(nowNs);
    }

    /** As {@link Math#floorDiv}, by a constant: no division is left of it. */
    private static long floorMs(final long nowNs) {
        final long ms = nowNs / MS;
        return ms * MS > nowNs ? ms - 1 : ms;
    }

    /** A row has been added; its deadline counts as that of {@link #ms}. */
    void entered(final int entered, final int deadlineMs, final long nowNs) {
        final int stretch = entered >>> STRETCH_SHIFT;
        if (stretch == earliestMs.length) {
            earliestMs = Arrays.copyOf(earliestMs, 2 * stretch);
        }
        if ((entered & STRETCH - 1) == 0 && entered + 1 == rows.end()) {
            earliestMs[stretch] = deadlineMs;
        }
        moved(entered, deadlineMs);
        earliestNs = Math.min(earliestNs, ns(deadlineMs, nowNs));
    }

    /** A row with this deadline has come to another place. */
    void moved(final int to, final int deadlineMs) {
        final int stretch = to >>> STRETCH_SHIFT;
        earliestMs[stretch] = earlier(deadlineMs, earliestMs[stretch]);
        seenMs = stretch == looking ? earlier(deadlineMs, seenMs) : seenMs;
        othersMs = stretch == oldest ? othersMs : earlier(deadlineMs, othersMs);
    }

    private static int earlier(final int a, final int b) {
        return a - b < 0 ? a : b;
    }

    private static long ns(final int deadlineMs, final long nowNs) {
        return (floorMs(nowNs) + (deadlineMs - ms(nowNs))) * MS;
    }

    /** A row whose time is over, or −1: none for now. The caller must remove it, or move its deadline. */
    int due(final long nowNs) {
        if (!turning && nowNs < nextNs()) {
            return NONE;
        }
        turning = true;
        turnNs = nowNs;
        final int nowMs = ms(nowNs);
        for (int i = 0; i < LOOKS_PER_CALL; i++) {
            if (looking == NONE && !nextStretch(nowMs)) {
                end(nowNs);
                return NONE;
            }
            if (look(nowMs)) {
                return row;
            }
        }
        return NONE;
    }

    /** Goes on to a stretch with rows that may be due; false when the turn is over. */
    private boolean nextStretch(final int nowMs) {
        while (row < rows.end()) {
            final int stretch = row >>> STRETCH_SHIFT;
            if (earliestMs[stretch] - nowMs <= 0) {
                looking = stretch;
                seenMs = nowMs + FAR_MS;
                return true;
            }
            row += STRETCH;
        }
        return false;
    }

    /** Walks to the end of the stretch, or to a row that is due. */
    private boolean look(final int nowMs) {
        final int end = Math.min(looking + 1 << STRETCH_SHIFT, rows.end());
        while (row < end) {
            if (!rows.isHole(row)) {
                final int deadlineMs = rows.deadlineMs(row);
                if (deadlineMs - nowMs <= 0) {
                    rows.reach(row, nowMs);
                    inVain--; // the hand will pass its place once more
                    return true;
                }
                seenMs = earlier(deadlineMs, seenMs);
            }
            row++;
            inVain++;
        }
        earliestMs[looking] = seenMs;
        row = looking + 1 << STRETCH_SHIFT;
        looking = NONE;
        return false;
    }

    private void end(final long nowNs) {
        earliestNs = rows.size() == 0 ? Long.MAX_VALUE : ns(earliestMs[earliestStretch()], nowNs);
        restUntilNs = nowNs + Math.max(0, inVain) * REST_PER_ROW_NS + stretches() * REST_PER_SKIP_NS;
        turning = false;
        row = 0;
        inVain = 0;
    }

    private int stretches() {
        return rows.end() + STRETCH - 1 >>> STRETCH_SHIFT;
    }

    private int earliestStretch() {
        int best = 0;
        for (int i = 1; i < stretches(); i++) {
            best = earliestMs[i] - earliestMs[best] < 0 ? i : best;
        }
        return best;
    }

    /** When {@link #due} is to be asked again; {@code Long.MAX_VALUE}: there is no row. */
    long nextNs() {
        if (turning) {
            return turnNs; // at once: there is more to do
        }
        return rows.size() == 0 ? Long.MAX_VALUE : Math.max(earliestNs, restUntilNs);
    }

    /** The row that is due first; there must be one. Looks through one stretch where rows are in the order of their deadlines. */
    int first() {
        while (true) {
            if (oldest == NONE) {
                findOldest();
            }
            final int first = firstOf(oldest);
            if (first != NONE && rows.deadlineMs(first) - othersMs <= 0) {
                return first;
            }
            // rows that have gone had made it look earlier
            earliestMs[oldest] = first == NONE ? earliestMs[oldest] + FAR_MS : rows.deadlineMs(first);
            oldest = NONE;
        }
    }

    private void findOldest() {
        oldest = earliestStretch();
        othersMs = earliestMs[oldest] + FAR_MS;
        for (int i = 0; i < stretches(); i++) {
            othersMs = i == oldest ? othersMs : earlier(earliestMs[i], othersMs);
        }
    }

    private int firstOf(final int stretch) {
        int first = NONE;
        final int end = Math.min(stretch + 1 << STRETCH_SHIFT, rows.end());
        for (int at = stretch << STRETCH_SHIFT; at < end; at++) {
            if (!rows.isHole(at) && (first == NONE || rows.deadlineMs(at) - rows.deadlineMs(first) < 0)) {
                first = at;
            }
        }
        return first;
    }
}
