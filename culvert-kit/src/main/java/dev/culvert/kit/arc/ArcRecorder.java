package dev.culvert.kit.arc;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.wire.Flow;
import org.agrona.DirectBuffer;

/**
 * Watches one stack and notes its arcs in the {@link ArcLog}; what drives the stack says what happens now. Everything is
 * passed on to another probe. Single-threaded.
 */
public final class ArcRecorder implements Probe {
    private static final int V4_PROTOCOL = 9;
    private static final int V6_NEXT_HEADER = 6;
    private static final int FRAGMENT = 44;
    private static final int TCP_FLAGS = 13;

    private final Probe next;
    private ArcCause cause = ArcCause.CALL;
    private TcpState before;

    /** Passes everything on to {@code next}. */
    public ArcRecorder(final Probe next) {
        this.next = next;
    }

    /** What follows are calls of the application. */
    public void calls() {
        cause = ArcCause.CALL;
        before = null;
    }

    /** What follows are timers. */
    public void timers() {
        cause = ArcCause.TIMEOUT;
        before = null;
    }

    /** A packet is about to arrive. */
    public void packet(final DirectBuffer packet, final int offset, final int length) {
        before = null;
        cause = classify(packet, offset, length);
    }

    private static ArcCause classify(final DirectBuffer packet, final int offset, final int length) {
        if (length < 40) {
            return ArcCause.SEGMENT;
        }
        final int first = packet.getByte(offset);
        final boolean v4 = first >>> 4 == 4;
        final int protocol = packet.getByte(offset + (v4 ? V4_PROTOCOL : V6_NEXT_HEADER));
        if (!v4 && protocol == FRAGMENT) {
            return ArcCause.SEGMENT; // what is put together of it
        }
        if (protocol != PacketDecoder.TCP) {
            return ArcCause.ICMP;
        }
        final int at = offset + (v4 ? (first & 15) * 4 : 40) + TCP_FLAGS;
        final int flags = at < offset + length ? packet.getByte(at) : 0;
        return (flags & 4) != 0 ? ArcCause.RST : (flags & 2) != 0 ? ArcCause.SYN : ArcCause.SEGMENT;
    }

    @Override
    public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
        next.onStateChange(flow, from, to, nowNs);
        if (from == TcpState.CLOSED && to == TcpState.TIME_WAIT) {
            return; // an opening came to nothing: the old connection is where it was (RFC 1122 §4.2.2.13), not on an
            // arc
        }
        if (flow.localLo() == flow.remoteLo() && flow.localHi() == flow.remoteHi()) {
            return; // over the loopback: the packets are the stack's own business, and so are their causes
        }
        if (before != null) {
            ArcLog.note(before, cause, to, true);
        } else {
            before = from;
        }
        final boolean opensAnew = cause == ArcCause.SYN || cause == ArcCause.CALL;
        if (from != TcpState.TIME_WAIT || !opensAnew) { // else the way to the next incarnation
            ArcLog.note(from, hasUsedItsSyn(from, to) ? ArcCause.SEGMENT : cause, to, false);
        }
    }

    /** A SYN counts in the state that it opens; from there on the segment's ACK and FIN do what they do in any other one. */
    private boolean hasUsedItsSyn(final TcpState from, final TcpState to) {
        return cause == ArcCause.SYN
                && (from.isSynchronized() || from == TcpState.SYN_RECEIVED && to != TcpState.LISTEN);
    }

    @Override
    public void onSent(final Tcb tcb, final int from, final int to, final long nowNs) {
        next.onSent(tcb, from, to, nowNs);
    }

    @Override
    public void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {
        next.onAck(tcb, seg, facts);
    }

    @Override
    public void onListener(final long listener, final TcpState from, final TcpState to) {
        next.onListener(listener, from, to);
        ArcLog.note(from, cause, to, false);
    }
}
