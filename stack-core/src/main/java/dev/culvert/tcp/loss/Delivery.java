package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;
import dev.culvert.timer.TimerNode;

/**
 * What the ACK of the moment has delivered: bytes and segments that it acknowledges, cumulatively or selectively, for the first
 * time. Begun anew for each ACK.
 */
final class Delivery {
    int bytes;
    int records;
    /** Until when the segment can have been sent that its timestamp echoes; {@code Long.MAX_VALUE}: no timestamp. */
    long echoedNs;
    /** RACK.min_RTT; {@code Long.MAX_VALUE}: none yet. */
    long minRttNs;
    /** Of what was found lost last, how many had been sent again already. */
    int lostAgain;
    /** It has shown that segments overtake each other. */
    boolean reordered;
    /** It was sent for what the SACK block that is being looked at says anew. */
    boolean newestBlock;

    /** When the timestamp of what SND.UNA has waited for says that it was sent again; {@link TimerNode#NEVER}: it was sent once. */
    long headStampNs;

    private boolean repaired;
    private long ackedRttNs;
    private long sackedRttNs;
    /** Something counted as lost and was not sent again, and has arrived: the lowest end of such a segment. */
    private boolean survived;

    private int survivorEnd;

    void begin(final long echoed, final long minRtt) {
        echoedNs = echoed;
        minRttNs = minRtt;
        reordered = false;
        headStampNs = TimerNode.NEVER;
        bytes = 0;
        records = 0;
        repaired = false;
        ackedRttNs = -1;
        sackedRttNs = -1;
        survived = false;
    }

    void add(
            final int length,
            final int end,
            final long rttNs,
            final boolean retransmitted,
            final boolean lost,
            final boolean selectively) {
        bytes += length;
        records++;
        if (!selectively) {
            repaired |= retransmitted;
            ackedRttNs = rttNs;
        } else if (!retransmitted) {
            sackedRttNs = rttNs;
        }
        if (lost && !retransmitted && (!survived || Seq.lt(end, survivorEnd))) {
            survived = true;
            survivorEnd = end;
        }
    }

    /**
     * The round trip of the newest segment, if all that are cumulatively acknowledged were sent only once: an ACK that covers a
     * repaired hole measures the repair (RFC 6298 §3). Otherwise that of the newest one that is selectively acknowledged; −1: none.
     */
    long rttNs() {
        return repaired || ackedRttNs < 0 ? sackedRttNs : ackedRttNs;
    }

    /** Whether a segment that ends at or before {@code seq} counted as lost, was not sent again, and has arrived all the same. */
    boolean hasSurvivorUpTo(final int seq) {
        return survived && Seq.le(survivorEnd, seq);
    }
}
