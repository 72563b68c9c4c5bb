package dev.culvert.tcp.out;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.CWR;
import static dev.culvert.wire.TcpFlyweight.ECE;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.tcp.Ecn;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.halfopen.HalfOpenRow;
import dev.culvert.tcp.option.FastOpenOption;
import dev.culvert.tcp.option.OptionWriter;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.TcpFlyweight;

/**
 * Builds SYN and SYN-ACK segments with their options in the order that Linux uses: MSS, SACK-permitted, timestamps, window
 * scale, Fast Open. Shard's thread only.
 */
public final class HandshakeOutput {
    private static final int V4_HEADERS = 40;
    private static final int V6_HEADERS = 60;

    private final TcpContext context;
    private final PacketBuilder builder;
    private final AckScheduler acks;

    /** Sends through this builder. */
    public HandshakeOutput(final TcpContext context, final PacketBuilder builder, final AckScheduler acks) {
        this.context = context;
        this.builder = builder;
        this.acks = acks;
    }

    /** MSS to advertise: what arrives in one packet, less fixed headers, and never more (RFC 9293 §3.7.1, MUST-67). */
    public int advertisedMss(final Flow flow, final TcpConfig config) {
        return advertisedMss(context, flow, config);
    }

    private static int advertisedMss(final TcpContext context, final Flow flow, final TcpConfig config) {
        final int headers = IpAddress.isV4(flow.remoteHi(), flow.remoteLo()) ? V4_HEADERS : V6_HEADERS;
        final int mss = context.routing.mtuTo(flow.remoteHi(), flow.remoteLo()) - headers;
        return config.maxMssBytes() == 0 ? mss : Math.min(mss, config.maxMssBytes());
    }

    /**
     * The SYN of an active OPEN without text, or the SYN-ACK of a connection that has a control block.
     *
     * @param fastOpen cookie, or request for one; null: none
     */
    public void syn(final Tcb tcb, final boolean withAck, final FastOpenOption fastOpen, final long nowNs) {
        syn(tcb, withAck, fastOpen, 0, nowNs);
        if (withAck) {
            acks.onAckSent(tcb);
        }
    }

    /** The SYN of an active OPEN with the first {@code textBytes} of the send buffer (RFC 7413 §4.2.1). */
    public void synWithText(final Tcb tcb, final FastOpenOption cookie, final int textBytes, final long nowNs) {
        syn(tcb, false, cookie, textBytes, nowNs);
    }

    private void syn(
            final Tcb tcb,
            final boolean withAck,
            final FastOpenOption fastOpen,
            final int textBytes,
            final long nowNs) {
        final TcpConfig config = tcb.config;
        final boolean timestamps = withAck ? tcb.rcv.timestamps : config.timestamps();
        final boolean sack = withAck ? tcb.rcv.sack : config.sack();
        final boolean scale = config.windowScaling() && (!withAck || tcb.rcv.shift > 0 || tcb.snd.shift > 0);
        final int optionsEnd = options(
                builder.begin(tcb.isV4()),
                advertisedMss(tcb, config),
                sack,
                timestamps,
                Timestamps.value(nowNs, tcb.rcv.tsOffset),
                tcb.rcv.tsRecent,
                scale ? ReceiveWindow.shiftFor(config) : -1,
                fastOpen);
        final int window = Math.min(synWindow(tcb, config), tcb.rcv.limit - tcb.rcv.buffer.size());
        tcb.rcv.wnd = window;
        tcb.counts.sent(textBytes, 1, nowNs);
        if (textBytes > 0) {
            tcb.snd.buffer.gather(0, textBytes, builder.packet());
        }
        final int flags = withAck ? synAckFlags(tcb.rcv.ecn) : synFlags(tcb);
        send(tcb, tcb.snd.iss, withAck ? tcb.rcv.nxt : 0, flags, window, optionsEnd, config);
    }

    /** RFC 3168 §6.1.1.1: a SYN that is sent again may have been dropped because it asked for ECN, and does not ask any more. */
    private static int synFlags(final Tcb tcb) {
        return tcb.config.ecn() == Ecn.REQUEST && tcb.snd.retries == 0 ? SYN | ECE | CWR : SYN;
    }

    private static int synAckFlags(final boolean ecn) {
        return ecn ? SYN | ACK | ECE : SYN | ACK;
    }

