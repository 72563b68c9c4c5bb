package dev.culvert.tcp.congestion;

/**
 * What {@link Bbr} knows of the path (§5.5): how fast it delivers, how long a round trip takes without a queue, how many bytes in
 * flight it bears in the long and in the short term, and how much it acknowledges at once. Section numbers and names are those of
 * draft-ietf-ccwg-bbr.
 */
final class BbrModel {
    /** No bound. */
    static final long INFINITE = Long.MAX_VALUE;

    /** BBR.LossThresh: the share of a flight that may be lost while probing. */
    private static final double LOSS_THRESH = 0.02;
    /** BBR.Beta: what is left after a round trip with losses. */
    private static final double BETA = 0.7;
    /** BBR.Headroom: what is left to others of what the path has borne. */
    private static final double HEADROOM = 0.15;

    /** §5.3.1.2: three rounds with less than a quarter more mean that the pipe is full. */
    private static final double FULL_BW_GROWTH = 1.25;

    private static final int FULL_BW_ROUNDS = 3;
    private static final long MIN_RTT_FILTER_NS = 10_000_000_000L;
    private static final long PROBE_RTT_INTERVAL_NS = 5_000_000_000L;
    private static final long EXTRA_ACKED_ROUNDS = 10;
    private static final int MIN_PIPE_SEGMENTS = 4;
    private static final double SECOND = 1e9;

    final BbrSample rs = new BbrSample();
    private final WindowedMax extraAckedFilter = new WindowedMax();

    private int mss;
    private int initialWindow;

    /** BBR.max_bw: the largest sample of this cycle of probing and of the one before. */
    private long maxBw;

    private long maxBwOfLastCycle;
    private boolean fullBwReached;
    private boolean fullBwNow;
    private long fullBw;
    private int fullBwCount;

    private long bwShortterm;
    private long inflightShortterm;
    private long inflightLongterm;
    private long bwLatest;
    private long inflightLatest;

    private boolean lossInRound;
    private long lossRoundDelivered;
    private long lossRoundStampNs;
    private boolean lossRoundStart;
    private int lossEventsInRound;

    /** Losses of what was sent before so much was delivered are answered. */
    private long drainedDelivered;

    private long minRttNs;
    private long minRttStampNs;
    private long probeRttMinDelayNs;
    private long probeRttMinStampNs;
    private boolean probeRttExpired;
    private long reorderingNs;

    private long extraAckedIntervalStartNs;
    private long extraAckedDelivered;
    private long extraAcked;

    private long undoBwShortterm;
    private long undoInflightShortterm;
    private long undoInflightLongterm;

    void open(final int mssBytes, final int initialWindowBytes, final long nowNs) {
        mss = mssBytes;
        initialWindow = initialWindowBytes;
        rs.open(nowNs);
        extraAckedFilter.reset();
        maxBw = 0;
        maxBwOfLastCycle = 0;
        fullBwReached = false;
        resetFullBw(0);
        inflightLongterm = INFINITE;
        lossRoundDelivered = 0;
        lossRoundStampNs = nowNs;
        lossEventsInRound = 0;
        drainedDelivered = 0;
        minRttNs = INFINITE;
        minRttStampNs = nowNs;
        probeRttMinDelayNs = INFINITE;
        probeRttMinStampNs = nowNs;
        probeRttExpired = false;
        reorderingNs = 0;
        extraAckedIntervalStartNs = nowNs;
        extraAckedDelivered = 0;
        extraAcked = 0;
        resetShortTermModel();
        resetCongestionSignals();
        saveStateUponLoss();
    }

    void setMss(final int mssBytes) {
        mss = mssBytes;
    }

    /** An ACK has come. */
    void take(final AckFacts facts) {
        reorderingNs = facts.reorderingNs;
        rs.take(facts, pathNs());
    }

    // ------------------------------------------------------------------ rate (§5.5.5, §5.5.6)

    /** BBRUpdateMaxBw. */
    void updateMaxBw() {
        if (rs.deliveryRate >= maxBw() || !rs.isAppLimited) {
            maxBw = Math.max(maxBw, rs.deliveryRate);
        }
    }

