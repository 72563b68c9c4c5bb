package dev.culvert.tcp.congestion;

/**
 * The model of BBR version 1 (draft-cardwell-iccrg-bbr-congestion-control-00): the example of a rate-based control. It does not
 * wait for losses, but measures the rate of the bottleneck, as the maximum of the delivery rates of ten round trips, and the
 * propagation delay, as the minimum of the round trips of ten seconds. It paces at that rate and keeps about two of the products
 * of both in flight. Section numbers are the draft's.
 */
public final class Bbr implements CongestionControl {
    /** The name under which it is chosen. */
    public static final String NAME = "bbr";

    /** 2/ln 2: the least gain that doubles the rate every round trip (§4.3.2.1). */
    private static final double HIGH_GAIN = 2.885;

    private static final double DRAIN_GAIN = 1 / HIGH_GAIN;
    private static final double CWND_GAIN = 2;
    /** §4.3.4.3: probe for more, drain what that has queued, cruise. */
    private static final double[] CYCLE = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
    /** One percent below the estimate, so that a queue does not stay for ever: as Linux does. */
    private static final double MARGIN = 0.99;

    private static final long BW_ROUNDS = 10;
    private static final long RT_PROP_NS = 10_000_000_000L;
    private static final long PROBE_RTT_NS = 200_000_000L;
    private static final int LEAST_SEGMENTS = 4;
    /** §4.3.2.2: three rounds with less than a quarter more mean that the pipe is full. */
    private static final double STILL_GROWING = 1.25;

    private static final int FULL_ROUNDS = 3;
    private static final int MAX_WINDOW = 1 << 30;
    private static final double SECOND = 1e9;
    private static final long MS = 1_000_000L;

    private enum Mode {
        STARTUP,
        DRAIN,
        PROBE_BW,
        PROBE_RTT
    }

    private final WindowedMax bandwidth = new WindowedMax();
    private Mode mode;
    private int mss;
    private int initialWindow;
    private int cwnd;
    private int priorCwnd;
    private long pacingRate;
    private double pacingGain;
    private double cwndGain;
    private long rounds;
    private boolean roundStart;
    private long roundStampNs;
    private long rtPropNs;
    private long reorderingNs;
    private boolean jittery;
    private long rtPropStampNs;
    private boolean measured;

    private long fullBandwidth;
    private int fullRounds;
    private boolean filledPipe;

    private int cycleIndex;
    private long cycleStampNs;
    private boolean lossSinceAck;
    private boolean idleRestart;
    /** The first round trip of recovery: what leaves the network is replaced, and no more (§4.2.3.4). */
    private boolean conserving;

    private boolean probeRttBegun;
    private boolean probeRttRoundDone;
    private long probeRttDoneNs;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onOpen(final int mssBytes, final int initialWindowBytes, final long nowNs) {
        mss = mssBytes;
        initialWindow = initialWindowBytes;
        cwnd = initialWindowBytes;
        priorCwnd = 0;
        bandwidth.reset();
        rounds = 0;
        roundStampNs = nowNs;
        jittery = false;
        rtPropNs = Long.MAX_VALUE;
        rtPropStampNs = nowNs;
        measured = false;
        fullBandwidth = 0;
        fullRounds = 0;
        filledPipe = false;
        lossSinceAck = false;
        idleRestart = false;
        conserving = false;
        enterStartup();
        pacingRate = (long) (HIGH_GAIN * initialWindowBytes * SECOND / MS); // until a round trip is known: 1 ms
    }

    @Override
    public void onTakeOver(
            final CongestionControl before, final int mssBytes, final int initialWindowBytes, final long nowNs) {
        onOpen(mssBytes, initialWindowBytes, nowNs);
        cwnd = Math.max(mss, before.windowBytes());
    }

    @Override
    public void onMss(final int mssBytes) {
        mss = mssBytes;
        cwnd = Math.max(cwnd, mss);
    }

    /** The model is fed by {@link #onDelivery}, in recovery too. */
    @Override
    public void onAck(final AckFacts facts) {}

    @Override
    public void onDelivery(final AckFacts facts) {
        learnReordering(facts);
        countRounds(facts);
        updateBandwidth(facts);
        checkCyclePhase(facts);
        checkFullPipe(facts);
        checkDrain(facts);
        updateRtProp(facts);
        setPacingRate(facts);
        setWindow(facts);
        lossSinceAck = false;
        idleRestart &= facts.deliveredBytes == 0;
    }

    // ------------------------------------------------------------------ the model of the path (§4.1)

