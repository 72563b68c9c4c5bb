package dev.culvert.tcp.out;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.RST;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.halfopen.HalfOpenTable;
import dev.culvert.tcp.option.OptionWriter;
import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * Answers that follow directly from one incoming segment: resets, challenge ACKs, ACKs for unacceptable segments, ACKs out of
 * TIME-WAIT. What an attacker could ask for without end is limited here. Shard's thread only.
 */
public final class Replies {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    private final TcpContext context;
    private final PacketBuilder builder;
    private final SegmentOutput output;

    /** Sends through this builder. */
    public Replies(final TcpContext context, final PacketBuilder builder, final SegmentOutput output) {
        this.context = context;
        this.builder = builder;
        this.output = output;
    }

    /** RFC 9293 §3.10.7.1 and §3.5.2: the reset for a segment that belongs to nothing; never for a RST. */
    public void resetFor(final Segment seg) {
        if (seg.has(RST)) {
            return;
        }
        if (seg.has(ACK)) {
            bare(seg, seg.ack, 0, RST, 0, context.config);
        } else {
            bare(seg, 0, seg.seq + seg.len(), RST | ACK, 0, context.config);
        }
        context.count(StackCounter.TcpOutRsts);
    }

    /** A reset of ours on a synchronized connection (RFC 9293 §3.10.5). */
    public void reset(final Tcb tcb, final long nowNs) {
        output.reset(tcb, nowNs);
        context.count(StackCounter.TcpOutRsts);
    }

    /** A reset that names a sequence number instead of acknowledging. */
    public void resetAt(final Tcb tcb, final int seq) {
        bare(tcb, seq, 0, RST, 0, tcb.config);
        context.count(StackCounter.TcpOutRsts);
    }

    /** RFC 5961 §7: a challenge ACK, a limited number per connection and second. */
    public void challengeAck(final Tcb tcb, final long nowNs) {
        if (nowNs - tcb.challengeSecondNs >= SECOND) {
            tcb.challengeSecondNs = nowNs;
            tcb.challengeAcks = 0;
        }
        if (tcb.challengeAcks < tcb.config.challengeAckPerSecond()) {
            tcb.challengeAcks++;
            context.count(StackCounter.TcpExtTCPChallengeACK);
            output.ack(tcb, nowNs);
        } else {
            context.count(StackCounter.TcpExtTCPACKSkipped);
        }
    }

    /**
     * RFC 9293 §3.10.7.4, first step: the ACK for an unacceptable segment. As on Linux, one that carries neither text nor SYN
     * nor FIN is answered once per interval only, so that two confused ends do not answer each other for ever.
     */
    public void ackUnacceptable(final Tcb tcb, final Segment seg, final long nowNs) {
        if (seg.len() == 0) {
            if (nowNs - tcb.lastInvalidAckNs < tcb.config.invalidRateLimitMs() * MS) {
                context.count(StackCounter.TcpExtTCPACKSkipped);
                return;
            }
            tcb.lastInvalidAckNs = nowNs;
        }
        output.ack(tcb, nowNs);
    }

    /** The ACK that TIME-WAIT repeats (RFC 9293 §3.10.7.4). */
    public void timeWaitAck(final int row, final Flow flow, final long nowNs) {
        final TimeWaitTable table = context.timeWait;
        int at = builder.begin(isV4(flow));
        if (table.hasTimestamps(row)) {
            final int tsVal = Timestamps.value(nowNs, context.isn.tsOffset(context.isn.hash(flow)));
            at = OptionWriter.timestamps(builder.header(), at, tsVal, table.tsRecent(row));
            table.timestamps(row, table.tsRecent(row), tsVal);
        }
        builder.send(
                flow,
                table.sndNxt(row),
                table.rcvNxt(row),
                ACK,
                table.window(row),
                0,
                at,
                0,
                context.config.ttl(),
                context.config.tos(),
                context.config.pathMtuDiscovery());
    }

    /** The ACK for a segment that does not fit a half-open row; {@code config} is what its connection will start from. */
    public void halfOpenAck(final int row, final Flow flow, final TcpConfig config, final long nowNs) {
        int at = builder.begin(isV4(flow));
        if (context.halfOpen.has(row, HalfOpenTable.TIMESTAMPS)) {
            final int tsVal = Timestamps.value(nowNs, context.halfOpen.tsOffset(row));
            at = OptionWriter.timestamps(builder.header(), at, tsVal, context.halfOpen.tsRecent(row));
        }
        final int window = HandshakeOutput.synAckWindow(context, row, config) >>> context.halfOpen.ownShift(row);
        builder.send(
                flow,
                context.halfOpen.iss(row) + 1,
                context.halfOpen.irs(row) + 1,
                ACK,
                window,
                0,
                at,
                0,
                config.ttl(),
                config.tos(),
                config.pathMtuDiscovery());
    }

    /** A reset for a flow without a control block. */
    public void resetFlow(final Flow flow, final int seq, final int ack) {
        bare(flow, seq, ack, RST | ACK, 0, context.config);
        context.count(StackCounter.TcpOutRsts);
    }

    private void bare(
            final Flow flow, final int seq, final int ack, final int flags, final int window, final TcpConfig config) {
        final int optionsEnd = builder.begin(isV4(flow));
        builder.send(
                flow, seq, ack, flags, window, 0, optionsEnd, 0, config.ttl(), config.tos(), config.pathMtuDiscovery());
    }

    private static boolean isV4(final Flow flow) {
        return IpAddress.isV4(flow.remoteHi(), flow.remoteLo());
    }
}