    /** BBRAdvanceMaxBwFilter. A cycle that has measured nothing does not count, as on Linux. */
    void advanceMaxBwFilter() {
        if (maxBw > 0) {
            maxBwOfLastCycle = maxBw;
            maxBw = 0;
        }
    }

    /** BBR.max_bw in bytes per second; 0: not known yet. */
    long maxBw() {
        return Math.max(maxBw, maxBwOfLastCycle);
    }

    /** BBR.bw: the same within the short-term bound. */
    long bw() {
        return Math.min(maxBw(), bwShortterm);
    }

    /** BBRCheckFullBWReached; as on Linux every sample of a round may show growth, not only its first one. */
    void checkFullBwReached() {
        if (fullBwNow || rs.isAppLimited) {
            return;
        }
        if (rs.deliveryRate > 0 && rs.deliveryRate >= FULL_BW_GROWTH * fullBw) {
            resetFullBw(rs.deliveryRate);
        } else if (rs.roundStart) {
            fullBwCount++;
            fullBwNow = fullBwCount >= FULL_BW_ROUNDS;
            fullBwReached |= fullBwNow;
        }
    }

    /** BBRResetFullBW: growth is looked for once more, from this rate on. */
    void resetFullBw(final long rate) {
        fullBw = rate;
        fullBwCount = 0;
        fullBwNow = false;
    }

    /** BBR.full_bw_reached: the pipe has been full at some time. */
    boolean isFullBwReached() {
        return fullBwReached;
    }

    /** BBR.full_bw_now: it is full since growth was last looked for. */
    boolean isFullBwNow() {
        return fullBwNow;
    }

    /** What was concluded about when it is full is void. */
    void forgetFullBwReached() {
        fullBwReached = false;
    }

    // ------------------------------------------------------------------ round trip (§5.3.4.3)

    /**
     * BBRUpdateMinRTT; a round trip as short as the shortest one says as much as a shorter one.
     *
     * @param isProbeOn the path is probed for its rate: that it is to be probed for its delay too can wait
     */
    void updateMinRtt(final AckFacts facts, final boolean isProbeOn) {
        probeRttExpired = !isProbeOn && facts.nowNs - probeRttMinStampNs > PROBE_RTT_INTERVAL_NS;
        if (facts.rttNs >= 0 && (facts.rttNs <= probeRttMinDelayNs || probeRttExpired)) {
            probeRttMinDelayNs = facts.rttNs;
            probeRttMinStampNs = facts.nowNs;
        }
        final boolean minRttExpired = facts.nowNs - minRttStampNs > MIN_RTT_FILTER_NS;
        if (probeRttMinDelayNs <= minRttNs || minRttExpired) {
            minRttNs = probeRttMinDelayNs;
            minRttStampNs = probeRttMinStampNs;
        }
    }

    /** BBR.probe_rtt_expired: no shorter round trip was seen for five seconds. */
    boolean isProbeRttExpired() {
        return probeRttExpired;
    }

    /** The round trip has been probed for. */
    void restartProbeRttInterval(final long nowNs) {
        probeRttMinStampNs = nowNs;
    }

    /**
     * The mean round trip without a queue: where packets overtake each other, the least one is that of the luckiest packet, and two
     * products with it may be less than what the path holds. The draft has no such term.
     */
    long pathNs() {
        return minRttNs == INFINITE ? 0 : minRttNs + reorderingNs / 2;
    }

    /** Whether most of a mean round trip is the time by which packets overtake each other. */
    boolean isJittery() {
        return reorderingNs / 2 > minRttNs;
    }

    // ------------------------------------------------------------------ losses (§5.5.10)