    /** The window that our SYN or SYN-ACK offers, in bytes. */
    public int synWindow(final Flow flow, final TcpConfig config) {
        return ReceiveWindow.synWindow(config, advertisedMss(flow, config));
    }

    /** The SYN-ACK of a half-open row; {@code fastOpen} null: without cookie. */
    public void synAck(final int row, final Listener listener, final FastOpenOption fastOpen, final long nowNs) {
        final HalfOpenRow half = context.halfOpen.at(row);
        final Flow flow = context.halfOpen.rows.flow(row);
        final TcpConfig config = context.configOf(listener);
        final boolean timestamps = half.has(HalfOpenRow.TIMESTAMPS);
        final int optionsEnd = options(
                builder.begin(IpAddress.isV4(flow.remoteHi(), flow.remoteLo())),
                advertisedMss(flow, config),
                half.has(HalfOpenRow.SACK),
                timestamps,
                Timestamps.value(nowNs, half.tsOffset()),
                half.tsRecent(),
                half.has(HalfOpenRow.WINDOW_SCALE) ? half.ownShift() : -1,
                fastOpen);
        final int flags = synAckFlags(half.has(HalfOpenRow.ECN));
        send(flow, half.iss(), half.irs() + 1, flags, half.ownWindow(), optionsEnd, config);
    }

    /** The window that a SYN-ACK offers, in bytes. */
    public static int synAckWindow(
            final TcpContext context, final Flow flow, final boolean timestamps, final TcpConfig config) {
        final int options = timestamps ? OptionWriter.TIMESTAMPS_LENGTH : 0;
        return ReceiveWindow.synWindow(config, advertisedMss(context, flow, config) - options);
    }

    /** The SYN-ACK with a SYN cookie as its ISS, for a SYN of which nothing is kept; {@code ownShift} −1: no scaling. */
    public void cookieSynAck(
            final Segment seg,
            final TcpConfig config,
            final int cookie,
            final boolean sack,
            final boolean ecn,
            final boolean timestamps,
            final int tsVal,
            final int ownShift) {
        final int optionsEnd = options(
                builder.begin(IpAddress.isV4(seg.remoteHi(), seg.remoteLo())),
                advertisedMss(seg, config),
                sack,
                timestamps,
                tsVal,
                seg.options.tsVal,
                ownShift,
                null);
        final int window = synAckWindow(context, seg, timestamps, config);
        send(seg, cookie, seg.seq + 1, synAckFlags(ecn), window, optionsEnd, config);
    }

    private int options(
            final int offset,
            final int mss,
            final boolean sack,
            final boolean timestamps,
            final int tsVal,
            final int tsEcr,
            final int shift,
            final FastOpenOption fastOpen) {
        int at = OptionWriter.mss(builder.header(), offset, mss);
        if (timestamps && sack) {
            at = OptionWriter.sackPermittedAndTimestamps(builder.header(), at, tsVal, tsEcr);
        } else if (timestamps) {
            at = OptionWriter.timestamps(builder.header(), at, tsVal, tsEcr);
        } else if (sack) {
            at = OptionWriter.sackPermitted(builder.header(), at);
        }
        if (shift >= 0) {
            at = OptionWriter.windowScale(builder.header(), at, shift);
        }
        return fastOpen == null || fastOpen.length == FastOpenOption.ABSENT
                ? at
                : OptionWriter.fastOpen(builder.header(), at, fastOpen);
    }

    private void send(
            final Flow flow,
            final int seq,
            final int ack,
            final int flags,
            final int window,
            final int optionsEnd,
            final TcpConfig config) {
        builder.send(
                flow,
                seq,
                ack,
                flags,
                window,
                0,
                userTimeout(optionsEnd, config),
                builder.packet().payloadLength(),
                config.ttl(),
                config.tos(),
                config.pathMtuDiscovery());
    }

    /** RFC 5482 §3.2: our user timeout, where the other options leave room for it; it is said again after the handshake. */
    private int userTimeout(final int offset, final TcpConfig config) {
        final int length = offset - builder.packet().transportOffset - TcpFlyweight.HEADER_LENGTH;
        return config.userTimeoutOptionMs() == 0
                        || length + OptionWriter.USER_TIMEOUT_LENGTH > TcpFlyweight.MAX_OPTIONS_LENGTH
                        || builder.packet().payloadLength() > 0
                ? offset
                : OptionWriter.userTimeout(builder.header(), offset, config.userTimeoutOptionMs());
    }
}
