package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;
import dev.culvert.timer.TimerNode;

/**
 * Recent acknowledgement, RFC 8985 §6: a segment is lost when one that was sent after it has arrived, and it has had its round
 * trip and time to be overtaken. One per connection. Times in ns of the shard's clock. Shard's thread only.
 */
final class Rack {
    /** RFC 5681 §3.2: so many segments behind a hole mean a loss as long as the path has not been seen to reorder. */
    static final int DUP_THRESH = 3;

    /** §6.2 step 4: recoveries without D-SACK after which the window is as small again as it was. */
    private static final byte PERSIST = 16;
    /** Steps of a quarter of the least round trip; RFC 8985 §6.2 step 4 stops at the smoothed one anyway. */
    private static final int MOST_STEPS = 127;
    /** Records that are looked at per ACK though they are only late. */
    private static final int MOST_WAITING = 128;

    /** RACK.rtt: round trip of the segment delivered last. */
    private long rttNs;

    private boolean reorderingSeen;
    /** RACK.reo_wnd_mult and RACK.reo_wnd_persist. */
    private byte reoWndMult = 1;

    private byte reoWndPersist;
    /** Null while nothing is overtaken or repaired and nothing has come late lately. */
    private Lateness lateness;

    private final LossParts parts;

    /** Looks at what each ACK has delivered. */
    Rack(final LossParts parts) {
        this.parts = parts;
    }

    /** A connection begins. */
    void reset() {
        rttNs = 0;
        reorderingSeen = false;
        reoWndMult = 1;
        reoWndPersist = 0;
        forgetLateness();
    }

    private Lateness lateness() {
        if (lateness == null) {
            lateness = parts.lendLateness();
        }
        return lateness;
    }

    private void forgetLateness() {
        if (lateness != null) {
            parts.takeBack(lateness);
            lateness = null;
        }
    }

    /** Nothing is in flight: what has not come late is not remembered. */
    void onNothingInFlight() {
        if (latenessNs() == 0) {
            forgetLateness();
        }
    }

    /** An ACK is looked at. */
    void beginAck(final SendOrder flight) {
        final long echoNs = parts.delivery.echoedNs;
        if (flight != null && echoNs != Long.MAX_VALUE && (!flight.echoed || echoNs - flight.echoNs > 0)) {
            flight.echoNs = echoNs;
            flight.echoed = true;
        }
    }

    /**
     * §6.2 steps 2 and 3, for each segment that the ACK delivers.
     *
     * @param stampNs when its timestamp says that it was sent
     */
    void onDelivered(
            final SendOrder flight,
            final long sentNs,
            final long stampNs,
            final int end,
            final boolean retransmitted,
            final long nowNs) {
        final long rtt = nowNs - sentNs;
        if (!retransmitted || !isAmbiguous(stampNs, rtt)) {
            rttNs = rtt;
            if (!flight.started || isSentAfter(sentNs, end, flight.xmitNs, flight.endSeq)) {
                flight.xmitNs = sentNs;
                flight.endSeq = end;
            }
        }
        if (!flight.started || Seq.gt(end, flight.fack)) {
            flight.fack = end;
        } else if (Seq.lt(end, flight.fack) && !retransmitted) {
            seeReordering();
        }
        flight.started = true;
    }

    /** The segment at SND.UNA has arrived, which was sent again once at most. {@code sentNs}: when it was last sent. */
    void onHeadArrived(final long sentNs, final long stampNs, final boolean retransmitted, final long nowNs) {
        if (lateness == null) {
            return;
        }
        if (!retransmitted) {
            lateness.onArrival(nowNs - sentNs);
        } else if (parts.delivery.echoedNs - stampNs < 0) { // the echo tells when what has arrived was sent
            lateness.onArrival(nowNs - parts.delivery.echoedNs);
        }
    }

    /** Another segment is at SND.UNA now. */
    void onAdvance() {
        if (lateness != null) {
            lateness.onAdvance();
        }
    }

    /** A segment behind SND.UNA has arrived; {@code awaited}: it did not count as lost. */
    void onHeld(
            final SendOrder flight,
            final long sentNs,
            final long stampNs,
            final int end,
            final boolean retransmitted,
            final boolean awaited,
            final long nowNs) {
        if (retransmitted && isAmbiguous(stampNs, nowNs - sentNs)) {
            return;
        }
        if (parts.delivery.newestBlock && awaited && !retransmitted && Seq.lt(end, flight.fack)) {
            lateness().onArrival(nowNs - sentNs);
        }
        lateness().onOvertaken(nowNs - sentNs);
    }

    /** §6.2 step 2: it may be the first transmission that was delivered. */
    private boolean isAmbiguous(final long stampNs, final long rtt) {
        final Delivery delivery = parts.delivery;
        return delivery.echoedNs - stampNs < 0 || delivery.minRttNs != Long.MAX_VALUE && rtt < delivery.minRttNs;
    }

    /** RACK_sent_after(). */
    static boolean isSentAfter(final long t1, final int seq1, final long t2, final int seq2) {
        return t1 - t2 > 0 || t1 == t2 && Seq.gt(seq1, seq2);
    }

    /** §6.2 step 3: segments overtake each other on this path. */
    void seeReordering() {
        reorderingSeen = true;
        parts.delivery.reordered = true;
    }

