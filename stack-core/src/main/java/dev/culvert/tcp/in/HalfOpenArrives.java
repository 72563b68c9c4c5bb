package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.UserTimeout;
import dev.culvert.tcp.halfopen.HalfOpenTable;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.tcp.out.Replies;

/**
 * RFC 9293 §3.10.7.4 for SYN-RECEIVED after a passive OPEN, on a row of {@link HalfOpenTable}: the numbered steps up to the
 * ACK, which makes a control block out of the row.
 */
public final class HalfOpenArrives {
    private static final boolean CONTINUE = false;
    private static final boolean DONE = true;

    private final TcpContext context;
    private final Replies replies;
    private final HandshakeOutput output;
    private final Handshake handshake;
    private final OtherStates otherStates;

    /** Answers through these; the completed connection's segment goes on in {@code otherStates}. */
    public HalfOpenArrives(
            final TcpContext context,
            final Replies replies,
            final HandshakeOutput output,
            final Handshake handshake,
            final OtherStates otherStates) {
        this.context = context;
        this.replies = replies;
        this.output = output;
        this.handshake = handshake;
        this.otherStates = otherStates;
    }

    void arrive(final int row, final int hash, final Segment seg, final long nowNs) {
        final Listener listener = context.listeners.get(context.halfOpen.listener(row));
        if (listener == null) { // its listener was closed: the row is a remnant
            context.removeHalfOpen(row, nowNs);
            replies.resetFor(seg);
            return;
        }
        if (duplicateSyn(row, listener, seg, nowNs) == DONE
                || step1CheckSequence(row, listener, seg, nowNs) == DONE
                || step2CheckRst(row, listener, seg, nowNs) == DONE
                || step4CheckSyn(row, seg, nowNs) == DONE) {
            return;
        }
        step5CheckAck(row, hash, listener, seg, nowNs);
    }

    /** The SYN came again, so our SYN-ACK may be lost: send it once more, with the same ISS. */
    private boolean duplicateSyn(final int row, final Listener listener, final Segment seg, final long nowNs) {
        if ((seg.flags & (SYN | ACK | RST)) != SYN || seg.seq != context.halfOpen.irs(row)) {
            return CONTINUE;
        }
        if (seg.options.hasTimestamps && Seq.ge(seg.options.tsVal, context.halfOpen.tsRecent(row))) {
            context.halfOpen.tsRecent(row, seg.options.tsVal);
        }
        output.synAck(row, listener, null, nowNs);
        return DONE;
    }

    private TcpConfig configOf(final Listener listener) {
        return context.configOf(listener);
    }

    /** "First, check sequence number", with PAWS (RFC 7323 §5.3). */
    private boolean step1CheckSequence(final int row, final Listener listener, final Segment seg, final long nowNs) {
        final HalfOpenTable table = context.halfOpen;
        final boolean paws = table.has(row, HalfOpenTable.TIMESTAMPS)
                && seg.options.hasTimestamps
                && Seq.lt(seg.options.tsVal, table.tsRecent(row))
                && !seg.has(RST);
        final int window = HandshakeOutput.synAckWindow(context, row, configOf(listener));
        if (!paws && Acceptability.isAcceptable(seg.seq, seg.len(), table.irs(row) + 1, window)) {
            return CONTINUE;
        }
        context.drop(paws ? DropReason.TCP_RFC7323_PAWS : DropReason.TCP_INVALID_SEQUENCE);
        if (!seg.has(RST)) {
            replies.halfOpenAck(row, seg, configOf(listener), nowNs);
        }
        return DONE;
    }

    /** "Second, check the RST bit": the passive OPEN returns to LISTEN; RFC 5961 §3.2 wants the exact number. */
    private boolean step2CheckRst(final int row, final Listener listener, final Segment seg, final long nowNs) {
        if (!seg.has(RST)) {
            return CONTINUE;
        }
        if (seg.seq == context.halfOpen.irs(row) + 1) {
            backToListen(row, seg, nowNs);
        } else {
            context.drop(DropReason.TCP_INVALID_RST);
            replies.halfOpenAck(row, seg, configOf(listener), nowNs);
        }
        return DONE;
    }

    /** "Fourth, check the SYN bit": the passive OPEN returns to LISTEN. */
    private boolean step4CheckSyn(final int row, final Segment seg, final long nowNs) {
        if (!seg.has(SYN)) {
            return CONTINUE;
        }
        context.drop(DropReason.TCP_INVALID_SYN);
        backToListen(row, seg, nowNs);
        return DONE;
    }

