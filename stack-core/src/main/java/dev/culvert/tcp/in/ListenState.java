package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.FIN;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.SynCookies;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.halfopen.HalfOpenRow;
import dev.culvert.tcp.option.SegmentOptions;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.tcp.out.ReceiveWindow;
import dev.culvert.tcp.out.Replies;
import dev.culvert.tcp.syncookie.SynCookie;

/** RFC 9293 §3.10.7.2, LISTEN STATE: a SYN becomes a half-open row; the listener itself never changes (MUST-41). */
public final class ListenState {
    private static final boolean CONTINUE = false;
    private static final boolean DONE = true;
    private static final long MS = 1_000_000L;

    private final TcpContext context;
    private final Replies replies;
    private final HandshakeOutput handshake;
    private final CookieHandshake cookies;
    private final FastOpenServer fastOpen;

    /** Answers through these. */
    public ListenState(
            final TcpContext context,
            final Replies replies,
            final HandshakeOutput handshake,
            final CookieHandshake cookies,
            final FastOpenServer fastOpen) {
        this.context = context;
        this.replies = replies;
        this.handshake = handshake;
        this.cookies = cookies;
        this.fastOpen = fastOpen;
    }

    void arrive(final Listener listener, final int hash, final Segment seg, final long nowNs) {
        final long secret = context.isn.hash(seg);
        final int tsOffset = context.isn.tsOffset(secret);
        if (step1CheckRst(seg) == DONE || step2CheckAck(listener, hash, seg, tsOffset, nowNs) == DONE) {
            return;
        }
        step3CheckSyn(listener, hash, seg, context.isn.isn(secret, nowNs), tsOffset, true, nowNs);
    }

    /** Whether an ACK brings back a cookie that was sent for a 4-tuple in TIME-WAIT, and was dealt with. */
    boolean cookieComesBack(final Listener listener, final int hash, final Segment seg, final long nowNs) {
        final int tsOffset = context.isn.tsOffset(context.isn.hash(seg));
        return cookies.restore(listener, hash, seg, tsOffset, nowNs) == CookieHandshake.TAKEN;
    }

    /** "First, check for a RST": ignored. */
    private boolean step1CheckRst(final Segment seg) {
        if (!seg.has(RST)) {
            return CONTINUE;
        }
        context.drop(DropReason.TCP_INVALID_RST);
        return DONE;
    }

    /** "Second, check for an ACK": any acknowledgement is bad here, unless it brings back a SYN cookie. */
    private boolean step2CheckAck(
            final Listener listener, final int hash, final Segment seg, final int tsOffset, final long nowNs) {
        if (!seg.has(ACK)) {
            return CONTINUE;
        }
        if (cookies.restore(listener, hash, seg, tsOffset, nowNs) == CookieHandshake.TAKEN) {
            return DONE;
        }
        context.drop(DropReason.NO_SOCKET);
        replies.resetFor(seg);
        return DONE;
    }

    /**
     * "Third, check for a SYN". The text of a SYN is neither kept nor acknowledged, the peer sends it again, unless it comes with
     * a Fast Open cookie. A SYN with FIN is dropped, as on Linux. When the SYN queue is full a cookie answers; a full accept
     * queue drops the SYN without a word, so that the peer tries again, and so does memory that is nearly full.
     *
     * @param mayUseCookie whether a cookie's timestamp, which is rounded down, cannot be below one that was sent before
     * @return whether a handshake is under way now
     */
    boolean step3CheckSyn(
            final Listener listener,
            final int hash,
            final Segment seg,
            final int iss,
            final int tsOffset,
            final boolean mayUseCookie,
            final long nowNs) {
        if (!seg.has(SYN) || seg.has(FIN)) {
            context.drop(DropReason.TCP_FLAGS);
            return false;
        }
        if (context.pressure.refusesSyns()) {
            context.count(StackCounter.TcpExtListenDrops);
            context.drop(DropReason.NOMEM);
            return false;
        }
        final SynCookies cookieUse = context.configOf(listener).synCookies();
        final boolean full = listener.isSynQueueFull() || context.halfOpen.isFull();
        final boolean cookie = (cookieUse == SynCookies.ALWAYS || full && cookieUse == SynCookies.OVERFLOW)
                && SynCookie.holds(seg, Handshake.peerMss(seg));
        if (full || cookie) {
            context.count(cookie ? StackCounter.TcpExtTCPReqQFullDoCookies : StackCounter.TcpExtTCPReqQFullDrop);
        }
        if (cookie ? !mayUseCookie : full) {
            context.count(StackCounter.TcpExtListenDrops);
            context.drop(DropReason.TCP_LISTEN_OVERFLOW);
        } else if (listener.isFull()) {
            context.listenOverflow();
        } else if (cookie) {
            cookies.answer(listener, seg, tsOffset, nowNs);
        } else {
            return open(listener, hash, seg, iss, tsOffset, nowNs);
        }
        return false;
    }

    /** A half-open row and the SYN-ACK, or with Fast Open a connection at once. */
    private boolean open(
            final Listener listener,
            final int hash,
            final Segment seg,
            final int iss,
            final int tsOffset,
            final long nowNs) {
        if (fastOpen.accept(listener, hash, seg, iss, tsOffset, nowNs)) {
            return true;
        }
        final TcpConfig config = context.configOf(listener);
        final int row = context.addHalfOpen(listener, seg, hash, nowNs + config.initialRtoMs() * MS);
        if (row < 0) {
            context.count(StackCounter.TcpExtListenDrops);
            context.drop(DropReason.NOMEM);
            return false;
        }
        context.halfOpen.at(row).fill(iss, seg.seq, listener.id, tsOffset, nowNs);
        agree(row, seg, config);
        context.moved(seg, TcpState.LISTEN, TcpState.SYN_RECEIVED, nowNs);
        handshake.synAck(row, listener, fastOpen.granted(), nowNs);
        return true;
    }

    private void agree(final int row, final Segment seg, final TcpConfig config) {
        final SegmentOptions offered = seg.options;
        int flags = 0;
        if (offered.hasTimestamps && config.timestamps()) {
            flags |= HalfOpenRow.TIMESTAMPS;
        }
        if (offered.sackPermitted && config.sack()) {
            flags |= HalfOpenRow.SACK;
        }
        if (Handshake.grantsEcn(seg, config)) {
            flags |= HalfOpenRow.ECN;
        }
        final boolean scale = offered.windowShift >= 0 && config.windowScaling();
        if (scale) {
            if (offered.windowShiftTooLarge) { // RFC 7323 §2.3
                context.count(StackCounter.TcpInWindowScaleTooLarge);
            }
            flags |= HalfOpenRow.WINDOW_SCALE;
        }
        final HalfOpenRow half = context.halfOpen.at(row);
        half.userTimeoutMs(offered.userTimeoutMs);
        half.options(
                flags,
                Handshake.peerMss(seg),
                scale ? offered.windowShift : 0,
                scale ? ReceiveWindow.shiftFor(config) : 0,
                seg.wnd,
                HandshakeOutput.synAckWindow(context, seg, (flags & HalfOpenRow.TIMESTAMPS) != 0, config),
                offered.tsVal);
    }
}