    /**
     * When what was sent at {@code sentNs} would have been known to have arrived, had it come like what has overtaken it.
     *
     * @param stampNs the timestamp of its repair
     * @return {@link TimerNode#NEVER} if an echo does not tell the two apart
     */
    long dueNs(final long sentNs, final long stampNs) {
        return Lateness.isNewer(stampNs, sentNs) ? sentNs + rttNs : TimerNode.NEVER;
    }

    /** What was due at {@code dueNs} has come in the end, behind the repair that took its place. */
    void onLateArrival(final long dueNs, final long nowNs) {
        lateness().onLate(nowNs - dueNs);
    }

    /** {@link Lateness#stampNs}. */
    long stampNs(final long sentNs, final long nowNs) {
        return lateness().stampNs(sentNs, nowNs);
    }

    /** How much later than others sent after them segments come, in ns; 0: they come in order. */
    long latenessNs() {
        return lateness == null ? 0 : lateness.extentNs();
    }

    /** Whether the ACK of the moment has shown reordering. */
    boolean sawReordering() {
        return parts.delivery.reordered;
    }

    /**
     * §6.2 step 4: a D-SACK says that something was sent again too early; the window grows, once per round trip.
     *
     * @param flight null: nothing is in flight, and the round trip is over
     */
    void onDsack(final SendOrder flight, final int una, final int nxt) {
        if (flight == null || flight.beginsDsackRound(una, nxt)) {
            reoWndMult = (byte) Math.min(reoWndMult + 1, MOST_STEPS);
            reoWndPersist = PERSIST;
        }
    }

    /** §6.2 step 4: fast recovery or the repair after a timeout is over. */
    void onRecovered() {
        reoWndPersist--;
        if (reoWndPersist <= 0) {
            reoWndPersist = 0;
            reoWndMult = 1;
        }
        if (lateness != null) {
            lateness.onRecovered();
        }
    }

    /**
     * RACK.reo_wnd: how long after its round trip a segment is waited for. §6.2 step 4 says that it SHOULD be one smoothed round
     * trip at most. What was measured may take three: jitter that is as often short as long is twice its mean, which is what a
     * smoothed round trip is at most, and that is an estimate.
     */
    long reorderingWindowNs(final boolean recovering, final int sackedSegments, final long minRtt, final long srttNs) {
        if (!reorderingSeen && (recovering || sackedSegments >= DUP_THRESH) || minRtt == Long.MAX_VALUE) {
            return 0;
        }
        return Math.max(Math.min(reoWndMult * (minRtt / 4), srttNs), Math.min(latenessNs(), 3 * srttNs));
    }

    /**
     * How long after RACK.rtt a segment is waited for. Where segments overtake each other RACK.rtt is one draw of many, and what
     * has come soon tells little of the others: none of them is lost before its smoothed round trip. On a path in order it is
     * RACK.reo_wnd.
     */
    long waitNs(final boolean recovering, final int sackedSegments, final long minRtt, final long srttNs) {
        final long windowNs = reorderingWindowNs(recovering, sackedSegments, minRtt, srttNs);
        return reorderingSeen ? Math.max(windowNs, srttNs - rttNs) : windowNs;
    }

    /**
     * §6.2 step 5: marks what is lost by now.
     *
     * @return when the last one that may still only be late counts as lost, or shortly after that if there are many of them;
     *     {@link TimerNode#NEVER}: there is none
     */
    long detectLosses(final SentSegments sent, final long windowNs, final long nowNs) {
        parts.delivery.lostAgain = 0;
        long deadlineNs = TimerNode.NEVER;
        int waiting = 0;
        final SendOrder flight = sent.flight();
        int record = flight != null && flight.started ? flight.first() : SentSegments.NONE;
        while (record != SentSegments.NONE
                && isSentAfter(flight.xmitNs, flight.endSeq, sent.sentNs(record), sent.end(record))) {
            final int next = sent.sentAfter(record);
            final long lostNs = sent.sentNs(record) + rttNs + windowNs;
            if (lostNs - nowNs <= 0) {
                markLost(sent, record);
            } else if (++waiting > MOST_WAITING) {
                // None of the others is lost yet, or was sent after the one that has arrived.
                return flight.xmitNs + rttNs + windowNs;
            } else {
                deadlineNs = lostNs; // they come in the order of sending: the last one is the latest
            }
            record = next;
        }
        return deadlineNs;
    }

    private boolean mayBeRefused(final SendOrder flight, final long stampNs) {
        return flight.echoed && Lateness.mayBeRefused(flight.echoNs - stampNs, latenessNs());
    }

    private void markLost(final SentSegments sent, final int record) {
        if (sent.retransmitted(record)) {
            parts.delivery.lostAgain++;
        }
        if (mayBeRefused(sent.flight(), sent.stampNs(record))) {
            sent.excuse(record);
        }
        sent.markLost(record);
    }

    /** How many of those that {@link #detectLosses} has marked had been sent again already. */
    int lostAgain() {
        return parts.delivery.lostAgain;
    }

    /** §6.3: of what the retransmission timeout finds, the oldest segment is lost, and the others if they have had their time. */
    void markOnTimeout(final SentSegments sent, final long windowNs, final long nowNs) {
        int record = sent.earliestSent();
        while (record != SentSegments.NONE && sent.sentNs(record) + rttNs + windowNs - nowNs <= 0) {
            final int next = sent.sentAfter(record);
            sent.markLost(record);
            record = next;
        }
        sent.markHeadLost(Integer.MAX_VALUE);
    }
}
