package dev.culvert.tcp.loss;

import dev.culvert.counters.Counters;
import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.CongestionControl;
import dev.culvert.timer.TimerNode;

/**
 * Loss recovery with a peer that sends SACK: {@link Rack} finds losses, {@link TailLossProbe} makes the peer speak when it is
 * silent, {@link ProportionalRateReduction} meters what is sent meanwhile, {@link FRto} and {@link Undo} take back what proves
 * unnecessary (RFC 4015).
 *
 * <p>A window of data costs one reduction, by loss, by mark or by timeout, as on Linux: a timeout during fast recovery makes the
 * window one segment, but does not lower ssthresh once more.
 */
public final class RackRecovery implements LossRecovery {
    private final Counters counters;
    private SentSegments sent;
    /** Null while nothing is repaired, probed for or may be taken back. */
    private Repair repair;

    private Rack rack;
    private CongestionControl congestion;
    private LossPhase phase = LossPhase.OPEN;
    /** RecoveryPoint: SND.NXT when the window was last reduced. */
    private int recover;

    private int reductions;
    private long reorderingDeadlineNs = TimerNode.NEVER;
    private int mssBytes;
    private long srttNs;
    private long minRttNs;

    /** Counts what it does, by Linux's names. */
    public RackRecovery(final Counters counters) {
        this.counters = counters;
    }

    @Override
    public void open(final SentSegments segments, final CongestionControl control, final int iss) {
        endRepair();
        sent = segments;
        rack = segments.rack();
        congestion = control;
        phase = LossPhase.OPEN;
        recover = iss;
        reductions = 0;
        reorderingDeadlineNs = TimerNode.NEVER;
        mssBytes = 1;
        srttNs = 0;
        minRttNs = Long.MAX_VALUE;
    }

    /** A recovery that the last control metered by itself goes on by proportional rate reduction, to the window that is left. */
    @Override
    public void onControl(final CongestionControl next) {
        if (phase == LossPhase.RECOVERY && congestion.ownsRecoveryWindow()) {
            repair.prr.begin(next.windowBytes(), sent.outstandingBytes() - sent.sackedBytes());
        }
        congestion = next;
    }

    private Repair repair() {
        if (repair == null) {
            repair = sent.parts().lendRepair();
        }
        return repair;
    }

    private void endRepair() {
        if (repair != null) {
            sent.parts().takeBack(repair);
            repair = null;
        }
    }

    @Override
    public void onAck(final AckFacts facts) {
        mssBytes = facts.mssBytes;
        srttNs = facts.srttNs;
        minRttNs = facts.minRttNs;
        answerEcho(facts);
        final boolean probeCameTwice = repair != null && repair.probe.explains(facts);
        if (repair != null && repair.probe.onAck(facts)) {
            reduceForRepairedTail(facts);
        }
        learnReordering(facts, probeCameTwice);
        takeBack(facts);
        final boolean metered = phase == LossPhase.RECOVERY;
        final boolean over = isRecovering() && Seq.ge(facts.una, recover);
        if (over) {
            leaveRecovery(facts.nowNs);
        }
        final int found = detectLosses(facts.nowNs);
        facts.lostBytes = found + (repair == null ? 0 : repair.takeTimerLosses());
        final boolean damaged = found > 0 || over && sent.hasCongestionLoss();
        final boolean entered = damaged && !isRecovering();
        if (entered) {
            enterRecovery(facts.una, facts.nxt, facts.flightBytes, facts.undeliveredBytes, facts.nowNs);
        }
        // What came before it in the same batch has left the network as well, and nothing was sent for it.
        final int delivered =
                entered ? facts.undeliveredBytes - sent.outstandingBytes() + sent.sackedBytes() : facts.deliveredBytes;
        if (phase == LossPhase.RECOVERY && (entered || delivered > 0)) {
            repair.prr.onAck(delivered, facts.ackedBytes > 0 && !damaged, sent.pipeBytes(), mssBytes);
        }
        if (facts.countedBytes() > 0 && mayGrow(metered)) {
            congestion.onAck(facts);
        }
        if (repair != null && !isRecovering() && repair.isOver()) {
            endRepair();
        }
    }

