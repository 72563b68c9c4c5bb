package dev.culvert.tcp.loss;

/**
 * Proportional rate reduction, RFC 9937 §6: during fast recovery what is sent follows what is delivered, so that the flight ends
 * at ssthresh without a burst and without a silence. One per connection; bytes. Shard's thread only.
 */
final class ProportionalRateReduction {
    private int ssthresh;
    /** RecoverFS: what was in flight when recovery began, and is to be delivered in it. */
    private int recoverFs;

    private long prrDelivered;
    private long prrOut;
    private int cwnd;

    /**
     * Fast recovery begins.
     *
     * @param ssthreshBytes the target, as congestion control has set it
     * @param recoverFsBytes SND.NXT − SND.UNA before the ACK that began it, less what was known by then to have been delivered
     */
    void begin(final int ssthreshBytes, final int recoverFsBytes) {
        ssthresh = ssthreshBytes;
        recoverFs = Math.max(1, recoverFsBytes);
        prrDelivered = 0;
        prrOut = 0;
        cwnd = 0;
    }

    /**
     * An ACK has come, the first of the recovery included.
     *
     * @param deliveredBytes DeliveredData
     * @param safe SafeACK: SND.UNA has moved and nothing more was found lost
     * @param inFlightBytes inflight, after losses were marked
     */
    void onAck(final int deliveredBytes, final boolean safe, final int inFlightBytes, final int mssBytes) {
        prrDelivered += deliveredBytes;
        long sndcnt;
        if (inFlightBytes > ssthresh) { // proportional rate reduction
            sndcnt = (prrDelivered * ssthresh + recoverFs - 1) / recoverFs - prrOut;
        } else { // slow start, or packet conservation while losses go on
            sndcnt = Math.max(prrDelivered - prrOut, deliveredBytes);
            if (safe) {
                sndcnt += mssBytes;
            }
            sndcnt = Math.min(ssthresh - inFlightBytes, sndcnt);
        }
        if (prrOut == 0 && sndcnt <= 0) { // the fast retransmit itself
            sndcnt = mssBytes;
        }
        cwnd = inFlightBytes + (int) Math.max(0, sndcnt);
    }

    /** Something was sent, for the first time or again. */
    void onSent(final int bytes) {
        prrOut += bytes;
    }

    /** What may be in flight. */
    int windowBytes() {
        return cwnd;
    }

    /** The target. */
    int ssthreshBytes() {
        return ssthresh;
    }
}
