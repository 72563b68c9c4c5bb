package dev.culvert.tcp.out;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.loss.TailLossProbe;
import dev.culvert.timer.TimerKind;
import dev.culvert.timer.TimerNode;

/**
 * The three timers that end a silence of the peer, of which one runs at a time (RFC 8985 §7.2, §8): the retransmission timeout
 * of RFC 6298 when nothing better is known, before it a loss probe, before that the wait for what may only be late. Shard's
 * thread only.
 */
public final class RecoveryTimers {
    /** As on Linux: how long a peer that seems to have reneged may take to correct the impression. */
    private static final long RENEGING_NS = 10_000_000L;

    private final TcpContext context;

    /** For the connections of this shard. */
    public RecoveryTimers(final TcpContext context) {
        this.context = context;
    }

    /** Something new was acknowledged: the timeout begins anew, or ends (RFC 6298 §5.2, §5.3). */
    public void onAcknowledged(final Tcb tcb, final long nowNs) {
        restartTimeout(tcb, nowNs);
        restartProbe(tcb, nowNs);
    }

    /** New text was sent (RFC 8985 §7.2). */
    void onNewText(final Tcb tcb, final long nowNs) {
        restartProbe(tcb, nowNs);
    }

    /** The timeout counts from now. */
    public void restartTimeout(final Tcb tcb, final long nowNs) {
        tcb.snd.timeoutNs = nowNs + tcb.rtt.rtoNs();
    }

    private static void restartProbe(final Tcb tcb, final long nowNs) {
        // Less than two full segments may wait for a delayed ACK (RFC 9293 §3.8.6.3), not only one segment.
        final boolean ackMayBeDelayed = tcb.sent.outstandingBytes() < 2 * tcb.snd.mss;
        tcb.snd.probeNs = nowNs + TailLossProbe.timeoutNs(tcb.rtt.srttNs(), ackMayBeDelayed);
    }

    /** The peer asks for what it said it holds: soon the timeout decides what that means (RFC 2018 §8). */
    public void hurry(final Tcb tcb, final long nowNs) {
        final long soonNs = nowNs + Math.max(tcb.rtt.srttNs() / 2, RENEGING_NS);
        if (tcb.snd.timeoutNs - soonNs > 0) {
            tcb.snd.timeoutNs = soonNs;
        }
    }

    /** Nothing is in flight. */
    public void stop(final Tcb tcb) {
        tcb.snd.timeoutNs = TimerNode.NEVER;
        tcb.timers.cancel(TimerKind.RETRANSMIT);
        tcb.timers.cancel(TimerKind.LOSS_PROBE);
        tcb.timers.cancel(TimerKind.REORDERING);
    }

    /** Something is in flight: sets the timer that is needed, and stops the other two. */
    public void choose(final Tcb tcb, final long nowNs) {
        final SendState snd = tcb.snd;
        if (snd.timeoutNs == TimerNode.NEVER) { // RFC 6298 §5.1
            restartTimeout(tcb, nowNs);
        }
        final long reorderingNs = tcb.recovery.reorderingDeadlineNs();
        if (reorderingNs != TimerNode.NEVER && reorderingNs - snd.timeoutNs < 0) {
            only(tcb, TimerKind.REORDERING, reorderingNs);
        } else if (tcb.config.tailLossProbe() && tcb.recovery.mayProbe() && !isShut(snd)) {
            // RFC 8985 §7.2: never later than the timeout, in whose place it then is
            only(tcb, TimerKind.LOSS_PROBE, snd.probeNs - snd.timeoutNs < 0 ? snd.probeNs : snd.timeoutNs);
        } else {
            only(tcb, TimerKind.RETRANSMIT, snd.timeoutNs);
        }
    }

    /** The peer has shut its window over what is in flight: asking once more is not what is missing. */
    private static boolean isShut(final SendState snd) {
        return Seq.lt(snd.una + snd.wnd, snd.nxt);
    }

    private void only(final Tcb tcb, final TimerKind kind, final long deadlineNs) {
        cancelUnless(kind, TimerKind.RETRANSMIT, tcb);
        cancelUnless(kind, TimerKind.LOSS_PROBE, tcb);
        cancelUnless(kind, TimerKind.REORDERING, tcb);
        if (tcb.timers.deadlineNs(kind) != deadlineNs) {
            context.timers.set(tcb.timers, kind, deadlineNs);
        }
    }

    private static void cancelUnless(final TimerKind wanted, final TimerKind kind, final Tcb tcb) {
        if (kind != wanted) {
            tcb.timers.cancel(kind);
        }
    }
}
