package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A view of one IPv4 header in somebody else's buffer (RFC 791 §3.1). Holds no bytes, allocates nothing.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version|  IHL  |Type of Service|          Total Length         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Identification        |Flags|      Fragment Offset    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Time to Live |    Protocol   |         Header Checksum       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       Source Address                          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Destination Address                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Options                    |    Padding    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Ipv4Flyweight {
    /** Length of a header without options, in bytes. */
    public static final int HEADER_LENGTH = 20;
    /** Length of the longest header, in bytes. */
    public static final int MAX_HEADER_LENGTH = 60;

    static final int VERSION_AND_IHL = 0;
    static final int TOS = 1;
    static final int TOTAL_LENGTH = 2;
    static final int IDENTIFICATION = 4;
    static final int FLAGS_AND_FRAGMENT_OFFSET = 6;
    static final int TTL = 8;
    static final int PROTOCOL = 9;
    static final int CHECKSUM = 10;
    static final int SOURCE = 12;
    static final int DESTINATION = 16;

    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET_MASK = 0x1fff;

    private UnsafeBuffer buffer;
    private int offset;

    /** Points this view at a header of at least {@link #HEADER_LENGTH} readable bytes. */
    public Ipv4Flyweight wrap(final UnsafeBuffer packet, final int headerOffset) {
        buffer = packet;
        offset = headerOffset;
        return this;
    }

    /** The version nibble: 4. */
    public int version() {
        return (buffer.getByte(offset + VERSION_AND_IHL) & 0xf0) >>> 4;
    }

    /** Header length in bytes, options included; 0 to 60, as it stands in the packet. */
    public int headerLength() {
        return (buffer.getByte(offset + VERSION_AND_IHL) & 0x0f) << 2;
    }

    /** DSCP in the upper six bits, ECN in the lower two (RFC 2474, RFC 3168). */
    public int tos() {
        return buffer.getByte(offset + TOS) & 0xff;
    }

    /** Length of header and payload in bytes. */
    public int totalLength() {
        return u16(TOTAL_LENGTH);
    }

    /** Names the packet that a fragment belongs to (RFC 6864). */
    public int identification() {
        return u16(IDENTIFICATION);
    }

    /** The three flags and the offset in units of eight bytes, as they stand in the packet. */
    public int flagsAndFragmentOffset() {
        return u16(FLAGS_AND_FRAGMENT_OFFSET);
    }

    /** MF: this is not the last fragment. */
    public boolean moreFragments() {
        return (flagsAndFragmentOffset() & MORE_FRAGMENTS) != 0;
    }

    /** DF. */
    public boolean dontFragment() {
        return (flagsAndFragmentOffset() & DONT_FRAGMENT) != 0;
    }

    /** Where this fragment's payload stands in the whole packet's payload, in bytes. */
    public int fragmentOffset() {
        return (flagsAndFragmentOffset() & FRAGMENT_OFFSET_MASK) << 3;
    }

    /** Time to live, 0 to 255. */
    public int ttl() {
        return buffer.getByte(offset + TTL) & 0xff;
    }

    /** What follows; see {@link IpProtocol}. */
    public int protocol() {
        return buffer.getByte(offset + PROTOCOL) & 0xff;
    }

    /** The header checksum as it stands in the packet. */
    public int checksum() {
        return u16(CHECKSUM);
    }

    /** Source address. */
    public int source() {
        return buffer.getInt(offset + SOURCE, BIG_ENDIAN);
    }

    /** Destination address. */
    public int destination() {
        return buffer.getInt(offset + DESTINATION, BIG_ENDIAN);
    }

    private int u16(final int field) {
        return buffer.getShort(offset + field, BIG_ENDIAN) & 0xffff;
    }

    /**
     * Writes a header without options, checksum included.
     *
     * @param totalLength length of header and payload in bytes, 20 to 65,535
     * @return {@link #HEADER_LENGTH}
     */
    public static int write(
            final UnsafeBuffer b,
            final int offset,
            final int tos,
            final int totalLength,
            final int id,
            final boolean dontFragment,
            final int ttl,
            final int protocol,
            final int source,
            final int destination) {
        b.putByte(offset + VERSION_AND_IHL, (byte) 0x45);
        b.putByte(offset + TOS, (byte) tos);
        b.putShort(offset + TOTAL_LENGTH, (short) totalLength, BIG_ENDIAN);
        b.putShort(offset + IDENTIFICATION, (short) id, BIG_ENDIAN);
        b.putShort(offset + FLAGS_AND_FRAGMENT_OFFSET, (short) (dontFragment ? DONT_FRAGMENT : 0), BIG_ENDIAN);
        b.putByte(offset + TTL, (byte) ttl);
        b.putByte(offset + PROTOCOL, (byte) protocol);
        b.putInt(offset + SOURCE, source, BIG_ENDIAN);
        b.putInt(offset + DESTINATION, destination, BIG_ENDIAN);
        writeChecksum(b, offset, HEADER_LENGTH);
        return HEADER_LENGTH;
    }

    /**
     * Turns the header of a fragment into the header of the whole packet: total length set, offset and MF cleared, checksum
     * right again; DF and the options stay.
     */
    public static void rewriteAsWhole(
            final UnsafeBuffer b, final int offset, final int headerLength, final int totalLength) {
        final int flags = b.getShort(offset + FLAGS_AND_FRAGMENT_OFFSET, BIG_ENDIAN) & DONT_FRAGMENT;
        b.putShort(offset + FLAGS_AND_FRAGMENT_OFFSET, (short) flags, BIG_ENDIAN);
        b.putShort(offset + TOTAL_LENGTH, (short) totalLength, BIG_ENDIAN);
        writeChecksum(b, offset, headerLength);
    }

    /** Computes the header checksum and writes it into its field. */
    public static void writeChecksum(final UnsafeBuffer b, final int offset, final int headerLength) {
        b.putShort(offset + CHECKSUM, (short) 0);
        final int checksum = Checksum.finish(Checksum.sum(b, offset, headerLength));
        b.putShort(offset + CHECKSUM, (short) checksum, BIG_ENDIAN);
    }
}