    /** No growth before a reduction has had its effect; what follows a timeout is slow start. */
    private boolean mayGrow(final boolean metered) {
        return !metered && (phase == LossPhase.OPEN || phase == LossPhase.LOSS) || congestion.ownsRecoveryWindow();
    }

    /** RFC 3168 §6.1.2: an echo counts only if it acknowledges what was sent after the last reduction. */
    private void answerEcho(final AckFacts facts) {
        if (phase == LossPhase.CWR && Seq.gt(facts.una, recover)) {
            phase = LossPhase.OPEN;
        }
        if (facts.congestionEchoed && phase == LossPhase.OPEN && Seq.gt(facts.una, recover)) {
            reduce(LossPhase.CWR, facts.nxt);
            forbidUndo();
            congestion.onCongestionMark(facts.inFlightBytes, facts.nowNs);
        }
    }

    private void forbidUndo() {
        if (repair != null) {
            repair.forbidUndo();
        }
    }

    private void reduce(final LossPhase because, final int nxt) {
        phase = because;
        recover = nxt;
        reductions++;
    }

    /** RFC 8985 §7.4: the probe was the repair, and the loss behind it calls for one reduction. */
    private void reduceForRepairedTail(final AckFacts facts) {
        if (phase == LossPhase.OPEN) {
            counters.increment(StackCounter.TcpExtTCPLossProbeRecovery);
            reduce(LossPhase.OPEN, facts.nxt);
            forbidUndo();
            congestion.onLoss(withoutExtra(facts.flightBytes), facts.nowNs);
            congestion.onRecovered(congestion.slowStartThresholdBytes(), facts.nowNs);
        }
    }

    /** RFC 5681 equation (4), FlightSize without what limited transmit has added to it. */
    private int withoutExtra(final int flightBytes) {
        return Math.min(flightBytes, congestion.windowBytes());
    }

    private void learnReordering(final AckFacts facts, final boolean probeCameTwice) {
        if (rack.sawReordering()) {
            counters.increment(StackCounter.TcpExtTCPSACKReorder);
        }
        if (facts.dsack && !probeCameTwice) { // as on Linux
            rack.onDsack(sent.flight(), facts.una, facts.nxt);
        }
        if (repair != null && facts.dsack) {
            repair.onDsack(facts);
            learnLateness(facts);
        }
        facts.reorderingNs = rack.latenessNs();
    }

    /** A repair at SND.UNA shows by its echo when it comes second; what a D-SACK then reports is the late original. */
    private void learnLateness(final AckFacts facts) {
        final boolean echoes = facts.echoedNs != Long.MAX_VALUE;
        final long dueNs = repair.undo.firstDueNs();
        if (echoes && repair.undo.isFirstReported() && dueNs != TimerNode.NEVER) {
            rack.onLateArrival(dueNs, facts.nowNs);
        }
    }

    /** RFC 4015 §3: recovery or timeout was spurious. */
    private void takeBack(final AckFacts facts) {
        if (repair == null) {
            return;
        }
        final Undo undo = repair.undo;
        if (isRefusal(facts)) {
            undo.onRefused(mssBytes);
        }
        final boolean timedOut = phase == LossPhase.LOSS;
        if (timedOut && repair.frto.onAck(facts, sent.delivery().hasSurvivorUpTo(recover)) == FRto.Verdict.SPURIOUS) {
            revert(StackCounter.TcpExtTCPSpuriousRTOs, facts.nowNs);
        } else if (isRecovering() && facts.ackedBytes > 0 && undo.isEarlierEcho(facts, sent.delivery().headStampNs)) {
            counters.increment(StackCounter.TcpExtTCPTSReorder);
            rack.seeReordering();
            revert(timedOut ? StackCounter.TcpExtTCPLossUndo : undoOfRecovery(facts), facts.nowNs);
        } else if (phase == LossPhase.RECOVERY && undo.isUnrepeated() && sent.lostBytes() == 0) {
            // It came by itself before its turn: ACKs that arrive together are all looked at before anything is sent.
            revert(undoOfRecovery(facts), facts.nowNs);
        } else if ((facts.dsack || isRefusal(facts)) && hasComeTwice()) {
            revert(timedOut ? StackCounter.TcpExtTCPLossUndo : StackCounter.TcpExtTCPDSACKUndo, facts.nowNs);
        }
    }