    /** Once it turns out that the path holds twice as much as was thought, what was concluded about when it is full is void. */
    private void learnReordering(final AckFacts facts) {
        reorderingNs = facts.reorderingNs;
        if (!jittery && reorderingNs / 2 > rtPropNs) {
            jittery = true;
            filledPipe = false;
            fullBandwidth = 0;
            fullRounds = 0;
            if (mode != Mode.PROBE_RTT) {
                enterStartup();
            }
        }
    }

    /** Where packets overtake each other the first answer to a round comes long before most of them: it takes {@link #pathNs}. */
    private void countRounds(final AckFacts facts) {
        roundStart = facts.roundStart && (reorderingNs == 0 || facts.nowNs - roundStampNs >= pathNs());
        if (roundStart) {
            roundStampNs = facts.nowNs;
            rounds++;
            conserving = false;
        }
    }

    private void updateBandwidth(final AckFacts facts) {
        final long rate = facts.deliveryRateBytesPerSecond;
        // What is sent with a window of four segments says nothing of the path either.
        final boolean limited = facts.rateAppLimited || mode == Mode.PROBE_RTT;
        // Nor does what comes in a shorter time than that by which packets overtake each other: it may have come in a
        // bunch.
        final boolean bunched = facts.rateIntervalNs < facts.reorderingNs / 2;
        if (rate > 0 && !bunched && (!limited || rate >= bandwidth.max())) {
            bandwidth.add(rate, rounds, BW_ROUNDS);
        }
    }

    private void updateRtProp(final AckFacts facts) {
        final boolean expired = facts.nowNs - rtPropStampNs > RT_PROP_NS;
        if (facts.rttNs >= 0 && (facts.rttNs <= rtPropNs || expired)) {
            rtPropNs = facts.rttNs;
            rtPropStampNs = facts.nowNs;
        }
        if (expired && !idleRestart && mode != Mode.PROBE_RTT) { // §4.3.5
            mode = Mode.PROBE_RTT;
            pacingGain = 1;
            cwndGain = 1;
            saveWindow();
            probeRttBegun = false;
        }
        if (mode == Mode.PROBE_RTT) {
            probeRtt(facts);
        }
    }

    private void probeRtt(final AckFacts facts) {
        if (!probeRttBegun) {
            if (facts.inFlightAfterBytes <= LEAST_SEGMENTS * mss) {
                probeRttBegun = true;
                probeRttRoundDone = false;
                probeRttDoneNs = facts.nowNs + PROBE_RTT_NS;
            }
            return;
        }
        probeRttRoundDone |= roundStart;
        if (probeRttRoundDone && facts.nowNs - probeRttDoneNs >= 0) {
            rtPropStampNs = facts.nowNs;
            restoreWindow();
            if (filledPipe) {
                enterProbeBw(facts.nowNs);
            } else {
                enterStartup();
            }
        }
    }

    /** Bytes that the path holds, times a gain, and what offload and bunched acknowledgements need (§4.2.3.2). */
    private double inFlight(final double gain) {
        if (rtPropNs == Long.MAX_VALUE || bandwidth.max() == 0) {
            return gain * initialWindow;
        }
        return gain * bandwidth.max() * pathNs() / SECOND + 3 * quantum();
    }

    /**
     * The mean round trip without a queue: where packets overtake each other, the least one is that of the luckiest packet, and two
     * products with it may be less than what the path holds. The draft has no such term.
     */
    private long pathNs() {
        return rtPropNs + reorderingNs / 2;
    }

    /** §4.2.2: what is sent at once. */
    private double quantum() {
        return Math.max(mss, Math.min(pacingRate * MS / SECOND, 65_536));
    }

    // ------------------------------------------------------------------ the states (§4.3)

    private void enterStartup() {
        mode = Mode.STARTUP;
        pacingGain = HIGH_GAIN;
        cwndGain = HIGH_GAIN;
    }

    private void checkFullPipe(final AckFacts facts) {
        if (filledPipe || !roundStart || facts.rateAppLimited) {
            return;
        }
        if (bandwidth.max() >= STILL_GROWING * fullBandwidth) {
            fullBandwidth = bandwidth.max();
            fullRounds = 0;
        } else {
            fullRounds++;
            filledPipe = fullRounds >= FULL_ROUNDS;
        }
    }

    private void checkDrain(final AckFacts facts) {
        if (mode == Mode.STARTUP && filledPipe) {
            mode = Mode.DRAIN;
            pacingGain = DRAIN_GAIN;
            cwndGain = HIGH_GAIN;
        }
        if (mode == Mode.DRAIN && facts.inFlightAfterBytes <= inFlight(1)) {
            enterProbeBw(facts.nowNs);
        }
    }