    /**
     * BBRUpdateLatestDeliverySignals. Where packets overtake each other a round takes the mean round trip, as in {@link BbrSample}:
     * the luckiest packet would make a round of its own with less than was delivered, and each of these would cut the rate.
     */
    void updateLatestDeliverySignals(final long nowNs) {
        lossRoundStart = false;
        if (rs.rsDelivered == 0) {
            return;
        }
        bwLatest = Math.max(bwLatest, rs.deliveryRate);
        inflightLatest = Math.max(inflightLatest, rs.rsDelivered);
        if (rs.priorDelivered >= lossRoundDelivered && (reorderingNs == 0 || nowNs - lossRoundStampNs >= pathNs())) {
            lossRoundStart = true;
            startLossRound(nowNs);
        }
    }

    /** BBRAdvanceLatestDeliverySignals. */
    void advanceLatestDeliverySignals() {
        if (lossRoundStart) {
            bwLatest = rs.deliveryRate;
            inflightLatest = rs.rsDelivered;
            lossEventsInRound = 0;
        }
    }

    private void startLossRound(final long nowNs) {
        lossRoundDelivered = rs.delivered;
        lossRoundStampNs = nowNs;
    }

    /** BBRNoteLoss. */
    void noteLoss(final long nowNs) {
        if (!lossInRound) {
            startLossRound(nowNs);
        }
        lossInRound = true;
        lossEventsInRound++;
    }

    /**
     * BBRAdaptLowerBoundsFromCongestion, once per round trip.
     *
     * @param probing whether the bounds are being tried themselves
     */
    void adaptLowerBoundsFromCongestion(final boolean probing, final int cwnd) {
        if (!lossRoundStart) {
            return;
        }
        if (lossInRound && !probing && rs.priorDelivered >= drainedDelivered) {
            bwShortterm = Math.max(bwLatest, (long) (BETA * Math.min(bwShortterm, maxBw())));
            inflightShortterm = Math.max(inflightLatest, (long) (BETA * Math.min(inflightShortterm, cwnd)));
        }
        lossInRound = false;
    }

    /**
     * Startup has ended, and Drain answers what it has sent too much of, whose losses may come to light long afterwards where packets
     * overtake each other.
     */
    void startupDone(final int inFlightBytes) {
        drainedDelivered = rs.delivered + inFlightBytes;
        resetCongestionSignals();
    }

    /** BBRResetShortTermModel. */
    void resetShortTermModel() {
        bwShortterm = INFINITE;
        inflightShortterm = INFINITE;
    }

    /** BBRResetCongestionSignals. */
    void resetCongestionSignals() {
        lossInRound = false;
        bwLatest = 0;
        inflightLatest = 0;
    }

    /** IsInflightTooHigh. */
    boolean isInflightTooHigh() {
        return rs.rsLost > LOSS_THRESH * rs.txInFlight;
    }

    /** Whether a round trip has ended with so many losses that Startup has to, too (§5.3.1.3). */
    boolean isLossHigh(final int fullLossCount) {
        return lossRoundStart && lossEventsInRound >= fullLossCount && isInflightTooHigh();
    }

    /** BBRInflightAtLoss: bytes in flight when the share of the lost ones was as large as it may be. */
    long inflightAtLoss() {
        final double inflightPrev = rs.txInFlight - rs.newlyLost;
        final double lostPrev = rs.rsLost - rs.newlyLost;
        final double lostPrefix = (LOSS_THRESH * inflightPrev - lostPrev) / (1 - LOSS_THRESH);
        return (long) (inflightPrev + Math.max(0, lostPrefix));
    }

    /** So many bytes in flight were too many: what is borne in the long term, at least the share that is left of the target. */
    void boundInflightLongterm(final long inflight, final int cwnd) {
        inflightLongterm = Math.max(inflight, (long) (BETA * targetInflight(cwnd)));
    }

    /** Startup has overfilled the queue (§5.3.1.3). */
    void handleLossTooHighInStartup() {
        fullBwReached = true;
        inflightLongterm = Math.max(inflight(1), inflightLatest);
    }

    /** The path has borne more without too many losses. */
    void raiseInflightLongterm(final long inflight) {
        if (inflightLongterm != INFINITE) {
            inflightLongterm = Math.max(inflightLongterm, inflight);
        }
    }

    long inflightLongterm() {
        return inflightLongterm;
    }