    private boolean hasComeTwice() {
        return repair.undo.isFirstReported() && rack.latenessNs() > 0 || repair.undo.isAllReported();
    }

    /**
     * Where segments overtake each other: a duplicate ACK that tells of nothing that came is for one that was thrown away because a
     * repair had overtaken it (RFC 7323 §5.3 R1).
     */
    private boolean isRefusal(final AckFacts facts) {
        final boolean silent = facts.duplicate && facts.deliveredBytes == 0 && !facts.dsack;
        return silent && facts.echoedNs != Long.MAX_VALUE && !facts.overtaken && rack.latenessNs() > 0;
    }

    private StackCounter undoOfRecovery(final AckFacts facts) {
        return Seq.ge(facts.una, recover) ? StackCounter.TcpExtTCPFullUndo : StackCounter.TcpExtTCPPartialUndo;
    }

    private void revert(final StackCounter because, final long nowNs) {
        counters.increment(because);
        congestion.onUndo(nowNs);
        sent.forgetLosses();
        repair.onTakenBack();
        repair.frto.end();
        phase = LossPhase.OPEN;
        if (hasComeTwice()) { // the reduction before it, whose proof has waited for this one
            revert(StackCounter.TcpExtTCPDSACKUndo, nowNs);
        }
    }

    /** RFC 9937 §6: recovery ends with the window at ssthresh. What may be taken back stays so until the next reduction. */
    private void leaveRecovery(final long nowNs) {
        if (phase == LossPhase.RECOVERY) {
            congestion.onRecovered(repair.prr.ssthreshBytes(), nowNs);
        }
        repair.frto.end();
        rack.onRecovered();
        phase = LossPhase.OPEN;
    }

    private int detectLosses(final long nowNs) {
        final int before = sent.congestionLossBytes();
        final long windowNs = rack.waitNs(isRecovering(), sent.sackedSegments(), minRttNs, srttNs);
        reorderingDeadlineNs = rack.detectLosses(sent, windowNs, nowNs);
        counters.add(StackCounter.TcpExtTCPLostRetransmit, rack.lostAgain());
        return sent.congestionLossBytes() - before;
    }

    private void enterRecovery(
            final int una, final int nxt, final int flightBytes, final int undeliveredBytes, final long nowNs) {
        counters.increment(StackCounter.TcpExtTCPSackRecovery);
        final boolean reduced = phase == LossPhase.CWR && Seq.lt(una, recover);
        if (reduced) { // by a mark in the same window: the loss is only repaired
            phase = LossPhase.RECOVERY;
            recover = nxt;
            forbidUndo();
        } else {
            reduce(LossPhase.RECOVERY, nxt);
            congestion.onLoss(withoutExtra(flightBytes), nowNs);
            repair().onReduction(una);
        }
        repair().probe.reset();
        repair().prr.begin(congestion.slowStartThresholdBytes(), undeliveredBytes);
    }

    @Override
    public void onReorderingTimeout(final int una, final int nxt, final long nowNs) {
        final int found = detectLosses(nowNs);
        if (found > 0) {
            repair().addTimerLosses(found);
            if (!isRecovering()) {
                enterRecovery(una, nxt, sent.outstandingBytes(), sent.outstandingBytes() - sent.sackedBytes(), nowNs);
                repair().prr
                        .onAck(
                                mssBytes,
                                false,
                                sent.pipeBytes(),
                                mssBytes); // as on Linux: one segment has left the network
            }
        }
    }