    /**
     * §4.3.4.3: the cycle begins anywhere but in its phase of draining. Flows must not probe in step, for which the time at which
     * each of them gets here serves as well as chance.
     */
    private void enterProbeBw(final long nowNs) {
        mode = Mode.PROBE_BW;
        cwndGain = CWND_GAIN;
        cycleIndex = CYCLE.length - 1 - (int) Math.floorMod(nowNs / MS, (long) CYCLE.length - 1);
        nextPhase(nowNs);
    }

    private void nextPhase(final long nowNs) {
        cycleIndex = (cycleIndex + 1) % CYCLE.length;
        cycleStampNs = nowNs;
        pacingGain = CYCLE[cycleIndex];
    }

    private void checkCyclePhase(final AckFacts facts) {
        if (mode != Mode.PROBE_BW) {
            return;
        }
        final boolean lasted = facts.nowNs - cycleStampNs > pathNs();
        final boolean over;
        if (pacingGain > 1) {
            over = lasted && (lossSinceAck || facts.inFlightBytes >= inFlight(pacingGain));
        } else if (pacingGain < 1) {
            over = lasted || facts.inFlightBytes <= inFlight(1);
        } else {
            over = lasted;
        }
        if (over) {
            nextPhase(facts.nowNs);
        }
    }

    // ------------------------------------------------------------------ what is done (§4.2)

    private void setPacingRate(final AckFacts facts) {
        if (!measured && facts.srttNs > 0) {
            measured = true;
            pacingRate = (long) (HIGH_GAIN * initialWindow * SECOND / facts.srttNs);
        }
        final double gain = idleRestart && mode == Mode.PROBE_BW ? 1 : pacingGain;
        final long rate = (long) (MARGIN * gain * bandwidth.max());
        if (filledPipe || rate > pacingRate) {
            // The least window in a round trip leaves at any rate: an estimate that timeouts have ruined must not stay.
            final long least = facts.srttNs == 0 ? 1 : (long) (LEAST_SEGMENTS * mss * SECOND / facts.srttNs);
            pacingRate = Math.max(least, rate);
        }
    }

    private void setWindow(final AckFacts facts) {
        if (facts.deliveredBytes > 0) {
            final double target = inFlight(cwndGain);
            final int grown = (int) Math.min((long) cwnd + facts.deliveredBytes, MAX_WINDOW);
            if (conserving) {
                cwnd = Math.max(cwnd, facts.inFlightAfterBytes + facts.deliveredBytes);
            } else if (filledPipe) {
                cwnd = (int) Math.min(grown, target);
            } else if (cwnd < target) {
                cwnd = grown;
            }
            cwnd = Math.max(cwnd, LEAST_SEGMENTS * mss);
        }
        if (mode == Mode.PROBE_RTT) {
            cwnd = Math.min(cwnd, LEAST_SEGMENTS * mss);
        }
    }

    private void saveWindow() {
        priorCwnd = conserving || mode == Mode.PROBE_RTT && probeRttBegun ? Math.max(priorCwnd, cwnd) : cwnd;
    }

    private void restoreWindow() {
        conserving = false;
        cwnd = Math.max(cwnd, priorCwnd);
    }

    @Override
    public void onLoss(final int inFlightBytes, final long nowNs) {
        saveWindow();
        lossSinceAck = true;
        conserving = true;
        cwnd = Math.max(inFlightBytes, mss) + mss;
    }

    /**
     * Version 1 takes no notice of ECN: the rate that is delivered says what the path carries. A recovery that follows has not reduced
     * the window, so that an older one must not come back at its end.
     */
    @Override
    public void onCongestionMark(final int inFlightBytes, final long nowNs) {
        if (mode != Mode.PROBE_RTT) {
            priorCwnd = 0;
        }
    }

    @Override
    public void onRecovered(final int inFlightBytes, final long nowNs) {
        restoreWindow();
    }

    @Override
    public void onTimeout(final int inFlightBytes, final boolean first, final long nowNs) {
        saveWindow();
        lossSinceAck = true;
        fullBandwidth = 0;
        fullRounds = 0;
        cwnd = mss;
    }

    @Override
    public void onUndo(final long nowNs) {
        fullBandwidth = 0;
        fullRounds = 0;
        restoreWindow();
    }

    /** §4.3.4.4: nothing is forgotten, and pacing at the estimated rate makes no burst. */
    @Override
    public void onIdle(final long nowNs) {
        idleRestart = true;
    }

    /** The rate and the delay are forgotten by their own windows. */
    @Override
    public void onUnvalidated(final long nowNs) {}

    @Override
    public boolean ownsRecoveryWindow() {
        return true;
    }

    // ------------------------------------------------------------------ answers

    @Override
    public int windowBytes() {
        return cwnd;
    }

    @Override
    public int slowStartThresholdBytes() {
        return Integer.MAX_VALUE;
    }

    @Override
    public long pacingBytesPerSecond() {
        return pacingRate;
    }
}
