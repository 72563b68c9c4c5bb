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

    private byte[] base;
    private long address;

    /**
     * Points this view at a header of at least {@link #HEADER_LENGTH} readable bytes; the view is good while the buffer stays
     * where it is.
     *
     * @throws IndexOutOfBoundsException when the buffer is shorter
     */
    public Ipv4Flyweight wrap(final UnsafeBuffer packet, final int headerOffset) {
        packet.boundsCheck(headerOffset, HEADER_LENGTH);
        base = packet.byteArray();
        address = packet.addressOffset() + headerOffset;
        return this;
    }

    /** The version nibble: 4. */
    public int version() {
        return u8(VERSION_AND_IHL) >>> 4;
    }

    /** Header length in bytes, options included; 0 to 60, as it stands in the packet. */
    public int headerLength() {
        return (u8(VERSION_AND_IHL) & 0x0f) << 2;
    }

    /** DSCP in the upper six bits, ECN in the lower two (RFC 2474, RFC 3168). */
    public int tos() {
        return u8(TOS);
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
        return u8(TTL);
    }

    /** What follows; see {@link IpProtocol}. */
    public int protocol() {
        return u8(PROTOCOL);
    }

    /** The header checksum as it stands in the packet. */
    public int checksum() {
        return u16(CHECKSUM);
    }

    /** Source address. */
    public int source() {
        return NetworkOrder.i32(base, address + SOURCE);
    }

    /** Destination address. */
    public int destination() {
        return NetworkOrder.i32(base, address + DESTINATION);
    }

    /** Destination address of the header at an offset. */
    public static int destination(final UnsafeBuffer b, final int offset) {
        return b.getInt(offset + DESTINATION, BIG_ENDIAN);
    }

    private int u8(final int field) {
        return NetworkOrder.u8(base, address + field);
    }

    private int u16(final int field) {
        return NetworkOrder.u16(base, address + field);
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
        b.boundsCheck(offset, HEADER_LENGTH);
        final byte[] base = b.byteArray();
        final long at = b.addressOffset() + offset;
        final int first = 0x45 << 24 | (tos & 0xff) << 16 | totalLength & 0xffff;
        final int second = id << 16 | (dontFragment ? DONT_FRAGMENT : 0);
        final int third = ttl << 24 | (protocol & 0xff) << 16;
        final long sum = Checksum.word(first)
                + Checksum.word(second)
                + Checksum.word(third)
                + Checksum.word(source)
                + Checksum.word(destination);
        NetworkOrder.put32(base, at + VERSION_AND_IHL, first);
        NetworkOrder.put32(base, at + IDENTIFICATION, second);
        NetworkOrder.put32(base, at + TTL, third | Checksum.finish(sum));
        NetworkOrder.put32(base, at + SOURCE, source);
        NetworkOrder.put32(base, at + DESTINATION, destination);
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