    private void backToListen(final int row, final Segment seg, final long nowNs) {
        context.count(StackCounter.TcpAttemptFails);
        context.moved(seg, TcpState.SYN_RECEIVED, TcpState.LISTEN, nowNs);
        context.removeHalfOpen(row, nowNs);
    }

    /** "Fifth, check the ACK field": it must acknowledge our SYN, and then the connection is established. */
    private void step5CheckAck(
            final int row, final int hash, final Listener listener, final Segment seg, final long nowNs) {
        final HalfOpenTable table = context.halfOpen;
        if (!seg.has(ACK)) {
            context.drop(DropReason.TCP_FLAGS);
        } else if (seg.ack != table.iss(row) + 1) {
            context.drop(DropReason.TCP_ACK_UNSENT_DATA);
            replies.resetFor(seg, configOf(listener));
        } else if (isDeferred(row, listener, seg)) {
            table.note(row, HalfOpenTable.ACKED);
            context.count(StackCounter.TcpExtTCPDeferAcceptDrop);
        } else if (listener.isFull()) {
            noPlace(row, listener, seg, nowNs);
        } else {
            final Tcb tcb = becomeTcb(row, hash, listener, seg, nowNs);
            listener.enqueue(tcb);
            context.tell(listener);
            otherStates.afterHandshake(tcb, seg, nowNs);
        }
    }

    /** As on Linux: the listener wants to hear of connections that have said something, and waits for so many timeouts. */
    private boolean isDeferred(final int row, final Listener listener, final Segment seg) {
        return !context.halfOpen.has(row, HalfOpenTable.FROM_COOKIE)
                && context.halfOpen.retries(row) < configOf(listener).deferAcceptTimeouts()
                && seg.seq + seg.len() == context.halfOpen.irs(row) + 1;
    }

    /** The accept queue is full: as on Linux the ACK is ignored and the SYN-ACK repeated, unless a reset is wanted. */
    private void noPlace(final int row, final Listener listener, final Segment seg, final long nowNs) {
        context.listenOverflow();
        if (configOf(listener).abortOnOverflow()) {
            context.count(StackCounter.TcpExtEmbryonicRsts);
            context.moved(seg, TcpState.SYN_RECEIVED, TcpState.LISTEN, nowNs);
            context.removeHalfOpen(row, nowNs);
            replies.resetFor(seg, configOf(listener));
        }
    }

    private Tcb becomeTcb(final int row, final int hash, final Listener listener, final Segment seg, final long nowNs) {
        final HalfOpenTable table = context.halfOpen;
        final Tcb tcb = context.create(seg, hash, listener.config, table.iss(row), table.tsOffset(row));
        tcb.state = TcpState.SYN_RECEIVED;
        tcb.snd.una = table.iss(row) + 1;
        tcb.snd.nxt = tcb.snd.una;
        tcb.snd.peerMss = table.peerMss(row);
        tcb.snd.shift = (byte) table.peerShift(row);
        tcb.snd.wnd = table.window(row);
        tcb.snd.maxWnd = tcb.snd.wnd;
        tcb.snd.wl1 = table.irs(row);
        tcb.snd.wl2 = tcb.snd.una;
        tcb.snd.openedNs = table.sentNs(row);
        UserTimeout.adopt(tcb, table.userTimeoutMs(row));
        tcb.snd.retries = table.retries(row);
        tcb.counts.retransmissions = table.retries(row);
        tcb.counts.received(seg, nowNs);
        tcb.rcv.irs = table.irs(row);
        tcb.rcv.nxt = table.irs(row) + 1;
        tcb.rcv.lastAckSent = tcb.rcv.nxt;
        tcb.rcv.up = tcb.rcv.irs;
        tcb.rcv.shift = table.ownShift(row);
        tcb.rcv.wnd = HandshakeOutput.synAckWindow(context, row, tcb.config);
        tcb.rcv.timestamps = table.has(row, HalfOpenTable.TIMESTAMPS);
        tcb.rcv.sack = table.has(row, HalfOpenTable.SACK);
        tcb.rcv.ecn = table.has(row, HalfOpenTable.ECN);
        tcb.snd.ect = tcb.rcv.ecn;
        tcb.rcv.tsRecent = table.tsRecent(row);
        tcb.rcv.tsRecentNs = nowNs;
        final boolean timed = table.retries(row) == 0 && !table.has(row, HalfOpenTable.FROM_COOKIE);
        final long rttNs = timed ? nowNs - table.sentNs(row) : -1;
        tcb.rcv.timestampsRequired = table.has(row, HalfOpenTable.TIMESTAMPS_REQUIRED);
        context.endHalfOpen(row);
        tcb.listener = listener; // whoever accepts it is told, nobody before
        handshake.establish(tcb, seg, rttNs, nowNs);
        return tcb;
    }
}
