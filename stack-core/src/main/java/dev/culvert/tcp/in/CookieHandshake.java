package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.Ecn;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.SynCookies;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.halfopen.HalfOpenRow;
import dev.culvert.tcp.option.SegmentOptions;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.tcp.out.ReceiveWindow;
import dev.culvert.tcp.syncookie.CookieTimestamp;
import dev.culvert.tcp.syncookie.SynCookie;

/**
 * The handshake without memory (RFC 4987 §3.6): a SYN is answered by a cookie, and the ACK that brings it back makes the
 * half-open row that the SYN would have made. Shard's thread only.
 */
public final class CookieHandshake {
    /** The ACK was dealt with. */
    static final boolean TAKEN = true;
    /** The ACK brings no cookie of ours: it is answered as any ACK to a listener. */
    static final boolean REFUSED = false;

    private static final int NO_OPTIONS = CookieTimestamp.NO_SCALE;
    private static final int BAD_OPTIONS = -1;

    private final TcpContext context;
    private final HandshakeOutput output;
    private final HalfOpenArrives halfOpen;

    /** Answers through {@code output}; what comes back goes on in {@code halfOpen}. */
    public CookieHandshake(final TcpContext context, final HandshakeOutput output, final HalfOpenArrives halfOpen) {
        this.context = context;
        this.output = output;
        this.halfOpen = halfOpen;
    }

    /** Answers a SYN; nothing of it is kept. */
    void answer(final Listener listener, final Segment seg, final int tsOffset, final long nowNs) {
        final TcpConfig config = context.configOf(listener);
        final SegmentOptions offered = seg.options;
        final boolean timestamps = offered.hasTimestamps && config.timestamps();
        final boolean scale = timestamps && offered.windowShift >= 0 && config.windowScaling();
        final boolean sack = timestamps && offered.sackPermitted && config.sack();
        final boolean ecn = timestamps && Handshake.grantsEcn(seg, config);
        final int bits = (scale ? offered.windowShift : CookieTimestamp.NO_SCALE)
                | (sack ? CookieTimestamp.SACK : 0)
                | (ecn ? CookieTimestamp.ECN : 0);
        listener.lastCookieNs = nowNs;
        context.count(StackCounter.TcpExtSyncookiesSent);
        output.cookieSynAck(
                seg,
                config,
                context.synCookie.make(seg, seg.seq, Handshake.peerMss(seg), nowNs),
                sack,
                ecn,
                timestamps,
                CookieTimestamp.encode(Timestamps.value(nowNs, 0), bits) + tsOffset,
                scale ? ReceiveWindow.shiftFor(config) : -1);
    }

    /** An ACK for a listener: does it bring a cookie back? Only looked at while cookies are about. */
    boolean restore(final Listener listener, final int hash, final Segment seg, final int tsOffset, final long nowNs) {
        final TcpConfig config = context.configOf(listener);
        if (config.synCookies() == SynCookies.NEVER
                || seg.has(SYN | RST)
                || nowNs - listener.lastCookieNs >= SynCookie.VALID_NS) {
            return REFUSED;
        }
        final int mss = context.synCookie.mssOf(seg, seg.seq - 1, seg.ack - 1, nowNs);
        if (mss < 0) {
            context.count(StackCounter.TcpExtSyncookiesFailed);
            return REFUSED;
        }
        context.count(StackCounter.TcpExtSyncookiesRecv);
        final int bits = options(seg.options, tsOffset, config);
        if (bits == BAD_OPTIONS) {
            return REFUSED;
        }
        if (listener.isFull()) {
            context.listenOverflow();
            return TAKEN;
        }
        final int row = context.addHalfOpen(listener, seg, hash, nowNs);
        if (row < 0) {
            context.count(StackCounter.TcpExtListenDrops);
            context.drop(DropReason.NOMEM);
            return TAKEN;
        }
        fill(row, listener, seg, mss, bits, tsOffset, nowNs);
        halfOpen.arrive(row, hash, seg, nowNs);
        return TAKEN;
    }

    /** What was agreed on, or {@link #BAD_OPTIONS} when it cannot have been: the echo is not of a timestamp that we made. */
    private static int options(final SegmentOptions options, final int tsOffset, final TcpConfig config) {
        if (!options.hasTimestamps) {
            return NO_OPTIONS;
        }
        final int bits = CookieTimestamp.bits(options.tsEcr - tsOffset);
        final int shift = CookieTimestamp.windowShift(bits);
        final boolean possible = config.timestamps()
                && (config.sack() || (bits & CookieTimestamp.SACK) == 0)
                && (config.ecn() != Ecn.OFF || (bits & CookieTimestamp.ECN) == 0)
                && (config.windowScaling() || shift < 0);
        return possible ? bits : BAD_OPTIONS;
    }

    private void fill(
            final int row,
            final Listener listener,
            final Segment seg,
            final int mss,
            final int bits,
            final int tsOffset,
            final long nowNs) {
        final int shift = CookieTimestamp.windowShift(bits);
        int flags = HalfOpenRow.FROM_COOKIE;
        flags |= seg.options.hasTimestamps ? HalfOpenRow.TIMESTAMPS : 0;
        flags |= (bits & CookieTimestamp.SACK) != 0 ? HalfOpenRow.SACK : 0;
        flags |= (bits & CookieTimestamp.ECN) != 0 ? HalfOpenRow.ECN : 0;
        flags |= shift >= 0 ? HalfOpenRow.WINDOW_SCALE : 0;
        context.halfOpen.at(row).fill(seg.ack - 1, seg.seq - 1, listener.id, tsOffset, nowNs);
        final TcpConfig config = context.configOf(listener);
        context.halfOpen
                .at(row)
                .options(
                        flags,
                        mss,
                        Math.max(shift, 0),
                        shift >= 0 ? ReceiveWindow.shiftFor(config) : 0,
                        seg.wnd,
                        HandshakeOutput.synAckWindow(context, seg, seg.options.hasTimestamps, config),
                        seg.options.tsVal);
    }
}
