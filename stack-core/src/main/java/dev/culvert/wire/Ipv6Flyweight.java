package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A view of one IPv6 header in somebody else's buffer (RFC 8200 §3). Holds no bytes, allocates nothing.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version| Traffic Class |           Flow Label                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Payload Length        |  Next Header  |   Hop Limit   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * +                    Source Address (16 bytes)                  +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * +                 Destination Address (16 bytes)                +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Ipv6Flyweight {
    /** Length of the fixed header in bytes; extension headers follow it. */
    public static final int HEADER_LENGTH = 40;

    static final int VERSION_CLASS_LABEL = 0;
    static final int PAYLOAD_LENGTH = 4;
    static final int NEXT_HEADER = 6;
    static final int HOP_LIMIT = 7;
    static final int SOURCE = 8;
    static final int DESTINATION = 24;

    private UnsafeBuffer buffer;
    private int offset;

    /** Points this view at a header of at least {@link #HEADER_LENGTH} readable bytes. */
    public Ipv6Flyweight wrap(final UnsafeBuffer packet, final int headerOffset) {
        buffer = packet;
        offset = headerOffset;
        return this;
    }

    /** The version nibble: 6. */
    public int version() {
        return first() >>> 28;
    }

    /** DSCP in the upper six bits, ECN in the lower two (RFC 2474, RFC 3168). */
    public int trafficClass() {
        return first() >>> 20 & 0xff;
    }

    /** The flow label, 20 bits (RFC 6437). */
    public int flowLabel() {
        return first() & 0xfffff;
    }

    /** Length of everything after this header in bytes, extension headers included. */
    public int payloadLength() {
        return buffer.getShort(offset + PAYLOAD_LENGTH, BIG_ENDIAN) & 0xffff;
    }

    /** What follows; see {@link IpProtocol}. */
    public int nextHeader() {
        return buffer.getByte(offset + NEXT_HEADER) & 0xff;
    }

    /** Hop limit, 0 to 255. */
    public int hopLimit() {
        return buffer.getByte(offset + HOP_LIMIT) & 0xff;
    }

    /** Upper half of the source address. */
    public long sourceHi() {
        return buffer.getLong(offset + SOURCE, BIG_ENDIAN);
    }

    /** Lower half of the source address. */
    public long sourceLo() {
        return buffer.getLong(offset + SOURCE + Long.BYTES, BIG_ENDIAN);
    }

    /** Upper half of the destination address. */
    public long destinationHi() {
        return buffer.getLong(offset + DESTINATION, BIG_ENDIAN);
    }

    /** Lower half of the destination address. */
    public long destinationLo() {
        return buffer.getLong(offset + DESTINATION + Long.BYTES, BIG_ENDIAN);
    }

    private int first() {
        return buffer.getInt(offset + VERSION_CLASS_LABEL, BIG_ENDIAN);
    }

    /**
     * Writes the fixed header.
     *
     * @param payloadLength length of everything after it in bytes, 0 to 65,535
     * @return {@link #HEADER_LENGTH}
     */
    public static int write(
            final UnsafeBuffer b,
            final int offset,
            final int trafficClass,
            final int flowLabel,
            final int payloadLength,
            final int nextHeader,
            final int hopLimit,
            final long srcHi,
            final long srcLo,
            final long dstHi,
            final long dstLo) {
        final int first = 6 << 28 | (trafficClass & 0xff) << 20 | flowLabel & 0xfffff;
        b.putInt(offset + VERSION_CLASS_LABEL, first, BIG_ENDIAN);
        writePayloadLength(b, offset, payloadLength);
        b.putByte(offset + NEXT_HEADER, (byte) nextHeader);
        b.putByte(offset + HOP_LIMIT, (byte) hopLimit);
        b.putLong(offset + SOURCE, srcHi, BIG_ENDIAN);
        b.putLong(offset + SOURCE + Long.BYTES, srcLo, BIG_ENDIAN);
        b.putLong(offset + DESTINATION, dstHi, BIG_ENDIAN);
        b.putLong(offset + DESTINATION + Long.BYTES, dstLo, BIG_ENDIAN);
        return HEADER_LENGTH;
    }

    /** Writes the payload length alone. */
    public static void writePayloadLength(final UnsafeBuffer b, final int offset, final int payloadLength) {
        b.putShort(offset + PAYLOAD_LENGTH, (short) payloadLength, BIG_ENDIAN);
    }
}
