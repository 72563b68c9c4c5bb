package dev.culvert.tcp.loss;

/**
 * How much later a segment comes than others that were sent after it: the extent of the path's reordering, measured where an ACK
 * tells of an arrival at once, because it moves SND.UNA or its first SACK block is new. RFC 8985 §6.2 step 4 has steps of a
 * quarter of the least round trip to find it by, each of which costs segments that are sent again in vain. That is too slow where
 * jitter is many times that round trip: all of the window is sent again before the reordering window has grown. One per
 * connection. Times in ns. Shard's thread only.
 */
final class Lateness {
    /** As RFC 8985 §6.2 step 4 has it: after so many recoveries that have not shown as much, the path counts as in order again. */
    private static final int PERSIST = 16;

    /** So many measurements are enough for their largest to be the most that there is. */
    private static final int ENOUGH = 16;

    /** Of the timestamp clock (RFC 7323 §5.4). */
    private static final long TICK_NS = 1_000_000L;

    /** The most that was measured, and how often something was. */
    private long mostNs;

    private int measured;
    private int persist;
    /** The least round trip of what has arrived behind the oldest outstanding segment. */
    private long overtakerNs = Long.MAX_VALUE;
    /** What the timestamp of the latest repair says. */
    private long stampNs = Long.MIN_VALUE;

    /** A connection begins. */
    void reset() {
        mostNs = 0;
        measured = 0;
        persist = 0;
        overtakerNs = Long.MAX_VALUE;
        stampNs = Long.MIN_VALUE;
    }

    /** A segment has overtaken the oldest outstanding one, with this round trip. */
    void onOvertaken(final long rttNs) {
        overtakerNs = Math.min(overtakerNs, rttNs);
    }

    /** What was overtaken has arrived, as it was sent, after this round trip. */
    void onArrival(final long rttNs) {
        if (overtakerNs != Long.MAX_VALUE) {
            onLate(rttNs - overtakerNs);
        }
    }

    /** A segment has come so much later than one that was sent after it. */
    void onLate(final long lateNs) {
        if (lateNs > 0) {
            mostNs = Math.max(mostNs, lateNs);
            measured = Math.min(measured + 1, ENOUGH);
            if (lateNs >= mostNs / 2) {
                persist = PERSIST;
            }
        }
    }

    /** Whether an echo tells which of two timestamps it is of, and that is the newer. */
    static boolean isNewer(final long stampNs, final long olderNs) {
        return stampNs - olderNs >= TICK_NS;
    }

    /**
     * Whether a segment whose timestamp is so much older than the peer's TS.Recent may have arrived late, behind a repair that was
     * sent after it: the repair's timestamp became TS.Recent, and a peer that goes by RFC 7323 §5.3 R1 throws away what is older.
     * That is no congestion, and on a path that reorders each repair of such a loss causes the next one.
     *
     * @param olderNs by how much it is older, in ns
     * @param extentNs how late segments come, in ns
     */
    static boolean mayBeRefused(final long olderNs, final long extentNs) {
        return olderNs >= TICK_NS && olderNs <= extentNs + TICK_NS;
    }

    /**
     * When the timestamp of a repair that is sent now should say that it was sent. What its arrival makes TS.Recent lets nothing
     * pass that is older (RFC 7323 §5.3 R1), so it must not be newer than what may still be on its way: it is dated back by as much
     * as segments come late, as if it had waited so long in a queue of ours. It stays behind what it repairs, and behind earlier
     * repairs, so that it passes itself.
     *
     * @param sentNs when what it repairs was last sent
     */
    long stampNs(final long sentNs, final long nowNs) {
        final long backNs = nowNs - extentNs();
        final long from = stampNs == Long.MIN_VALUE || backNs - stampNs > 0 ? backNs : stampNs;
        stampNs = from - sentNs > 0 ? from : sentNs;
        return stampNs;
    }

    /** Another segment is the oldest outstanding one now. */
    void onAdvance() {
        overtakerNs = Long.MAX_VALUE;
    }

    /** A recovery is over. */
    void onRecovered() {
        if (persist > 0 && --persist == 0) {
            mostNs = 0;
            measured = 0;
        }
    }

    /**
     * How late segments come; 0: nothing comes out of order. The largest of few measurements is less than what there is: of n that
     * are spread evenly it is n/(n + 1) on average.
     */
    long extentNs() {
        return measured == 0 || measured == ENOUGH ? mostNs : mostNs + mostNs / measured;
    }
}
