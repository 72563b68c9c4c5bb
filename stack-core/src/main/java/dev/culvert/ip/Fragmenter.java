package dev.culvert.ip;

import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.Ipv6Flyweight;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;
import java.util.function.IntUnaryOperator;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts a packet that is longer than the MTU into fragments (RFC 791 §2.3, RFC 8200 §4.5). TCP never sends such a packet; an
 * echo reply may be one, when the request came in fragments. Shard's thread only.
 */
final class Fragmenter {
    private static final int MORE_FRAGMENTS = 1;
    private static final int V4_MORE_FRAGMENTS = 0x2000;
    private static final int V4_FLAGS = 6;
    private static final int V4_TOTAL_LENGTH = 2;
    private static final int V4_CHECKSUM = 10;
    private static final int V6_NEXT_HEADER = 6;
    private static final int V6_FRAGMENT_HEADER = 8;

    private final PacketSink device;
    private final IntUnaryOperator ids;
    private final OutboundPacket fragment = new OutboundPacket();
    private final UnsafeBuffer whole = new UnsafeBuffer(0, 0);
    private int identification;

    /** With identifications made of a counter by {@code ids}. */
    Fragmenter(final PacketSink device, final IntUnaryOperator ids) {
        this.device = device;
        this.ids = ids;
    }

    /** Sends the fragments; false when the device refused one of them. */
    boolean send(final OutboundPacket packet, final int mtuBytes) {
        if (whole.capacity() == 0) {
            whole.wrap(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH + 1, Long.BYTES));
        }
        final int length = packet.copyTo(whole, 0);
        final boolean v4 = whole.getByte(0) >>> 4 == 4;
        final int headerLength = v4 ? Ipv4Flyweight.HEADER_LENGTH : Ipv6Flyweight.HEADER_LENGTH;
        final int room = (mtuBytes - headerLength - (v4 ? 0 : V6_FRAGMENT_HEADER)) & ~7;
        identification++;
        for (int at = headerLength; at < length; at += room) {
            final int part = Math.min(room, length - at);
            final int flags = at + part < length ? MORE_FRAGMENTS : 0;
            if (!(v4 ? sendV4(at, part, flags) : sendV6(at, part, flags))) {
                return false;
            }
        }
        return true;
    }

    private boolean sendV4(final int at, final int part, final int flags) {
        final int header = Ipv4Flyweight.HEADER_LENGTH;
        begin(header, at, part);
        final int offsetField = (at - header) >>> 3 | (flags == MORE_FRAGMENTS ? V4_MORE_FRAGMENTS : 0);
        fragment.header.putShort(V4_TOTAL_LENGTH, (short) (header + part), BIG_ENDIAN);
        fragment.header.putShort(V4_FLAGS, (short) offsetField, BIG_ENDIAN);
        fragment.header.putShort(V4_CHECKSUM, (short) 0);
        Ipv4Flyweight.writeChecksum(fragment.header, 0, header);
        return device.transmit(fragment);
    }

    private boolean sendV6(final int at, final int part, final int flags) {
        final int header = Ipv6Flyweight.HEADER_LENGTH;
        begin(header + V6_FRAGMENT_HEADER, at, part);
        final UnsafeBuffer b = fragment.header;
        b.putByte(header, b.getByte(V6_NEXT_HEADER));
        b.putByte(header + 1, (byte) 0);
        b.putShort(header + 2, (short) ((at - header) | flags), BIG_ENDIAN);
        b.putInt(header + 4, ids.applyAsInt(identification), BIG_ENDIAN);
        b.putByte(V6_NEXT_HEADER, (byte) IpProtocol.FRAGMENT);
        Ipv6Flyweight.writePayloadLength(b, 0, V6_FRAGMENT_HEADER + part);
        return device.transmit(fragment);
    }

    private void begin(final int headerLength, final int at, final int part) {
        fragment.clear();
        fragment.header.putBytes(0, whole, 0, Math.min(headerLength, Ipv6Flyweight.HEADER_LENGTH));
        fragment.headerLength = headerLength;
        fragment.transportOffset = headerLength;
        fragment.addPiece(whole.addressOffset() + at, part);
    }
}
