package dev.culvert.tcp.out;

import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.timer.TimerKind;

/**
 * When received text is acknowledged: RFC 9293 §3.8.6.3 and RFC 5681 §4.2. An ACK that is due leaves at the end of the batch,
 * so that it rides on a response if there is one (MUST-58, MUST-59).
 */
public final class AckScheduler {
    private static final long MS = 1_000_000L;

    /** As many as Linux has in a row (TCP_MAX_QUICKACKS). */
    private static final int QUICK_ACKS = 16;

    private final TcpContext context;

    /** For the connections of this shard. */
    public AckScheduler(final TcpContext context) {
        this.context = context;
    }

    /** An ACK must leave at the end of this batch. */
    public void ackNow(final Tcb tcb) {
        tcb.rcv.ackNow = true;
        context.touch(tcb);
    }

    /** Whether the next segments are acknowledged at once or as late as it is allowed, until the connection knows better. */
    public void quick(final Tcb tcb, final boolean quick) {
        tcb.rcv.quickAcks = quick ? QUICK_ACKS : 0;
        if (quick && tcb.timers.isRunning(TimerKind.DELAYED_ACK)) {
            ackNow(tcb);
        }
    }

    /** New text was taken in order. */
    public void onText(final Tcb tcb, final Segment seg, final int bytes, final long nowNs) {
        final ReceiveState rcv = tcb.rcv;
        rcv.mss = Math.max(rcv.mss, seg.segmentSize);
        rcv.unackedBytes += bytes;
        if (rcv.quickAcks > 0) {
            rcv.quickAcks -= Math.min(rcv.quickAcks, seg.wireSegments());
            ackNow(tcb);
        } else if (rcv.unackedBytes >= 2 * rcv.mss || tcb.config.delayedAckMs() == 0) {
            ackNow(tcb); // SHLD-19
        } else if (!rcv.ackNow && !tcb.timers.isRunning(TimerKind.DELAYED_ACK)) {
            context.timers.set(tcb.timers, TimerKind.DELAYED_ACK, nowNs + tcb.config.delayedAckMs() * MS);
        }
    }

    /** Text came out of order: RFC 5681 §4.2 wants one duplicate ACK for each such segment. */
    public void onGap(final Tcb tcb, final Segment seg) {
        final ReceiveState rcv = tcb.rcv;
        rcv.mss = Math.max(rcv.mss, seg.segmentSize);
        if (!rcv.sack) { // with SACK one ACK says it all
            rcv.duplicateAcks += Math.max(1, seg.wireSegments());
        }
        ackNow(tcb);
    }

    /**
     * A segment has brought sequence numbers {@code left} up to {@code right} again: the next segment says so (RFC 2883 §4).
     * What comes before that is added where it touches, as on Linux; of two ranges apart the first is reported (§4.2.3).
     */
    public void duplicate(final Tcb tcb, final int left, final int right) {
        final ReceiveState rcv = tcb.rcv;
        if (!rcv.sack || !tcb.config.dsack()) {
            return;
        }
        if (!rcv.dsack) {
            rcv.dsack = true;
            rcv.dsackLeft = left;
            rcv.dsackRight = right;
            context.count(
                    Seq.lt(left, rcv.nxt) ? StackCounter.TcpExtTCPDSACKOldSent : StackCounter.TcpExtTCPDSACKOfoSent);
        } else if (Seq.le(left, rcv.dsackRight) && Seq.le(rcv.dsackLeft, right)) {
            rcv.dsackLeft = Seq.min(left, rcv.dsackLeft);
            rcv.dsackRight = Seq.max(right, rcv.dsackRight);
        }
    }

    /** A segment with an ACK has left. */
    void onAckSent(final Tcb tcb) {
        final ReceiveState rcv = tcb.rcv;
        rcv.lastAckSent = rcv.nxt;
        rcv.unackedBytes = 0;
        rcv.ackNow = false;
        rcv.dsack = false;
        tcb.timers.cancel(TimerKind.DELAYED_ACK);
    }

    /** The delayed ACK's time has come. */
    public void onTimer(final Tcb tcb) {
        context.count(StackCounter.TcpExtDelayedACKs);
        ackNow(tcb);
    }
}
