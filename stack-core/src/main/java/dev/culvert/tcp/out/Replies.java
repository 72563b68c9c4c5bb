package dev.culvert.tcp.out;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.halfopen.HalfOpenRow;
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
    private final AckScheduler acks;
    private long challengeSecondNs = Long.MIN_VALUE / 2;
    private int challengesLeft;

    /** Sends through this builder. */
    public Replies(
            final TcpContext context,
            final PacketBuilder builder,
            final SegmentOutput output,
            final AckScheduler acks) {
        this.context = context;
        this.builder = builder;
        this.output = output;
        this.acks = acks;
    }

    /** RFC 9293 §3.10.7.1 and §3.5.2: the reset for a segment that belongs to nothing; never for a RST. */
    public void resetFor(final Segment seg) {
        resetFor(seg, context.config);
    }

    /** The same where a listener's or a connection's configuration says what the packet looks like. */
    public void resetFor(final Segment seg, final TcpConfig config) {
        if (seg.has(RST)) {
            return;
        }
        if (seg.has(ACK)) {
            bare(seg, seg.ack, 0, RST, 0, config);
        } else {
            bare(seg, 0, seg.seq + seg.len(), RST | ACK, 0, config);
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

    /**
     * RFC 5961 §7: a challenge ACK. Each connection keeps a distance in time between them, and all of a shard together a limit
     * per second. That limit is drawn anew each second, so that nobody can tell from outside how much of it others have used
     * up (CVE-2016-5696); by default there is none, as on Linux.
     */
    public void challengeAck(final Tcb tcb, final long nowNs) {
        if (isTooSoon(tcb, nowNs)) {
            return;
        }
        if (context.config.challengeAckPerSecond() != Integer.MAX_VALUE && !mayChallenge(nowNs)) {
            context.count(StackCounter.TcpExtTCPACKSkipped);
            return;
        }
        context.count(StackCounter.TcpExtTCPChallengeACK);
        output.ack(tcb, nowNs);
    }

    private boolean mayChallenge(final long nowNs) {
        if (nowNs - challengeSecondNs >= SECOND) {
            challengeSecondNs = nowNs;
            final int limit = context.config.challengeAckPerSecond();
            challengesLeft = (limit + 1) / 2 + Math.floorMod(context.secrets.ofMoment(nowNs), limit);
        }
        return challengesLeft-- > 0;
    }

    /**
     * RFC 9293 §3.10.7.4, first step: the ACK for an unacceptable segment. As on Linux, one that carries neither text nor SYN
     * nor FIN is answered once per interval only, so that two confused ends do not answer each other for ever; one that brings
     * what has come before is reported as such (RFC 2883 §4.1).
     */
    public void ackUnacceptable(final Tcb tcb, final Segment seg, final long nowNs) {
        if (seg.has(SYN)) { // RFC 5961 §4.2: whatever its number
            context.count(StackCounter.TcpExtTCPSYNChallenge);
            challengeAck(tcb, nowNs);
            return;
        }
        if (seg.len() == 0) {
            if (isTooSoon(tcb, nowNs)) {
                return;
            }
        } else if (Seq.lt(seg.seq, tcb.rcv.nxt)) {
            acks.duplicate(tcb, seg.seq, Seq.min(seg.seq + seg.len(), tcb.rcv.nxt));
        }
        output.ack(tcb, nowNs);
    }

    /** As on Linux, answers to what nobody should have sent keep a distance in time, whatever they answer. */
    private boolean isTooSoon(final Tcb tcb, final long nowNs) {
        if (nowNs - tcb.lastInvalidAckNs < tcb.config.invalidRateLimitMs() * MS) {
            context.count(StackCounter.TcpExtTCPACKSkipped);
            return true;
        }
        tcb.lastInvalidAckNs = nowNs;
        return false;
    }

    /** The last ACK of a connection that has just ended; {@code row} is what it left in TIME-WAIT, negative: nothing. */
    public void lastAck(final int row, final Tcb tcb, final long nowNs) {
        if (row >= 0) {
            sendTimeWaitAck(row, tcb, tcb.rcv.tsOffset, nowNs);
            context.timeWait.sent(row, false, nowNs);
        } else if (context.timeWaitOverflow == TimeWaitOverflow.RESET) {
            reset(tcb, nowNs);
        } else {
            output.ack(tcb, nowNs);
        }
    }

    /** The ACK that TIME-WAIT repeats (RFC 9293 §3.10.7.4). */
    public void timeWaitAck(final int row, final Flow flow, final long nowNs) {
        sendTimeWaitAck(row, flow, tsOffset(flow), nowNs);
        context.timeWait.sent(row, false, nowNs);
    }

    /** The ACK for an unacceptable segment in TIME-WAIT, a limited number of them. */
    public void timeWaitAckUnacceptable(final int row, final Flow flow, final long nowNs) {
        final TimeWaitTable table = context.timeWait;
        final int sinceMs = Timestamps.value(nowNs, 0) - table.lastSentMs(row);
        if (!table.has(row, TimeWaitTable.ANSWERED) || sinceMs >= context.config.invalidRateLimitMs()) {
            sendTimeWaitAck(row, flow, tsOffset(flow), nowNs);
            table.sent(row, true, nowNs);
        }
    }

    /** A row does not keep it, since it is the same for every connection of a 4-tuple; but it costs a keyed hash. */
    private int tsOffset(final Flow flow) {
        return context.isn.tsOffset(context.isn.hash(flow));
    }

    private void sendTimeWaitAck(final int row, final Flow flow, final int tsOffset, final long nowNs) {
        final TimeWaitTable table = context.timeWait;
        int at = builder.begin(isV4(flow));
        if (table.has(row, TimeWaitTable.TIMESTAMPS)) {
            final int tsVal = Timestamps.value(nowNs, tsOffset);
            at = OptionWriter.timestamps(builder.header(), at, tsVal, table.tsRecent(row));
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
                table.ttl(row),
                table.tos(row),
                context.config.pathMtuDiscovery());
    }

    /** The ACK for a segment that does not fit a half-open row; {@code config} is what its connection will start from. */
    public void halfOpenAck(final int row, final Flow flow, final TcpConfig config, final long nowNs) {
        int at = builder.begin(isV4(flow));
        final HalfOpenRow half = context.halfOpen.at(row);
        if (half.has(HalfOpenRow.TIMESTAMPS)) {
            final int tsVal = Timestamps.value(nowNs, half.tsOffset());
            at = OptionWriter.timestamps(builder.header(), at, tsVal, half.tsRecent());
        }
        builder.send(
                flow,
                half.iss() + 1,
                half.irs() + 1,
                ACK,
                half.ownWindow() >>> half.ownShift(),
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
