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
import dev.culvert.tcp.halfopen.HalfOpenRow;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.tcp.out.Replies;

/**
 * RFC 9293 §3.10.7.4 for SYN-RECEIVED after a passive OPEN, on a {@link HalfOpenRow}: the numbered steps up to the
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
        final Listener listener = context.listeners.get(context.halfOpen.at(row).listener());
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
        final HalfOpenRow half = context.halfOpen.at(row);
        if ((seg.flags & (SYN | ACK | RST)) != SYN || seg.seq != half.irs()) {
            return CONTINUE;
        }
        if (seg.options.hasTimestamps && Seq.ge(seg.options.tsVal, half.tsRecent())) {
            half.tsRecent(seg.options.tsVal);
        }
        output.synAck(row, listener, null, nowNs);
        return DONE;
    }

    private TcpConfig configOf(final Listener listener) {
        return context.configOf(listener);
    }

    /** "First, check sequence number", with PAWS (RFC 7323 §5.3). */
    private boolean step1CheckSequence(final int row, final Listener listener, final Segment seg, final long nowNs) {
        final HalfOpenRow half = context.halfOpen.at(row);
        final boolean paws = half.has(HalfOpenRow.TIMESTAMPS)
                && seg.options.hasTimestamps
                && Seq.lt(seg.options.tsVal, half.tsRecent())
                && !seg.has(RST);
        if (!paws && Acceptability.isAcceptable(seg.seq, seg.len(), half.irs() + 1, half.ownWindow())) {
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
        if (seg.seq == context.halfOpen.at(row).irs() + 1) {
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
        final HalfOpenRow half = context.halfOpen.at(row);
        if (!seg.has(ACK)) {
            context.drop(DropReason.TCP_FLAGS);
        } else if (seg.ack != half.iss() + 1) {
            context.drop(DropReason.TCP_ACK_UNSENT_DATA);
            replies.resetFor(seg, configOf(listener));
        } else if (isDeferred(row, listener, seg)) {
            half.note(HalfOpenRow.ACKED);
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
        final HalfOpenRow half = context.halfOpen.at(row);
        return !half.has(HalfOpenRow.FROM_COOKIE)
                && half.retries() < configOf(listener).deferAcceptTimeouts()
                && seg.seq + seg.len() == half.irs() + 1;
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
        final HalfOpenRow half = context.halfOpen.at(row);
        final Tcb tcb = context.create(seg, hash, listener.config, half.iss(), half.tsOffset());
        tcb.state = TcpState.SYN_RECEIVED;
        tcb.snd.una = half.iss() + 1;
        tcb.snd.nxt = tcb.snd.una;
        tcb.snd.peerMss = half.peerMss();
        tcb.snd.shift = (byte) half.peerShift();
        tcb.snd.wnd = half.window();
        tcb.snd.maxWnd = tcb.snd.wnd;
        tcb.snd.wl1 = half.irs();
        tcb.snd.wl2 = tcb.snd.una;
        tcb.snd.openedNs = half.sentNs();
        UserTimeout.adopt(tcb, half.userTimeoutMs());
        tcb.snd.retries = half.retries();
        tcb.counts.retransmissions = half.retries();
        tcb.counts.received(seg, nowNs);
        tcb.rcv.irs = half.irs();
        tcb.rcv.nxt = half.irs() + 1;
        tcb.rcv.lastAckSent = tcb.rcv.nxt;
        tcb.rcv.up = tcb.rcv.irs;
        tcb.rcv.shift = half.ownShift();
        tcb.rcv.wnd = half.ownWindow();
        tcb.rcv.timestamps = half.has(HalfOpenRow.TIMESTAMPS);
        tcb.rcv.sack = half.has(HalfOpenRow.SACK);
        tcb.rcv.ecn = half.has(HalfOpenRow.ECN);
        tcb.snd.ect = tcb.rcv.ecn;
        tcb.rcv.tsRecent = half.tsRecent();
        tcb.rcv.tsRecentNs = nowNs;
        final boolean timed = half.retries() == 0 && !half.has(HalfOpenRow.FROM_COOKIE);
        final long rttNs = timed ? nowNs - half.sentNs() : -1;
        tcb.rcv.timestampsRequired = half.has(HalfOpenRow.TIMESTAMPS_REQUIRED);
        context.endHalfOpen(row, listener);
        tcb.listener = listener; // whoever accepts it is told, nobody before
        handshake.establish(tcb, seg, rttNs, nowNs);
        return tcb;
    }
}
