package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.CWR;

import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.out.AckScheduler;

/**
 * The data receiver of RFC 3168 §6.1.3: a mark of congestion is echoed by ECE in every segment that we send until the peer
 * says by CWR that it has heard. Shard's thread only.
 */
final class CongestionEcho {
    /** As on Linux: a sender that has just halved its window may have too little in flight to wait for delayed ACKs. */
    private static final int QUICK_ACKS = 2;

    private final AckScheduler acks;

    CongestionEcho(final AckScheduler acks) {
        this.acks = acks;
    }

    /**
     * An acceptable segment: CWR ends the echo. As on Linux also on one without text, where some senders put it; one with text
     * is acknowledged at once.
     */
    void onSegment(final Tcb tcb, final Segment seg) {
        if (tcb.rcv.ecn && seg.has(CWR)) {
            tcb.rcv.echo = false;
            if (seg.textLength > 0) {
                acks.ackNow(tcb);
            }
        }
    }

    /**
     * Text in the window that we keep; marks on anything else are ignored (§6.1.5). What comes without ECT from a peer that
     * uses it was sent again, and is acknowledged as promptly as what was marked.
     */
    void onText(final Tcb tcb, final Segment seg) {
        final ReceiveState rcv = tcb.rcv;
        if (!rcv.ecn) {
            return;
        }
        if (seg.isCe() && !rcv.echo || !seg.isEct() && rcv.ectSeen) {
            rcv.quickAcks = Math.max(rcv.quickAcks, QUICK_ACKS);
        }
        rcv.echo |= seg.isCe();
        rcv.ectSeen |= seg.isEct();
    }
}
