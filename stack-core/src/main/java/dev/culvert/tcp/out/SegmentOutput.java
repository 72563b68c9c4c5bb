package dev.culvert.tcp.out;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.CWR;
import static dev.culvert.wire.TcpFlyweight.ECE;
import static dev.culvert.wire.TcpFlyweight.FIN;
import static dev.culvert.wire.TcpFlyweight.PSH;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.URG;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.option.OptionWriter;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.TcpFlyweight;

/**
 * Builds the segments of a synchronized connection (RFC 9293 §3.10): text and FIN from the send buffer, bare ACKs, probes and
 * resets. It decides nothing about when. Shard's thread only.
 */
public final class SegmentOutput {

    private static final int MAX_URGENT_POINTER = 65_535;
    /** ECN-capable, as a sender says it by default (RFC 3168 §5). */
    private static final int ECT_0 = 2;

    private final TcpContext context;
    private final PacketBuilder builder;
    private final ReceiveWindow windows;
    private final AckScheduler acks;

    /** Sends through this builder. */
    public SegmentOutput(
            final TcpContext context,
            final PacketBuilder builder,
            final ReceiveWindow windows,
            final AckScheduler acks) {
        this.context = context;
        this.builder = builder;
        this.windows = windows;
        this.acks = acks;
    }

    /**
     * Sends the sequence numbers from {@code from} up to {@code to}: text out of the send buffer, and the FIN when they reach
     * behind its end, in segments of one size; a probe for the path's MTU has another than {@link #currentMss}.
     *
     * @return the sequence number up to which it went, earlier than {@code to} when the packet had no room
     */
    int range(
            final Tcb tcb, final int from, final int to, final boolean push, final int segmentSize, final long nowNs) {
        return range(tcb, from, to, push, segmentSize, nowNs, nowNs);
    }

    /** The same for what was sent before; the timestamp says {@code stampNs}. */
    int again(final Tcb tcb, final int from, final int to, final boolean push, final long stampNs, final long nowNs) {
        return range(tcb, from, to, push, currentMss(tcb), stampNs, nowNs);
    }

    private int range(
            final Tcb tcb,
            final int from,
            final int to,
            final boolean push,
            final int segmentSize,
            final long stampNs,
            final long nowNs) {
        final SendState snd = tcb.snd;
        final boolean firstText = from == snd.iss + 1;
        final int optionsEnd = options(tcb, builder.begin(tcb.isV4()), firstText, stampNs);
        final int textEnd = Seq.min(to, snd.textEnd);
        int sentTo = from;
        if (Seq.lt(from, textEnd)) {
            sentTo += snd.buffer.gather(from - snd.bufferStart(), textEnd - from, builder.packet());
            if (sentTo != textEnd) {
                sentTo = from + wholeSegments(builder.packet(), segmentSize);
            }
        }
        int flags = ACK;
        if (push && sentTo == textEnd && sentTo != from) {
            flags |= PSH;
        }
        if (sentTo == snd.textEnd && Seq.gt(to, snd.textEnd)) {
            flags |= FIN;
            sentTo++;
        }
        final boolean ect = snd.ect && from == snd.nxt && builder.packet().payloadLength() > 0;
        if (ect && owesCwr(tcb)) {
            snd.announcedReductions = tcb.recovery.reductions();
            flags |= CWR;
        }
        send(tcb, from, flags, ect ? ECT_0 : 0, optionsEnd, segmentSize, nowNs);
        context.sent(tcb, from, sentTo, nowNs);
        return sentTo;
    }

    /** A packet that has no room for another piece of text ends with a full segment if it has one. */
    private static int wholeSegments(final OutboundPacket packet, final int segmentSize) {
        if (packet.payloadLength() > segmentSize) {
            packet.trimPayload(packet.payloadLength() / segmentSize * segmentSize);
        }
        return packet.payloadLength();
    }

    /** Whether the next segment with new text must say that the congestion window was reduced (RFC 3168 §6.1.2). */
    static boolean owesCwr(final Tcb tcb) {
        return tcb.snd.ect && tcb.snd.announcedReductions != tcb.recovery.reductions();
    }

    /**
     * Text that fits into one segment now: the effective send MSS less the SACK blocks and the user timeout that are due (RFC
     * 9293 §3.7.1).
     */
    int currentMss(final Tcb tcb) {
        final boolean first = tcb.snd.una - tcb.snd.iss <= 1 && tcb.config.userTimeoutOptionMs() > 0;
        final int userTimeout = first || tcb.snd.userTimeoutDue ? OptionWriter.USER_TIMEOUT_LENGTH : 0;
        return tcb.snd.mss - userTimeout - OptionWriter.sackLength(sackBlocks(tcb, 0));
    }

    /** What is reported of text behind a gap, and of text that came twice (RFC 2018 §4, RFC 2883 §4). */
    private static int sackBlocks(final Tcb tcb, final int otherOptions) {
        final ReceiveState rcv = tcb.rcv;
        if (!rcv.sack) {
            return 0;
        }
        final int held = rcv.reassembly == null ? 0 : rcv.reassembly.sackBlocks();
        final int room =
                TcpFlyweight.MAX_OPTIONS_LENGTH - otherOptions - (rcv.timestamps ? OptionWriter.TIMESTAMPS_LENGTH : 0);
        return Math.min(held + (rcv.dsack ? 1 : 0), OptionWriter.sackBlocksIn(room));
    }

