package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.CongestionControl;

/**
 * Fast retransmit and fast recovery without the peer's SACK: RFC 5681 §3.2 with the partial acknowledgements of RFC 6582.
 * Instead of inflating the congestion window, every duplicate ACK counts one segment as having left the network, which
 * allows the same segments at the same times; before the third one this is limited transmit (RFC 3042).
 *
 * <p>A window of data costs one reduction, by loss or by mark: an ECN echo counts only if it acknowledges what was sent after
 * the last one (RFC 3168 §6.1.2), and a loss in the window that a mark has reduced is only repaired.
 */
public final class NewRenoRecovery implements LossRecovery {
    /** RFC 5681 §3.2. */
    private static final int DUP_THRESH = 3;

    private enum Phase {
        OPEN,
        CWR,
        RECOVERY,
        LOSS
    }

    private SentSegments sent;
    private CongestionControl congestion;
    private Phase phase = Phase.OPEN;
    /** SND.NXT when the window was last reduced. */
    private int recover;

    private int reductions;
    private int dupAcks;
    private int departedBytes;
    /** What timeouts have found lost since the last ACK. */
    private int timerLosses;

    @Override
    public void open(final SentSegments segments, final CongestionControl control, final int iss) {
        sent = segments;
        congestion = control;
        phase = Phase.OPEN;
        recover = iss;
        reductions = 0;
        dupAcks = 0;
        departedBytes = 0;
        timerLosses = 0;
    }

    @Override
    public void onControl(final CongestionControl next) {
        congestion = next;
    }

    @Override
    public void onAck(final AckFacts facts) {
        facts.reorderingNs = 0;
        if (phase == Phase.CWR && Seq.gt(facts.una, recover)) {
            phase = Phase.OPEN;
        }
        if (facts.congestionEchoed && phase == Phase.OPEN && Seq.gt(facts.una, recover)) {
            reduce(Phase.CWR, facts.nxt);
            congestion.onCongestionMark(facts.inFlightBytes, facts.nowNs);
        }
        final int before = sent.congestionLossBytes();
        if (facts.ackedBytes > 0) {
            onNewAck(facts);
        } else if (facts.duplicate) {
            onDuplicate(facts);
        }
        facts.lostBytes = sent.congestionLossBytes() - before + timerLosses;
        timerLosses = 0;
    }

    private void reduce(final Phase because, final int nxt) {
        phase = because;
        recover = nxt;
        reductions++;
    }

    private void onNewAck(final AckFacts facts) {
        dupAcks = 0;
        switch (phase) {
            case OPEN -> {
                departedBytes = 0;
                congestion.onAck(facts);
            }
            case CWR -> departedBytes = 0; // no growth before the reduction has had its effect
            case LOSS -> {
                departedBytes = 0;
                congestion.onAck(facts);
                if (Seq.ge(facts.una, recover)) {
                    phase = Phase.OPEN;
                }
            }
            case RECOVERY -> {
                if (Seq.ge(facts.una, recover)) { // RFC 6582 §3.2 step 3, full acknowledgement
                    phase = Phase.OPEN;
                    departedBytes = 0;
                    congestion.onRecovered(sent.outstandingBytes(), facts.nowNs);
                } else { // partial acknowledgement: the next hole is lost too
                    departedBytes = Math.max(0, departedBytes - Math.max(0, facts.ackedBytes - facts.mssBytes));
                    sent.markHeadLost(facts.mssBytes);
                }
            }
        }
    }

    private void onDuplicate(final AckFacts facts) {
        dupAcks++;
        // The hole itself is still missing, so at most everything behind it can have arrived.
        departedBytes = Math.min(departedBytes + facts.mssBytes, Math.max(0, sent.outstandingBytes() - facts.mssBytes));
        if (dupAcks < DUP_THRESH) {
            return;
        }
        if (sent.loseHeadProbe()) { // RFC 4821 §7.7: no sign of congestion, nor are the duplicate ACKs still to come
            recover = facts.nxt;
            return;
        }
        if (phase == Phase.CWR && Seq.lt(facts.una, recover)) {
            phase = Phase.RECOVERY;
            recover = facts.nxt;
            sent.markHeadLost(facts.mssBytes);
        } else if (phase == Phase.CWR || phase == Phase.OPEN && Seq.gt(facts.una, recover)) {
            // RFC 6582 §3.2 step 2: not again for what was outstanding at the last loss.
            reduce(Phase.RECOVERY, facts.nxt);
            congestion.onLoss(facts.flightBytes, facts.nowNs);
            sent.markHeadLost(facts.mssBytes);
        }
    }

    @Override
    public void onTimeout(final int una, final int nxt, final long nowNs) {
        final boolean halved = phase == Phase.LOSS || phase == Phase.CWR && Seq.lt(una, recover);
        congestion.onTimeout(sent.outstandingBytes(), !halved, nowNs);
        reduce(Phase.LOSS, nxt);
        dupAcks = 0;
        departedBytes = 0;
        final int before = sent.congestionLossBytes();
        sent.markAllLost();
        timerLosses += sent.congestionLossBytes() - before;
    }

    @Override
    public int inFlightBytes() {
        return Math.max(0, sent.outstandingBytes() - sent.lostBytes() - departedBytes);
    }

    @Override
    public int windowBytes() {
        return congestion.windowBytes();
    }

    @Override
    public LossPhase phase() {
        return switch (phase) {
            case OPEN -> dupAcks > 0 ? LossPhase.DISORDER : LossPhase.OPEN;
            case CWR -> LossPhase.CWR;
            case RECOVERY -> LossPhase.RECOVERY;
            case LOSS -> LossPhase.LOSS;
        };
    }

    @Override
    public boolean isRecovering() {
        return phase == Phase.RECOVERY || phase == Phase.LOSS;
    }

    @Override
    public int reductions() {
        return reductions;
    }
}
