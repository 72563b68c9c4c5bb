package dev.culvert.tcp.in;

import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;

/** RFC 7413 §4.2.1 on the client's side, when its SYN is acknowledged. Shard's thread only. */
public final class FastOpenClient {
    private final TcpContext context;

    /** For the connections of this shard. */
    public FastOpenClient(final TcpContext context) {
        this.context = context;
    }

    /**
     * Keeps the cookie that a SYN-ACK brings, unless nobody asked for one. When only a SYN without data was answered, and
     * nothing says that the server knows Fast Open, the data may be what the path drops.
     */
    void learn(final Tcb tcb, final Segment seg, final long nowNs) {
        if (!tcb.askedFastOpen) {
            return;
        }
        final boolean dataLost = !tcb.sent.isEmpty() && seg.ack == tcb.snd.iss + 1;
        if (dataLost && tcb.snd.retries > 0 && !seg.options.fastOpen.hasCookie()) {
            context.fastOpenCache.lost(tcb.remoteHi(), tcb.remoteLo(), nowNs);
        } else {
            context.fastOpenCache.learn(tcb.remoteHi(), tcb.remoteLo(), tcb.snd.peerMss, seg.options.fastOpen, nowNs);
        }
    }

    /** Our SYN is acknowledged up to {@code ack}; what that leaves of its text goes again at once, as ordinary text. */
    void synAcknowledged(final Tcb tcb, final int ack, final long nowNs) {
        tcb.counts.bytesAcknowledged += ack - tcb.snd.una;
        tcb.snd.una = ack;
        if (tcb.sent.isEmpty()) {
            return;
        }
        tcb.sent.beginAck(Long.MAX_VALUE, Long.MAX_VALUE);
        tcb.sent.acknowledge(ack, nowNs);
        tcb.snd.discard(Seq.span(tcb.snd.bufferStart(), ack));
        if (tcb.sent.isEmpty()) {
            context.count(StackCounter.TcpExtTCPFastOpenActive);
            tcb.counts.textWithSyn = true;
        } else {
            context.count(StackCounter.TcpExtTCPFastOpenActiveFail);
            tcb.sent.markAllLost();
        }
    }
}
