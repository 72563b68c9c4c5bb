package dev.culvert.tcp.congestion;

/**
 * The model of BBR version 3 (draft-ietf-ccwg-bbr): the example of a rate-based control. It measures the rate of the bottleneck and
 * the propagation delay, paces at that rate and keeps about two of the products of both in flight. Losses do not set the window,
 * but bounds to the model: what more than 2 % of a flight are lost of is too much in the long term, and any loss while it does not
 * probe makes it more careful until it probes again. {@link BbrModel} is what it knows, this class is what it does: the state
 * machine of §5.3, and rate and window of §5.6. Section numbers and names are the draft's, numbers where it leaves room Linux's.
 */
public final class Bbr implements CongestionControl {
    /** The name under which it is chosen. */
    public static final String NAME = "bbr";

    /** One percent below the estimate, so that a queue does not stay for ever (§5.6.2). */
    private static final double PACING_MARGIN = 0.99;
    /** §5.3.1.3: so many times losses must have been found in a round. */
    private static final int FULL_LOSS_COUNT = 6;

    private static final long PROBE_RTT_DURATION_NS = 200_000_000L;
    private static final int DRAIN_ROUNDS = 3;
    private static final int MAX_WINDOW = 1 << 30;
    private static final double SECOND = 1e9;
    private static final long MS = 1_000_000L;

    private final BbrModel model = new BbrModel();
    private final BbrSample rs = model.rs;
    private final BbrProbe probe = new BbrProbe(model);

    private BbrState state = BbrState.STARTUP;
    private int mss;
    private int initialWindow;
    private int cwnd;
    private int priorCwnd;
    private long pacingRate;
    /** A segment in a round trip leaves at any rate: an estimate that timeouts have ruined must not stay. */
    private long leastPacingRate;

    private boolean measured;
    private boolean jittery;
    private boolean idleRestart;
    /** Null when the last reduction is taken back. */
    private BbrState undoState = BbrState.STARTUP;

