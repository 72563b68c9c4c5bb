package dev.culvert.tcp.congestion;

/**
 * What an acknowledgement measures for {@link Bbr}: the draft's C.delivered and C.lost, its rate sample RS (§4.1), and the round
 * trips that are counted by packets (§5.5.1). Names are the draft's. What was in flight when the segment was sent that makes the
 * sample is what has been delivered and lost since: no segment has to remember it.
 */
final class BbrSample {
    private final LossHistory losses = new LossHistory();

    /** C.delivered. */
    long delivered;
    /** RS.newly_acked: bytes that this ACK delivers. */
    int newlyAcked;
    /** RS.newly_lost: bytes that it shows to be lost. */
    int newlyLost;
    /** RS.delivery_rate in bytes per second; 0: this ACK measures none. */
    long deliveryRate;
    /** RS.delivered: bytes delivered while the segment was in flight; 0: this ACK measures nothing. */
    long rsDelivered;
    /** RS.prior_delivered: C.delivered when the segment was sent. */
    long priorDelivered;
    /** RS.lost: bytes found lost while it was in flight. */
    long rsLost;
    /** RS.tx_in_flight: bytes in flight when it was sent. */
    long txInFlight;
    /** RS.is_app_limited. */
    boolean isAppLimited;

    /** BBR.round_start: with this ACK a round trip begins. */
    boolean roundStart;
    /** BBR.round_count. */
    long roundCount;

    private long nextRoundDelivered;
    private long roundStampNs;
    private long limitedUntil;

    void open(final long nowNs) {
        losses.reset();
        delivered = 0;
        roundStart = false;
        roundCount = 0;
        nextRoundDelivered = 0;
        roundStampNs = nowNs;
        limitedUntil = 0;
    }

    /**
     * An ACK has come.
     *
     * @param pathNs the mean round trip without a queue
     */
    void take(final AckFacts facts, final long pathNs) {
        newlyAcked = facts.deliveredBytes;
        newlyLost = facts.lostBytes;
        delivered += newlyAcked;
        if (newlyLost > 0) {
            losses.add(newlyLost, delivered, facts.inFlightBytes);
        }
        rsDelivered = facts.rateDeliveredBytes;
        priorDelivered = delivered - rsDelivered;
        rsLost = losses.lostSince(priorDelivered);
        isAppLimited = facts.rateAppLimited || priorDelivered < limitedUntil;
        // What comes in less time than that by which packets overtake each other may have come in a bunch, and most of
        // what was in flight with it still is.
        final boolean bunched = facts.rateIntervalNs < facts.reorderingNs / 2;
        deliveryRate = bunched ? 0 : facts.deliveryRateBytesPerSecond;
        txInFlight = bunched || rsDelivered == 0 ? facts.inFlightBytes : rsDelivered + rsLost;
        updateRound(facts, pathNs);
    }

    /**
     * BBRUpdateRound. Where packets overtake each other the first answer to a round comes long before most of them: it takes the
     * mean round trip.
     */
    private void updateRound(final AckFacts facts, final long pathNs) {
        roundStart = rsDelivered > 0
                && priorDelivered >= nextRoundDelivered
                && (facts.reorderingNs == 0 || facts.nowNs - roundStampNs >= pathNs);
        if (roundStart) {
            startRound();
            roundStampNs = facts.nowNs;
            roundCount++;
        }
    }

    /** BBRStartRound: the next round trip begins when something is acknowledged that is sent from now on. */
    void startRound() {
        nextRoundDelivered = delivered;
    }

    /** What is in flight, and what is sent until this is in flight no more, is sent by our own restraint. */
    void limit(final int inFlightBytes) {
        limitedUntil = delivered + inFlightBytes;
    }

    /** What was thought lost was only late. */
    void forgetLosses() {
        losses.reset();
        rsLost = 0;
    }
}
