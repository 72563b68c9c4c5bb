package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.congestion.AckFacts;

/**
 * Tail loss probe, RFC 8985 §7: when acknowledgements stay out, one segment is sent that makes the peer tell what it has, long
 * before the retransmission timeout. One per connection. Times in ns. Shard's thread only.
 */
public final class TailLossProbe {
    private static final long MS = 1_000_000L;
    /** TLP.max_ack_delay: how long an ACK may be delayed. */
    private static final long MAX_ACK_DELAY_NS = 200 * MS;
    /** As Linux adds it. */
    private static final long SLACK_NS = 2 * MS;

    /** Over a TUN device two round trips are less than the peer's host may need to give it the processor. */
    private static final long LEAST_NS = 10 * MS;

    private static final long WITHOUT_SAMPLE_NS = 1_000 * MS;

    private boolean pending;
    /** TLP.end_seq: SND.NXT when the probe was sent. */
    private int endSeq;
    /** What it has sent again, in bytes; 0: nothing, it was new (TLP.is_retrans). */
    private int againBytes;

    private boolean sampledSince = true;

    /** A connection begins, or the timeout has come after all. */
    void reset() {
        pending = false;
        sampledSince = true;
    }

    /** §7.2, TLP_calc_PTO(). */
    public static long timeoutNs(final long srttNs, final boolean ackMayBeDelayed) {
        if (srttNs == 0) {
            return WITHOUT_SAMPLE_NS;
        }
        return Math.max(LEAST_NS, 2 * srttNs + (ackMayBeDelayed ? MAX_ACK_DELAY_NS : SLACK_NS));
    }

    /** §7.3: one probe at a time, and a round trip measured between two. */
    boolean mayProbe() {
        return !pending && sampledSince;
    }

    /** Bytes sent again by a probe that a D-SACK may still report. */
    int unreportedBytes() {
        return pending ? againBytes : 0;
    }

    /** Whether the D-SACK of an ACK, seen before {@link #onAck}, is for the probe: it tells of a late ACK, not of reordering. */
    boolean explains(final AckFacts facts) {
        return pending && againBytes > 0 && facts.dsack && facts.dsackRight == endSeq;
    }

    /** A probe was sent; how much of it again. */
    void onSent(final int nxt, final int bytesAgain) {
        pending = true;
        sampledSince = false;
        endSeq = nxt;
        againBytes = bytesAgain;
    }

    /**
     * §7.4, TLP_process_ack().
     *
     * @return true when the probe has repaired a loss that nothing else would have shown: congestion control has to know
     */
    boolean onAck(final AckFacts facts) {
        sampledSince |= facts.rttNs >= 0;
        if (!pending || Seq.lt(facts.una, endSeq)) {
            return false;
        }
        final boolean dsack = facts.dsack && Seq.ge(facts.dsackRight, endSeq);
        if (againBytes == 0 || dsack) { // all has arrived, the probe beside the original
            pending = false;
            return false;
        }
        if (Seq.gt(facts.una, endSeq)) {
            pending = false;
            return true;
        }
        pending = facts.ackedBytes > 0
                || facts.sackedBytes > 0
                || !facts.duplicate; // a bare duplicate: original and probe
        return false;
    }
}
