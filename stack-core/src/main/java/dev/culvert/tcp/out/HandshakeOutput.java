package dev.culvert.tcp.out;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.halfopen.HalfOpenTable;
import dev.culvert.tcp.option.OptionWriter;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.TcpFlyweight;

/**
 * Builds SYN and SYN-ACK segments with their options in the order that Linux uses: MSS, SACK-permitted, timestamps, window
 * scale. Shard's thread only.
 */
public final class HandshakeOutput {
    private static final int V4_HEADERS = 40;
    private static final int V6_HEADERS = 60;

    private final TcpContext context;
    private final PacketBuilder builder;

    /** Sends through this builder. */
    public HandshakeOutput(final TcpContext context, final PacketBuilder builder) {
        this.context = context;
        this.builder = builder;
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

    /** Our SYN of an active OPEN, or the SYN-ACK that answers a SYN crossing it. */
    public void syn(final Tcb tcb, final boolean withAck, final long nowNs) {
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
                scale ? ReceiveWindow.shiftFor(config) : -1);
        final int window = ReceiveWindow.synWindow(config, advertisedMss(tcb, config));
        tcb.rcv.wnd = window;
        tcb.counts.sent(0, 1, nowNs);
        send(tcb, tcb.snd.iss, withAck ? tcb.rcv.nxt : 0, withAck ? SYN | ACK : SYN, window, optionsEnd, config);
    }

    /** The SYN-ACK of a half-open row. */
    public void synAck(final int row, final Listener listener, final long nowNs) {
        final HalfOpenTable table = context.halfOpen;
        final Flow flow = table.rows.flow(row);
        final TcpConfig config = context.configOf(listener);
        final boolean timestamps = table.has(row, HalfOpenTable.TIMESTAMPS);
        final int optionsEnd = options(
                builder.begin(IpAddress.isV4(flow.remoteHi(), flow.remoteLo())),
                advertisedMss(flow, config),
                table.has(row, HalfOpenTable.SACK),
                timestamps,
                Timestamps.value(nowNs, table.tsOffset(row)),
                table.tsRecent(row),
                table.has(row, HalfOpenTable.WINDOW_SCALE) ? table.ownShift(row) : -1);
        final int window = synAckWindow(context, row, config);
        send(flow, table.iss(row), table.irs(row) + 1, SYN | ACK, window, optionsEnd, config);
    }

    /** The window that the SYN-ACK of a half-open row offers, in bytes. */
    public static int synAckWindow(final TcpContext context, final int row, final TcpConfig config) {
        final int options = context.halfOpen.has(row, HalfOpenTable.TIMESTAMPS) ? OptionWriter.TIMESTAMPS_LENGTH : 0;
        return ReceiveWindow.synWindow(
                config, advertisedMss(context, context.halfOpen.rows.flow(row), config) - options);
    }

    /** The SYN-ACK with a SYN cookie as its ISS, for a SYN of which nothing is kept; {@code ownShift} −1: no scaling. */
    public void cookieSynAck(
            final Segment seg,
            final TcpConfig config,
            final int cookie,
            final boolean sack,
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
                ownShift);
        final int window = ReceiveWindow.synWindow(
                config, advertisedMss(seg, config) - (timestamps ? OptionWriter.TIMESTAMPS_LENGTH : 0));
        send(seg, cookie, seg.seq + 1, SYN | ACK, window, optionsEnd, config);
    }

    private int options(
            final int offset,
            final int mss,
            final boolean sack,
            final boolean timestamps,
            final int tsVal,
            final int tsEcr,
            final int shift) {
        int at = OptionWriter.mss(builder.header(), offset, mss);
        if (timestamps && sack) {
            at = OptionWriter.sackPermittedAndTimestamps(builder.header(), at, tsVal, tsEcr);
        } else if (timestamps) {
            at = OptionWriter.timestamps(builder.header(), at, tsVal, tsEcr);
        } else if (sack) {
            at = OptionWriter.sackPermitted(builder.header(), at);
        }
        return shift < 0 ? at : OptionWriter.windowScale(builder.header(), at, shift);
    }

    private void send(
            final Flow flow,
            final int seq,
            final int ack,
            final int flags,
            final int window,
            final int optionsEnd,
            final TcpConfig config) {
        final int end = userTimeout(optionsEnd, config);
        builder.send(flow, seq, ack, flags, window, 0, end, 0, config.ttl(), config.tos(), config.pathMtuDiscovery());
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