    @Override
    public void onTimeout(final int una, final int nxt, final long nowNs) {
        final boolean again = phase == LossPhase.LOSS;
        final boolean reneged = sent.headSacked();
        if (reneged) { // RFC 2018 §8
            counters.increment(StackCounter.TcpExtTCPSACKReneging);
            sent.forgetSacks();
        }
        if (phase == LossPhase.RECOVERY) {
            counters.increment(StackCounter.TcpExtTCPSackRecoveryFail);
        } else if (!again && sent.sackedBytes() > 0) {
            counters.increment(StackCounter.TcpExtTCPSackFailures);
        }
        final boolean reduced = isRecovering() || phase == LossPhase.CWR && Seq.lt(una, recover);
        if (!reduced) {
            repair().onReduction(una);
        }
        repair().frto
                .begin(phase != LossPhase.RECOVERY
                        && !reneged); // what it had before would pass for what has arrived since
        congestion.onTimeout(withoutExtra(sent.outstandingBytes()), !reduced, nowNs);
        final long windowNs = rack.waitNs(true, sent.sackedSegments(), minRttNs, srttNs);
        final int before = sent.congestionLossBytes();
        rack.markOnTimeout(sent, windowNs, nowNs);
        repair().addTimerLosses(sent.congestionLossBytes() - before);
        reduce(LossPhase.LOSS, nxt);
        reorderingDeadlineNs = TimerNode.NEVER;
        repair().probe.reset();
    }

    @Override
    public int inFlightBytes() {
        return sent.pipeBytes();
    }

    @Override
    public int windowBytes() {
        final boolean metered = phase == LossPhase.RECOVERY && !congestion.ownsRecoveryWindow();
        return metered ? repair.prr.windowBytes() : congestion.windowBytes();
    }

    @Override
    public LossPhase phase() {
        return phase == LossPhase.OPEN && sent.sackedBytes() > 0 ? LossPhase.DISORDER : phase;
    }

    @Override
    public boolean isRecovering() {
        return phase == LossPhase.RECOVERY || phase == LossPhase.LOSS;
    }

    @Override
    public int reductions() {
        return reductions;
    }

    @Override
    public boolean wantsSack() {
        return true;
    }

    @Override
    public void onSent(final int bytes) {
        if (phase == LossPhase.RECOVERY) {
            repair.prr.onSent(bytes);
        }
    }

    @Override
    public void onRetransmitted(final int from, final int bytes, final long sentNs, final long stampNs) {
        if (isRecovering()) {
            // A timeout only means that nothing has come.
            final boolean overtaken = phase == LossPhase.RECOVERY && sentNs != TimerNode.NEVER;
            repair.undo.onRetransmitted(
                    from, bytes, overtaken ? rack.dueNs(sentNs, stampNs) : TimerNode.NEVER, stampNs);
        }
    }

    @Override
    public boolean wantsNewData() {
        return repair != null && repair.frto.isWaiting();
    }

    @Override
    public void onNewDataTried(final int nxt) {
        if (nxt == recover && repair != null) { // it could not go: the conventional repair goes on
            repair.frto.end();
        }
    }

    @Override
    public long reorderingDeadlineNs() {
        return reorderingDeadlineNs;
    }

    @Override
    public boolean mayProbe() {
        return !isRecovering()
                && sent.pipeBytes() == sent.outstandingBytes()
                && (repair == null || repair.probe.mayProbe());
    }

    @Override
    public void onProbeSent(final int nxt, final int againBytes) {
        counters.increment(StackCounter.TcpExtTCPLossProbes);
        repair().probe.onSent(nxt, againBytes);
        repair.undo.onProbe(againBytes);
    }
}