    private long drainStartRound;
    private boolean cwndLimited;
    private boolean cwndLimitedInRound;

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
        model.open(mssBytes, initialWindowBytes, nowNs);
        measured = false;
        jittery = false;
        idleRestart = false;
        probe.open(nowNs);
        cwndLimited = false;
        cwndLimitedInRound = false;
        enterStartup();
        undoState = state;
        leastPacingRate = 1;
        pacingRate = (long) (state.pacingGain * initialWindowBytes * SECOND / MS); // until a round trip is known: 1 ms
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
        model.setMss(mssBytes);
        cwnd = Math.max(cwnd, mss);
    }

    /** The model is fed by {@link #onDelivery}, in recovery too. */
    @Override
    public void onAck(final AckFacts facts) {}

    /** BBRUpdateOnACK (§5.2.3). */
    @Override
    public void onDelivery(final AckFacts facts) {
        model.take(facts);
        if (state == BbrState.PROBE_RTT) { // half a product in flight says nothing of the rate of the path
            rs.limit(facts.inFlightAfterBytes);
        }
        handleLoss(facts.nowNs);
        updateCwndLimited(facts);
        learnReordering();
        updateModelAndState(facts);
        setPacingRate(facts);
        setCwnd();
    }

    /** BBRUpdateModelAndState (§5.2.3). */
    private void updateModelAndState(final AckFacts facts) {
        model.updateLatestDeliverySignals(facts.nowNs);
        model.updateMaxBw();
        model.adaptLowerBoundsFromCongestion(state.isProbing(), cwnd);
        model.updateAckAggregation(cwnd, facts.nowNs);
        model.checkFullBwReached();
        checkStartupDone(facts.inFlightAfterBytes);
        checkDrainDone(facts);
        updateProbeBwCyclePhase(facts);
        model.updateMinRtt(facts, isProbeOn());
        checkProbeRtt(facts);
        model.advanceLatestDeliverySignals();
    }

    private void updateCwndLimited(final AckFacts facts) {
        cwndLimitedInRound |= facts.inFlightBytes + mss > cwnd;
        if (rs.roundStart) {
            probe.onRound();
            cwndLimited = cwndLimitedInRound;
            cwndLimitedInRound = false;
        }
    }

    /** Once it turns out that the path holds twice as much as was thought, what was concluded about when it is full is void. */
    private void learnReordering() {
        if (!jittery && model.isJittery()) {
            jittery = true;
            model.forgetFullBwReached();
            model.resetShortTermModel();
            if (state != BbrState.PROBE_RTT) {
                enterStartup();
            }
        }
    }

    // ------------------------------------------------------------------ Startup and Drain (§5.3.1, §5.3.2)

    /** BBREnterStartup. */
    private void enterStartup() {
        state = BbrState.STARTUP;
        model.resetFullBw(0);
    }

    /** BBRCheckStartupDone, with BBRCheckStartupHighLoss. */
    private void checkStartupDone(final int inFlightBytes) {
        if (state != BbrState.STARTUP) {
            return;
        }
        if (!model.isFullBwReached() && model.isLossHigh(FULL_LOSS_COUNT)) {
            model.handleLossTooHighInStartup();
        }
        if (model.isFullBwReached()) { // BBREnterDrain
            state = BbrState.DRAIN;
            drainStartRound = rs.roundCount;
            model.startupDone(inFlightBytes);
        }
    }

    /** BBRCheckDrainDone. */
    private void checkDrainDone(final AckFacts facts) {
        if (state == BbrState.DRAIN
                && (facts.inFlightAfterBytes <= model.inflight(1) || rs.roundCount > drainStartRound + DRAIN_ROUNDS)) {
            startProbeBwDown(facts.nowNs);
        }
    }

    // ------------------------------------------------------------------ ProbeBW (§5.3.3)

    /** BBRUpdateProbeBWCyclePhase. */
    private void updateProbeBwCyclePhase(final AckFacts facts) {
        if (!model.isFullBwReached()) {
            return;
        }
        final boolean held = isHeldByInflightLongterm(); // asked before the bound grows by the bytes of this ACK
        adaptLongTermModel(held);
        switch (state) {
            case PROBE_BW_DOWN -> {
                if (probe.isTime(cwnd, mss, facts.nowNs)) {
                    startProbeBwRefill();
                } else if (facts.inFlightAfterBytes <= Math.min(model.inflightWithHeadroom(), model.inflight(1))) {
                    state = BbrState.PROBE_BW_CRUISE; // BBRIsTimeToCruise
                }
            }
            case PROBE_BW_CRUISE -> {
                if (probe.isTime(cwnd, mss, facts.nowNs)) {
                    startProbeBwRefill();
                }
            }
            case PROBE_BW_REFILL -> {
                if (rs.roundStart) { // what is acknowledged from now on has filled the pipe
                    startProbeBwUp();
                }
            }
            case PROBE_BW_UP -> {
                if (isTimeToGoDown(held)) {
                    startProbeBwDown(facts.nowNs);
                }
            }
            case STARTUP, DRAIN, PROBE_RTT -> {}
        }
    }

    /** BBRAdaptLongTermModel. */
    private void adaptLongTermModel(final boolean held) {
        if (probe.takeEnd() && state.isProbeBw() && !rs.isAppLimited) {
            model.advanceMaxBwFilter();
        }
        if (!model.isInflightTooHigh()) {
            model.raiseInflightLongterm(rs.txInFlight);
            if (state == BbrState.PROBE_BW_UP && held) {
                probe.raiseInflightLongterm(cwnd, mss);
            }
        }
    }

    /** BBRIsTimeToGoDown. */
    private boolean isTimeToGoDown(final boolean held) {
        if (held) {
            model.resetFullBw(rs.deliveryRate);
            return false;
        }
        return model.isFullBwNow();
    }

    /** The bound, not the path, keeps the rate from growing. */
    private boolean isHeldByInflightLongterm() {
        return cwndLimited && cwnd >= model.inflightLongterm();
    }

    /** BBRStartProbeBW_DOWN. */
    private void startProbeBwDown(final long nowNs) {
        state = BbrState.PROBE_BW_DOWN;
        model.resetCongestionSignals();
        probe.pickWait(nowNs);
        probe.stop();
    }

    /** BBRStartProbeBW_REFILL. */
    private void startProbeBwRefill() {
        state = BbrState.PROBE_BW_REFILL;
        model.resetShortTermModel();
        probe.startRefill();
    }

    /** BBRStartProbeBW_UP. */
    private void startProbeBwUp() {
        state = BbrState.PROBE_BW_UP;
        probe.startUp(cwnd, mss);
        model.resetFullBw(rs.deliveryRate);
    }

    // ------------------------------------------------------------------ ProbeRTT (§5.3.4)

    /** BBRCheckProbeRTT. */
    private void checkProbeRtt(final AckFacts facts) {
        if (state != BbrState.PROBE_RTT && model.isProbeRttExpired() && !idleRestart) {
            saveCwnd();
            state = BbrState.PROBE_RTT; // BBREnterProbeRTT
            probeRttBegun = false;
        }
        if (state == BbrState.PROBE_RTT) {
            handleProbeRtt(facts);
        }
        idleRestart &= rs.newlyAcked == 0;
    }

    /** BBRHandleProbeRTT. */
    private void handleProbeRtt(final AckFacts facts) {
        if (!probeRttBegun) {
            if (facts.inFlightAfterBytes <= probeRttCwnd()) {
                probeRttBegun = true;
                probeRttRoundDone = false;
                probeRttDoneNs = facts.nowNs + PROBE_RTT_DURATION_NS;
                rs.startRound();
            }
            return;
        }
        probeRttRoundDone |= rs.roundStart;
        if (probeRttRoundDone) {
            checkProbeRttDone(facts.nowNs);
        }
    }

    /**
     * A probe that the application does not cut short: it is a matter of some round trips. Would ProbeRTT cut it short, hardly any
     * probe were finished where these are long, and the largest rate of the last ones stayed for ever.
     */
    private boolean isProbeOn() {
        final boolean isOn = state == BbrState.PROBE_BW_REFILL || state == BbrState.PROBE_BW_UP || probe.isStopping();
        return isOn && !rs.isAppLimited;
    }

    /** BBRCheckProbeRTTDone, with BBRExitProbeRTT; the wait for a probe goes on, lest all flows begin it at the same time. */
    private void checkProbeRttDone(final long nowNs) {
        if (!probeRttBegun || nowNs - probeRttDoneNs < 0) {
            return;
        }
        model.restartProbeRttInterval(nowNs);
        restoreCwnd();
        model.resetShortTermModel();
        if (model.isFullBwReached()) {
            model.resetCongestionSignals();
            state = BbrState.PROBE_BW_CRUISE;
        } else {
            enterStartup();
        }
    }

    private long probeRttCwnd() {
        return model.probeRttCwnd(BbrState.PROBE_RTT.cwndGain);
    }

    // ------------------------------------------------------------------ losses (§5.5.10, §5.5.11)

    /** BBRHandleLostPacket, for all that an ACK shows to be lost. */
    private void handleLoss(final long nowNs) {
        if (rs.newlyLost > 0) {
            model.noteLoss(nowNs);
            if (probe.hasSamples() && model.isInflightTooHigh()) {
                handleInflightTooHigh(model.inflightAtLoss(), nowNs);
            }
        }
    }

    /** BBRHandleInflightTooHigh. */
    private void handleInflightTooHigh(final long inflight, final long nowNs) {
        probe.forgetSamples(); // once per probe
        if (!rs.isAppLimited) {
            model.boundInflightLongterm(inflight, cwnd);
        }
        if (state == BbrState.PROBE_BW_UP) {
            startProbeBwDown(nowNs);
        }
    }

    /** A recovery begins. The window stays, the model bounds it; what the losses make of the model may have to be undone. */
    @Override
    public void onLoss(final int inFlightBytes, final long nowNs) {
        saveStateUponLoss();
    }

    private void saveStateUponLoss() {
        saveCwnd();
        undoState = state;
        model.saveStateUponLoss();
    }

    /** RFC 3168 §6.1.2: a mark is answered as losses are. The draft leaves ECN to other documents. */
    @Override
    public void onCongestionMark(final int inFlightBytes, final long nowNs) {
        model.noteLoss(nowNs);
        if (probe.hasSamples()) {
            handleInflightTooHigh(inFlightBytes, nowNs);
        }
        saveStateUponLoss(); // a mark is never spurious, even if a timeout in the same window is
    }

    @Override
    public void onRecovered(final int inFlightBytes, final long nowNs) {}

    /** §5.6.4.4. */
    @Override
    public void onTimeout(final int inFlightBytes, final boolean first, final long nowNs) {
        if (first) {
            saveStateUponLoss();
        }
        model.noteLoss(nowNs);
        model.resetFullBw(0);
        cwnd = mss;
    }

    /** BBRHandleSpuriousLossDetection, for the last reduction alone. */
    @Override
    public void onUndo(final long nowNs) {
        if (undoState == null) {
            return;
        }
        model.handleSpuriousLossDetection();
        model.resetFullBw(0);
        restoreCwnd();
        if (state != BbrState.PROBE_RTT && state != undoState) {
            if (undoState == BbrState.STARTUP) {
                model.forgetFullBwReached();
                enterStartup();
            } else if (undoState == BbrState.PROBE_BW_UP) {
                startProbeBwUp();
            }
        }
        undoState = null;
    }

    // ------------------------------------------------------------------ pauses

    /** BBRHandleRestartFromIdle (§5.4.1): nothing is forgotten, and pacing at the estimated rate makes no burst. */
    @Override
    public void onIdle(final long nowNs) {
        idleRestart = true;
        model.restartAggregation(nowNs);
        if (state.isProbeBw()) {
            setPacingRateWithGain(1);
        } else if (state == BbrState.PROBE_RTT) {
            checkProbeRttDone(nowNs);
        }
    }

    /** The rate and the delay are forgotten by their own windows. */
    @Override
    public void onUnvalidated(final long nowNs) {}

    // ------------------------------------------------------------------ rate and window (§5.6)

    /** BBRSetPacingRate. */
    private void setPacingRate(final AckFacts facts) {
        if (facts.srttNs > 0) {
            if (!measured) {
                measured = true;
                pacingRate = (long) (state.pacingGain * initialWindow * SECOND / facts.srttNs);
            }
            leastPacingRate = (long) (mss * SECOND / facts.srttNs);
        }
        setPacingRateWithGain(state.pacingGain);
    }

    /** BBRSetPacingRateWithGain. */
    private void setPacingRateWithGain(final double gain) {
        final long rate = (long) (PACING_MARGIN * gain * model.bw());
        if (model.isFullBwReached() || rate > pacingRate) {
            pacingRate = Math.max(leastPacingRate, rate);
        }
    }

    /** BBRSetCwnd, with BBRBoundCwndForProbeRTT and BBRBoundCwndForModel. */
    private void setCwnd() {
        long window = cwnd;
        final long target = model.maxInflight(state.cwndGain) + (state == BbrState.PROBE_BW_UP ? 2L * mss : 0);
        if (model.isFullBwReached()) {
            window = Math.min(window + rs.newlyAcked, target);
        } else if (window < target || rs.delivered < initialWindow) {
            window += rs.newlyAcked;
        }
        if (state == BbrState.PROBE_RTT) {
            window = Math.min(window, probeRttCwnd());
        }
        final long bound = Math.min(boundForState(), model.inflightShortterm());
        cwnd = (int) Math.min(Math.max(Math.min(window, bound), model.minPipeCwnd()), MAX_WINDOW);
    }

    private long boundForState() {
        return switch (state) {
            case STARTUP, DRAIN -> BbrModel.INFINITE;
            case PROBE_BW_CRUISE, PROBE_RTT -> model.inflightWithHeadroom();
            case PROBE_BW_DOWN, PROBE_BW_REFILL, PROBE_BW_UP -> model.inflightLongterm();
        };
    }

    /** BBRSaveCwnd. */
    private void saveCwnd() {
        priorCwnd = state == BbrState.PROBE_RTT ? Math.max(priorCwnd, cwnd) : cwnd;
    }

    /** BBRRestoreCwnd. */
    private void restoreCwnd() {
        cwnd = Math.max(cwnd, priorCwnd);
    }

    // ------------------------------------------------------------------ answers

    @Override
    public boolean ownsRecoveryWindow() {
        return true;
    }

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