    long inflightShortterm() {
        return inflightShortterm;
    }

    /** BBRInflightWithHeadroom. */
    long inflightWithHeadroom() {
        if (inflightLongterm == INFINITE) {
            return INFINITE;
        }
        final long headroom = Math.max(mss, (long) (HEADROOM * inflightLongterm));
        return Math.max(inflightLongterm - headroom, minPipeCwnd());
    }

    // ------------------------------------------------------------------ undo (§5.5.11)

    /** BBRSaveStateUponLoss. */
    void saveStateUponLoss() {
        undoBwShortterm = bwShortterm;
        undoInflightShortterm = inflightShortterm;
        undoInflightLongterm = inflightLongterm;
    }

    /** BBRHandleSpuriousLossDetection, as far as it is about the bounds. */
    void handleSpuriousLossDetection() {
        lossInRound = false;
        lossEventsInRound = 0;
        bwShortterm = Math.max(bwShortterm, undoBwShortterm);
        inflightShortterm = Math.max(inflightShortterm, undoInflightShortterm);
        inflightLongterm = Math.max(inflightLongterm, undoInflightLongterm);
        rs.forgetLosses();
    }

    // ------------------------------------------------------------------ bytes in flight (§5.5.7 to §5.5.9, §5.6.4.2)

    /** BBRUpdateACKAggregation. */
    void updateAckAggregation(final int cwnd, final long nowNs) {
        long expected = (long) ((double) bw() * (nowNs - extraAckedIntervalStartNs) / SECOND);
        if (extraAckedDelivered <= expected) {
            restartAggregation(nowNs);
            expected = 0;
        }
        extraAckedDelivered += rs.newlyAcked;
        final long extra = Math.min(extraAckedDelivered - expected, cwnd);
        if (fullBwReached) {
            extraAckedFilter.add(extra, rs.roundCount, EXTRA_ACKED_ROUNDS);
            extraAcked = extraAckedFilter.max();
        } else {
            extraAcked = extra; // in Startup only the latest counts
        }
    }

    void restartAggregation(final long nowNs) {
        extraAckedDelivered = 0;
        extraAckedIntervalStartNs = nowNs;
    }

    /** BBR.MinPipeCwnd. */
    int minPipeCwnd() {
        return MIN_PIPE_SEGMENTS * mss;
    }

    /** BBRBDPMultiple. */
    private double bdpMultiple(final long bandwidth, final double gain) {
        if (minRttNs == INFINITE || bandwidth == 0) {
            return gain * initialWindow;
        }
        return gain * bandwidth * pathNs() / SECOND;
    }

    /** BBRQuantizationBudget: three packets of what is sent at once, and what a pipe needs at least. */
    private long quantizationBudget(final double inflight) {
        final double quantum = Math.max(mss, Math.min(bw() / 1_000, 65_536)); // §5.6.3: a millisecond
        return (long) Math.max(Math.max(inflight, 3 * quantum), minPipeCwnd());
    }

    /** BBRInflight with BBR.max_bw: a multiple of what the path holds at its best rate. Drain goes by it too, as on Linux. */
    long inflight(final double gain) {
        return quantizationBudget(bdpMultiple(maxBw(), gain));
    }

    /**
     * BBRUpdateMaxInflight: a multiple of what it holds, and what acknowledgements that come at once need beside that. Where most of
     * the round trip is lateness they come so by chance, and the multiple has room for that.
     */
    long maxInflight(final double gain) {
        return quantizationBudget(bdpMultiple(bw(), gain) + (isJittery() ? 0 : extraAcked));
    }

    /** BBRProbeRTTCwnd. */
    long probeRttCwnd(final double gain) {
        return (long) Math.max(bdpMultiple(bw(), gain), minPipeCwnd());
    }

    /** BBRTargetInflight; as on Linux not below what a pipe needs at least, whatever the path holds. */
    long targetInflight(final int cwnd) {
        return Math.min(quantizationBudget(bdpMultiple(bw(), 1)), cwnd);
    }
}
