package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.FIN;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.out.AckScheduler;
import dev.culvert.tcp.out.Replies;

/**
 * RFC 9293 §3.10.7.4, eighth step. A FIN that stands behind a gap is remembered and takes effect when the gap is filled, which
 * any later segment may do. Shard's thread only.
 */
public final class FinProcessing {
    private final TcpContext context;
    private final Replies replies;
    private final AckScheduler acks;
    private final Endings endings;

    /** Answers through these. */
    public FinProcessing(
            final TcpContext context, final Replies replies, final AckScheduler acks, final Endings endings) {
        this.context = context;
        this.replies = replies;
        this.acks = acks;
        this.endings = endings;
    }

    void step8CheckFin(final Tcb tcb, final Segment seg, final long nowNs) {
        final ReceiveState rcv = tcb.rcv;
        if (seg.has(FIN) && !rcv.finSeen) {
            noteFin(tcb, seg.textSeq() + seg.textLength);
        }
        if (!rcv.finSeen || rcv.finReceived || rcv.nxt != rcv.finSeq) {
            return;
        }
        rcv.finReceived = true;
        rcv.dsack = false; // as on Linux, the peer sends no more text for which the report could matter
        rcv.nxt++;
        tcb.counts.bytesReceived++;
        rcv.wnd = Math.max(0, rcv.wnd - 1);
        acks.ackNow(tcb);
        context.tell(tcb, Readiness.PEER_CLOSED | Readiness.READABLE);
        switch (tcb.state) {
            case SYN_RECEIVED, ESTABLISHED -> context.move(tcb, TcpState.CLOSE_WAIT, nowNs);
            case FIN_WAIT_1 ->
                context.move(tcb, TcpState.CLOSING, nowNs); // our FIN is not acknowledged, or step 5 knew
            case FIN_WAIT_2 -> enterTimeWait(tcb, nowNs);
            case LISTEN, SYN_SENT, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> {}
        }
    }

    /** A FIN beyond the window is not taken; it needs no room itself. */
    private void noteFin(final Tcb tcb, final int finSeq) {
        final ReceiveState rcv = tcb.rcv;
        if (Seq.lt(finSeq, rcv.nxt) || Seq.gt(finSeq, rcv.edge()) || !tcb.state.canReceive()) {
            return;
        }
        rcv.finSeen = true;
        rcv.finSeq = finSeq;
        if (finSeq != rcv.nxt) {
            acks.ackNow(tcb); // RFC 5681 §4.2: it stands above a gap
        }
    }

    private void enterTimeWait(final Tcb tcb, final long nowNs) {
        replies.lastAck(endings.toTimeWait(tcb, nowNs), tcb, nowNs);
    }
}
