package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A view of the first eight bytes of an ICMP or ICMPv6 message in somebody else's buffer (RFC 792, RFC 4443 §2.1). Holds
 * no bytes, allocates nothing. Types and codes are in {@link Icmp4} and {@link Icmp6}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      |          Checksum             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Rest of header: identifier and sequence number (echo),       |
 * |  zero and next-hop MTU (v4 too big), MTU (v6), pointer, zero  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class IcmpFlyweight {
    /** Length of what every message has, in bytes. */
    public static final int HEADER_LENGTH = 8;
    /** Where the checksum field stands in the header. */
    public static final int CHECKSUM_OFFSET = 2;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int REST_OF_HEADER = 4;
    private static final int ID = 4;
    private static final int SEQ = 6;
    private static final int MTU_V4 = 6;

    private UnsafeBuffer buffer;
    private int offset;

    /** Points this view at a message whose length {@link PacketValidator} has already checked. */
    public IcmpFlyweight wrap(final UnsafeBuffer message, final int headerOffset) {
        buffer = message;
        offset = headerOffset;
        return this;
    }

    /** Type. */
    public int type() {
        return buffer.getByte(offset + TYPE) & 0xff;
    }

    /** Code. */
    public int code() {
        return buffer.getByte(offset + CODE) & 0xff;
    }

    /** The checksum as it stands in the message. */
    public int checksum() {
        return u16(CHECKSUM_OFFSET);
    }

    /** The second word; its meaning depends on the type. */
    public int restOfHeader() {
        return buffer.getInt(offset + REST_OF_HEADER, BIG_ENDIAN);
    }

    /** Identifier of an echo message. */
    public int id() {
        return u16(ID);
    }

    /** Sequence number of an echo message. */
    public int seq() {
        return u16(SEQ);
    }

    /** Next-hop MTU in bytes of an IPv4 fragmentation-needed message (RFC 1191 §4); 0 from an old router. */
    public int mtu() {
        return u16(MTU_V4);
    }

    /** MTU in bytes of an ICMPv6 packet-too-big message (RFC 4443 §3.2), at most 2<sup>31</sup> - 1. */
    public int mtuV6() {
        final int mtu = restOfHeader();
        return mtu < 0 ? Integer.MAX_VALUE : mtu;
    }

    /** Writes the checksum field. */
    public void setChecksum(final int checksum) {
        setChecksum(buffer, offset, checksum);
    }

    private int u16(final int field) {
        return buffer.getShort(offset + field, BIG_ENDIAN) & 0xffff;
    }

    /** Writes the checksum field of the message at an offset. */
    public static void setChecksum(final UnsafeBuffer b, final int offset, final int checksum) {
        b.putShort(offset + CHECKSUM_OFFSET, (short) checksum, BIG_ENDIAN);
    }

    /**
     * Writes the header of any message; the checksum is zero until the caller sets it.
     *
     * @return {@link #HEADER_LENGTH}
     */
    public static int write(
            final UnsafeBuffer b, final int offset, final int type, final int code, final int restOfHeader) {
        b.putByte(offset + TYPE, (byte) type);
        b.putByte(offset + CODE, (byte) code);
        setChecksum(b, offset, 0);
        b.putInt(offset + REST_OF_HEADER, restOfHeader, BIG_ENDIAN);
        return HEADER_LENGTH;
    }

    /**
     * Writes the header of an echo request or reply; the checksum is zero until the caller sets it.
     *
     * @return {@link #HEADER_LENGTH}
     */
    public static int writeEcho(final UnsafeBuffer b, final int offset, final int type, final int id, final int seq) {
        return write(b, offset, type, 0, id << 16 | seq & 0xffff);
    }
}
