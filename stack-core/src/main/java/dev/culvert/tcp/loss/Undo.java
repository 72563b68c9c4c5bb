package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.timer.TimerNode;

/**
 * Whether what was taken for lost had not been lost at all. Three witnesses: the Eifel detection of RFC 3522, an echo of a
 * timestamp from before the first retransmission; D-SACK blocks for all retransmissions (RFC 2883 §5, RFC 3708); and, where
 * nothing was sent again yet, its arrival. One per reduction. Shard's thread only.
 */
final class Undo {
    private boolean armed;
    /** SND.UNA when the window was reduced. */
    private int marker;
    /** The timestamp of what was first sent again since then, in ns; meaningful while {@link #repeated}. */
    private long firstRepeatNs;

    private boolean repeated;
    /** Where that began, the segment whose loss called for the reduction, when it was due, and whether it came twice. */
    private int firstRepeat;

    private long firstDueNs;
    private boolean firstReported;
    /** It was sent again twice, or a loss probe has sent something again: what came twice may be that. */
    private boolean ambiguous;
    /** Bytes sent again that no D-SACK has reported. */
    private int unreported;
    /** Segments that came and were thrown away for their timestamps, in bytes. */
    private int refused;

    /**
     * A reduction that may turn out to be unnecessary.
     *
     * @param probedBytes sent again by a loss probe before, so that a D-SACK for them says nothing of the repair
     */
    void begin(final int una, final int probedBytes) {
        armed = true;
        marker = una;
        repeated = false;
        firstReported = false;
        ambiguous = probedBytes > 0;
        unreported = probedBytes;
        refused = 0;
    }

    /** A later reduction is taken back: what was sent again since then counts for this one. */
    void addUnreported(final Undo later) {
        unreported += later.unreported;
        refused += later.refused;
    }

    /** There is nothing to undo any more. */
    void end() {
        armed = false;
    }

    /** Something was sent again that was due at {@code dueNs}; its timestamp says {@code stampNs}. */
    void onRetransmitted(final int from, final int bytes, final long dueNs, final long stampNs) {
        if (!repeated) {
            repeated = true;
            firstRepeat = from;
            firstDueNs = from == marker ? dueNs : TimerNode.NEVER; // an echo tells of SND.UNA alone
            firstRepeatNs = stampNs;
        } else {
            ambiguous |= from == firstRepeat;
        }
        unreported += bytes;
    }

    /** A loss probe has sent so much again: the D-SACK that it may cause is not one for the repair. */
    void onProbe(final int bytes) {
        unreported += bytes;
        ambiguous |= bytes > 0;
    }

    /** Whether what ends at {@code right} can have been sent again since the reduction. */
    boolean isBefore(final int right) {
        return armed && Seq.gt(right, marker);
    }

    /** Takes a D-SACK into account. */
    void onDsack(final AckFacts facts) {
        if (isBefore(facts.dsackRight)) {
            unreported = Math.max(0, unreported - (facts.dsackRight - facts.dsackLeft));
            firstReported |= repeated && Seq.le(facts.dsackLeft, firstRepeat) && Seq.lt(firstRepeat, facts.dsackRight);
        }
    }

    /**
     * RFC 3522 §3.2 step 5: what arrived had been sent before anything was sent again. Within one tick of the timestamp clock
     * nothing can be told, and nothing is.
     *
     * @param headStampNs {@link Delivery#headStampNs}: what has arrived may be a repair from before the reduction, which says
     *     nothing of it
     */
    boolean isEarlierEcho(final AckFacts facts, final long headStampNs) {
        final boolean repairedBefore = headStampNs != TimerNode.NEVER && headStampNs - firstRepeatNs < 0;
        return armed && repeated && facts.echoedNs - firstRepeatNs < 0 && !repairedBefore;
    }

    /** Whether there is something to undo. */
    boolean isArmed() {
        return armed;
    }

    /** Nothing has been sent again since the reduction. */
    boolean isUnrepeated() {
        return armed && !repeated;
    }

    /** The peer has thrown away what it did not have. */
    void onRefused(final int bytes) {
        refused += bytes;
    }

    /** All that was sent again came twice, or would have if the peer had not refused what came second. */
    boolean isAllReported() {
        return armed && repeated && unreported <= refused;
    }

    /**
     * The segment that called for the reduction came twice. Where segments overtake each other that is enough, as it is for RFC
     * 3522: the others may have been thrown away for their timestamps when the needless repair came before them ({@link Lateness}).
     */
    boolean isFirstReported() {
        return armed && firstReported && !ambiguous;
    }

    /**
     * When that segment would have come like others that were sent after it; {@link TimerNode#NEVER}: that is not known, or not
     * which of the two came first.
     */
    long firstDueNs() {
        return firstDueNs;
    }
}
