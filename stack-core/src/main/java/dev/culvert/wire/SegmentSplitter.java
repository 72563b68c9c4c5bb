package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.culvert.wire.PacketMetadata.ChecksumState;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts a super-segment into the packets that would stand on a wire, and completes checksums that were left to a device, as Linux
 * does where a device cannot ({@code tcp_gso_segment()}, {@code inet_gso_segment()}):
 *
 * <pre>
 *   packet i        IPv4 identification + i, lengths of its own, SEG.SEQ + i × segment size
 *   CWR             only on the first (RFC 3168 §6.1.2)
 *   FIN, PSH        only on the last
 *   all the rest    the same on each
 * </pre>
 *
 * <p>What is no TCP packet, or is damaged, passes as it is. One per thread; allocates nothing per packet.
 */
public final class SegmentSplitter {
    /** Takes the packets, one after the other. */
    @FunctionalInterface
    public interface Wire {
        /** One packet with complete checksums; its bytes are good during the call. */
        void onPacket(UnsafeBuffer buffer, int offset, int length);
    }

    private static final int SEQ = 4;
    private static final int FLAGS = 13;

    private final PacketValidator validator = new PacketValidator();
    private final PacketMetadata trusted = new PacketMetadata();
    private final ParsedPacket p = new ParsedPacket();
    private final TcpFlyweight tcp = new TcpFlyweight();
    private final UnsafeBuffer gathered =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH, Long.BYTES));
    private final UnsafeBuffer piece =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH, Long.BYTES));

    /** A splitter. */
    public SegmentSplitter() {
        trusted.checksum = ChecksumState.VERIFIED;
    }

    /** Splits a packet on its way out; returns how many packets it was. */
    public int split(final OutboundPacket packet, final Wire to) {
        final int length = packet.copyTo(gathered, 0);
        return split(gathered, 0, length, packet.segmentSize, packet.checksumPartial, to);
    }

    /** Splits a packet that has come in; returns how many packets it was. */
    public int split(
            final UnsafeBuffer b, final int offset, final int length, final PacketMetadata metadata, final Wire to) {
        return split(b, offset, length, metadata.segmentSize, metadata.checksum == ChecksumState.PARTIAL, to);
    }

    private int split(
            final UnsafeBuffer b,
            final int offset,
            final int length,
            final int segmentSize,
            final boolean checksumPartial,
            final Wire to) {
        final boolean plain = segmentSize == 0 && !checksumPartial;
        if (plain || length > OutboundPacket.MAX_LENGTH || !isTcp(b, offset, length)) {
            to.onPacket(b, offset, length);
            return 1;
        }
        final int headers =
                p.payloadOffset - offset + tcp.wrap(b, p.payloadOffset).headerLength();
        final int text = p.totalLength - headers;
        final int size = segmentSize == 0 ? text : segmentSize;
        int count = 0;
        int done = 0;
        do {
            final int step = Math.min(size, text - done);
            cut(b, offset, headers, done, step, count, done + step == text);
            to.onPacket(piece, 0, headers + step);
            done += step;
            count++;
        } while (done < text);
        return count;
    }

    private boolean isTcp(final UnsafeBuffer b, final int offset, final int length) {
        return validator.validate(b, offset, length, trusted, p) == null
                && p.protocol == IpProtocol.TCP
                && !p.isFragment
                && validator.validateTcp(b, p, trusted) == null;
    }

    private void cut(
            final UnsafeBuffer b,
            final int offset,
            final int headers,
            final int from,
            final int step,
            final int number,
            final boolean last) {
        piece.putBytes(0, b, offset, headers);
        piece.putBytes(headers, b, offset + headers + from, step);
        final int at = p.payloadOffset - offset;
        piece.putInt(at + SEQ, tcp.seq() + from, BIG_ENDIAN);
        int flags = piece.getByte(at + FLAGS);
        if (number > 0) {
            flags &= ~TcpFlyweight.CWR;
        }
        if (!last) {
            flags &= ~(TcpFlyweight.FIN | TcpFlyweight.PSH);
        }
        piece.putByte(at + FLAGS, (byte) flags);
        writeIpLength(at, headers + step, number);
        TcpFlyweight.setChecksum(piece, at, 0);
        final int length = headers + step - at;
        final long sum = Checksum.pseudoHeader(p.srcHi, p.srcLo, p.dstHi, p.dstLo, IpProtocol.TCP, length);
        TcpFlyweight.setChecksum(piece, at, Checksum.finish(sum + Checksum.sum(piece, at, length)));
    }

    private void writeIpLength(final int ipHeaderLength, final int length, final int number) {
        if (p.isV4()) {
            piece.putShort(Ipv4Flyweight.TOTAL_LENGTH, (short) length, BIG_ENDIAN);
            piece.putShort(Ipv4Flyweight.IDENTIFICATION, (short) (p.fragmentId + number), BIG_ENDIAN);
            Ipv4Flyweight.writeChecksum(piece, 0, ipHeaderLength);
        } else {
            piece.putShort(Ipv6Flyweight.PAYLOAD_LENGTH, (short) (length - Ipv6Flyweight.HEADER_LENGTH), BIG_ENDIAN);
        }
    }
}