    /** Our user timeout is announced by the first segment after the handshake, and by the first text until it has arrived. */
    private static boolean announcesUserTimeout(final Tcb tcb, final boolean firstText) {
        return tcb.snd.userTimeoutDue || firstText && tcb.config.userTimeoutOptionMs() > 0;
    }

    /** A bare ACK: {@code <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>}. */
    void ack(final Tcb tcb, final long nowNs) {
        send(tcb, tcb.snd.nxt, ACK, options(tcb, builder.begin(tcb.isV4()), false, nowNs), nowNs);
    }

    /**
     * A probe that must be answered: an old sequence number without text, as Linux sends it for keepalive and for zero
     * windows (RFC 9293 §3.8.4, SHLD-12).
     */
    public void probe(final Tcb tcb, final long nowNs) {
        send(tcb, tcb.snd.una - 1, ACK, options(tcb, builder.begin(tcb.isV4()), false, nowNs), nowNs);
    }

    /** A probe at SND.UNA, which is acceptable even to a shut window, so that its urgent pointer is seen (MUST-66). */
    public void urgentProbe(final Tcb tcb, final long nowNs) {
        send(tcb, tcb.snd.una, ACK, options(tcb, builder.begin(tcb.isV4()), false, nowNs), nowNs);
    }

    /** A reset of ours: {@code <SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>} (RFC 9293 §3.10.5). */
    void reset(final Tcb tcb, final long nowNs) {
        final int optionsEnd = timestamps(tcb, builder.begin(tcb.isV4()), nowNs);
        send(tcb, tcb.snd.nxt, RST | ACK, optionsEnd, nowNs);
    }

    private int options(final Tcb tcb, final int offset, final boolean firstText, final long nowNs) {
        int at = timestamps(tcb, offset, nowNs);
        int userTimeout = 0;
        if (announcesUserTimeout(tcb, firstText)) {
            at = OptionWriter.userTimeout(builder.header(), at, tcb.config.userTimeoutOptionMs());
            userTimeout = OptionWriter.USER_TIMEOUT_LENGTH;
        }
        final int blocks = sackBlocks(tcb, userTimeout);
        return blocks == 0 ? at : sack(tcb.rcv, at, blocks);
    }

    /** The range that came twice goes first; if text behind a gap holds it, that block is the next one (RFC 2883 §4). */
    private int sack(final ReceiveState rcv, final int offset, final int blocks) {
        int at = OptionWriter.sack(builder.header(), offset, blocks);
        int left = blocks;
        if (rcv.dsack) {
            at = OptionWriter.sackBlock(builder.header(), at, rcv.dsackLeft, rcv.dsackRight);
            left--;
        }
        for (int i = 0; i < left; i++) {
            at = OptionWriter.sackBlock(builder.header(), at, rcv.reassembly.sackLeft(i), rcv.reassembly.sackRight(i));
        }
        return at;
    }

    private int timestamps(final Tcb tcb, final int offset, final long nowNs) {
        final ReceiveState rcv = tcb.rcv;
        return rcv.timestamps
                ? OptionWriter.timestamps(builder.header(), offset, Timestamps.value(nowNs, rcv.tsOffset), rcv.tsRecent)
                : offset;
    }

    private void send(final Tcb tcb, final int seq, final int flags, final int optionsEnd, final long nowNs) {
        send(tcb, seq, flags, 0, optionsEnd, currentMss(tcb), nowNs);
    }

    private void send(
            final Tcb tcb,
            final int seq,
            final int bits,
            final int ecn,
            final int optionsEnd,
            final int segmentSize,
            final long nowNs) {
        final int flags = tcb.rcv.echo ? bits | ECE : bits;
        final int window = windows.select(tcb);
        final int urgentPointer = urgentPointer(tcb.snd, seq);
        builder.send(
                tcb,
                seq,
                tcb.rcv.nxt,
                urgentPointer > 0 ? flags | URG : flags,
                window,
                urgentPointer,
                optionsEnd,
                segmentSize,
                tcb.config.ttl(),
                tcb.config.tos() | ecn,
                tcb.config.pathMtuDiscovery());
        tcb.counts.sent(builder.packet().payloadLength(), builder.packet().wireSegments(), nowNs);
        tcb.snd.userTimeoutDue = false;
        acks.onAckSent(tcb);
    }

    /**
     * SND.UP − SEG.SEQ (RFC 9293 MUST-62), or 0. The field holds 65,535 at most: as on Linux the farthest that it can say is
     * said once nothing sent lies behind that, and nothing before.
     */
    private static int urgentPointer(final SendState snd, final int seq) {
        if (!snd.urgent || Seq.ge(seq, snd.up)) {
            return 0;
        }
        final int pointer = snd.up - seq;
        if (pointer <= MAX_URGENT_POINTER) {
            return pointer;
        }
        return Seq.gt(seq + MAX_URGENT_POINTER, snd.nxt) ? MAX_URGENT_POINTER : 0;
    }
}
