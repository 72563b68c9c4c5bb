package dev.culvert.ip;

import dev.culvert.counters.Counters;
import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.wire.Checksum;
import dev.culvert.wire.Icmp4;
import dev.culvert.wire.Icmp6;
import dev.culvert.wire.IcmpFlyweight;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.Ipv6Flyweight;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;
import dev.culvert.wire.ParsedPacket;
import java.util.function.IntUnaryOperator;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * ICMP (RFC 792, RFC 1122 §3.2.2) and ICMPv6 (RFC 4443) messages of ours: echo both ways, and errors that quote a packet.
 * Errors are limited to 1,000 per second with bursts of 50, as on Linux, and never answer what must not be answered. Shard's
 * thread only.
 */
public final class IcmpOutput {
    private static final int TTL = 64;
    private static final int QUOTE_V4 =
            576 - Ipv4Flyweight.HEADER_LENGTH - IcmpFlyweight.HEADER_LENGTH; // RFC 1812 §4.3.2.3
    private static final int QUOTE_V6 =
            1_280 - Ipv6Flyweight.HEADER_LENGTH - IcmpFlyweight.HEADER_LENGTH; // RFC 4443 §2.4
    private static final long NS_PER_ERROR = 1_000_000L;
    private static final int BURST = 50;

    private final Counters counters;
    private final PacketSink sink;
    private final IntUnaryOperator ids;
    private final OutboundPacket packet = new OutboundPacket();
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private int identification;
    private long errorTokensNs;
    private long lastErrorNs;

    /** Sends through this sink, with IPv4 identifications made of a counter by {@code ids}. */
    public IcmpOutput(final Counters counters, final PacketSink sink, final IntUnaryOperator ids, final long nowNs) {
        this.counters = counters;
        this.sink = sink;
        this.ids = ids;
        errorTokensNs = BURST * NS_PER_ERROR;
        lastErrorNs = nowNs;
    }

    /** Answers an echo request (RFC 792; RFC 1122 §3.2.2.6: with the same identifier, sequence number and data). */
    void echoReply(final UnsafeBuffer b, final ParsedPacket p, final int idAndSeq) {
        counters.increment(StackCounter.IcmpOutEchoReps);
        begin(p.isV4(), p.isV4() ? Icmp4.ECHO_REPLY : Icmp6.ECHO_REPLY, 0, idAndSeq);
        copy(b, p.payloadOffset + IcmpFlyweight.HEADER_LENGTH, p.payloadLength - IcmpFlyweight.HEADER_LENGTH);
        answer(p, p.tos);
    }

    /** Asks for an echo. */
    public void echoRequest(
            final IpAddress source,
            final IpAddress remote,
            final int identifier,
            final int sequence,
            final DirectBuffer data,
            final int offset,
            final int length) {
        final int type = remote.isV4() ? Icmp4.ECHO_REQUEST : Icmp6.ECHO_REQUEST;
        begin(remote.isV4(), type, 0, identifier << 16 | sequence & 0xffff);
        copy(data, offset, length);
        send(remote.isV4(), source.hi(), source.lo(), remote.hi(), remote.lo(), 0);
    }

    /**
     * An error about a packet, quoting it, unless it must not be answered (RFC 1122 §3.2.2, RFC 4443 §2.4 (e)) or too many
     * were sent already.
     *
     * @param rest the second word of the header: pointer or MTU
     */
    void error(
            final UnsafeBuffer b,
            final ParsedPacket p,
            final int type,
            final int code,
            final int rest,
            final long nowNs) {
        if (p.isFragment && p.fragmentOffset > 0 || isIcmpError(b, p) || p.isMulticast() && !p.problemOnMulticast) {
            return;
        }
        if (!mayError(nowNs)) {
            counters.drop(DropReason.ICMP_RATELIMIT);
            return;
        }
        if (type == (p.isV4() ? Icmp4.DEST_UNREACHABLE : Icmp6.DEST_UNREACHABLE)) {
            counters.increment(StackCounter.IcmpOutDestUnreachs);
        }
        begin(p.isV4(), type, code, rest);
        copy(b, p.ipOffset, Math.min(p.totalLength, p.isV4() ? QUOTE_V4 : QUOTE_V6));
        answer(p, 0);
    }

    private static boolean isIcmpError(final UnsafeBuffer b, final ParsedPacket p) {
        if (p.payloadLength < 1) {
            return false;
        }
        final int type = b.getByte(p.payloadOffset) & 0xff;
        if (p.protocol == IpProtocol.ICMPV6) {
            return type < Icmp6.FIRST_INFORMATIONAL;
        }
        return p.protocol == IpProtocol.ICMP && type != Icmp4.ECHO_REQUEST && type != Icmp4.ECHO_REPLY;
    }

    private boolean mayError(final long nowNs) {
        errorTokensNs = Math.min(BURST * NS_PER_ERROR, errorTokensNs + nowNs - lastErrorNs);
        lastErrorNs = nowNs;
        if (errorTokensNs < NS_PER_ERROR) {
            return false;
        }
        errorTokensNs -= NS_PER_ERROR;
        return true;
    }

    private void begin(final boolean v4, final int type, final int code, final int rest) {
        packet.clear();
        packet.transportOffset = v4 ? Ipv4Flyweight.HEADER_LENGTH : Ipv6Flyweight.HEADER_LENGTH;
        packet.headerLength = packet.transportOffset + IcmpFlyweight.HEADER_LENGTH;
        IcmpFlyweight.write(packet.header, packet.transportOffset, type, code, rest);
    }

    private void copy(final DirectBuffer data, final int offset, final int length) {
        if (length > 0) {
            if (payload.capacity() == 0) {
                payload.wrap(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH + 1, Long.BYTES));
            }
            payload.putBytes(0, data, offset, length);
            packet.addPiece(payload.addressOffset(), length);
        }
    }

    /** Back to where the packet came from. */
    private void answer(final ParsedPacket p, final int tos) {
        send(p.isV4(), /* srcHi= */ p.dstHi, /* srcLo= */ p.dstLo, /* dstHi= */ p.srcHi, /* dstLo= */ p.srcLo, tos);
    }

    private void send(
            final boolean v4, final long srcHi, final long srcLo, final long dstHi, final long dstLo, final int tos) {
        final int at = packet.transportOffset;
        final int length = packet.length() - at;
        long sum = v4 ? 0 : Checksum.pseudoHeaderV6(srcHi, srcLo, dstHi, dstLo, IpProtocol.ICMPV6, length);
        sum += Checksum.sum(packet.header, at, IcmpFlyweight.HEADER_LENGTH);
        if (packet.pieces() > 0) {
            sum += Checksum.sum(packet.pieceAddress(0), packet.pieceLength(0));
        }
        IcmpFlyweight.setChecksum(packet.header, at, Checksum.finish(sum));
        if (v4) {
            final int id = ids.applyAsInt(identification++) & 0xffff;
            Ipv4Flyweight.write(
                    packet.header, 0, tos, packet.length(), id, false, TTL, IpProtocol.ICMP, (int) srcLo, (int) dstLo);
        } else {
            Ipv6Flyweight.write(packet.header, 0, tos, 0, length, IpProtocol.ICMPV6, TTL, srcHi, srcLo, dstHi, dstLo);
        }
        counters.increment(StackCounter.IcmpOutMsgs);
        if (!sink.transmit(packet)) {
            counters.increment(StackCounter.IpOutDiscards);
            counters.drop(DropReason.DEV_FULL);
        }
    }
}
