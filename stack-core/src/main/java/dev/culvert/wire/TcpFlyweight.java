package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A view of one TCP header in somebody else's buffer (RFC 9293 §3.1). Holds no bytes, allocates nothing.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source Port          |       Destination Port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Sequence Number                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Acknowledgment Number                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Data  |     |A|C|E|U|A|P|R|S|F|                               |
 * | Offset|Rsrvd|E|W|C|R|C|S|S|Y|I|            Window             |
 * |       |     | |R|E|G|K|H|T|N|N|                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Checksum            |         Urgent Pointer        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           [Options]                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * AE is the accurate-ECN flag of RFC 9768, once NS of RFC 3540.
 */
public final class TcpFlyweight {
    /** Length of a header without options, in bytes. */
    public static final int HEADER_LENGTH = 20;
    /** Most bytes of options that a header holds. */
    public static final int MAX_OPTIONS_LENGTH = 40;
    /** Length of the longest header, in bytes. */
    public static final int MAX_HEADER_LENGTH = 60;
    /** Where the checksum field stands in the header; virtio calls it csum_offset. */
    public static final int CHECKSUM_OFFSET = 16;

    /** No more data from the sender. */
    public static final int FIN = 1;
    /** Synchronize sequence numbers. */
    public static final int SYN = 2;
    /** Reset the connection. */
    public static final int RST = 4;
    /** Push function. */
    public static final int PSH = 8;
    /** The acknowledgment field is significant. */
    public static final int ACK = 16;
    /** The urgent pointer is significant. */
    public static final int URG = 32;
    /** ECN echo (RFC 3168). */
    public static final int ECE = 64;
    /** Congestion window reduced (RFC 3168). */
    public static final int CWR = 128;
    /** Accurate ECN (RFC 9768). */
    public static final int AE = 256;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int SEQ = 4;
    private static final int ACKNOWLEDGMENT = 8;
    private static final int DATA_OFFSET_AND_FLAGS = 12;
    private static final int WINDOW = 14;
    private static final int URGENT_POINTER = 18;
    private static final int FLAGS_MASK = 0x1ff;

    private byte[] base;
    private long address;

    /**
     * Points this view at a header of at least {@link #HEADER_LENGTH} readable bytes; the view is good while the buffer stays
     * where it is.
     *
     * @throws IndexOutOfBoundsException when the buffer is shorter
     */
    public TcpFlyweight wrap(final UnsafeBuffer segment, final int headerOffset) {
        segment.boundsCheck(headerOffset, HEADER_LENGTH);
        base = segment.byteArray();
        address = segment.addressOffset() + headerOffset;
        return this;
    }

    /** Source port. */
    public int sourcePort() {
        return u16(SOURCE_PORT);
    }

    /** Destination port. */
    public int destinationPort() {
        return u16(DESTINATION_PORT);
    }

    /** SEG.SEQ. */
    public int seq() {
        return NetworkOrder.i32(base, address + SEQ);
    }

    /** SEG.ACK; significant when {@link #ACK} is set. */
    public int ack() {
        return NetworkOrder.i32(base, address + ACKNOWLEDGMENT);
    }

    /** Header length in bytes, options included. */
    public int headerLength() {
        return (u16(DATA_OFFSET_AND_FLAGS) & 0xf000) >>> 10;
    }

    /** The nine flags, {@link #FIN} to {@link #AE}; reserved bits are left out. */
    public int flags() {
        return u16(DATA_OFFSET_AND_FLAGS) & FLAGS_MASK;
    }

    /** The window field before scaling, 0 to 65,535. */
    public int window() {
        return u16(WINDOW);
    }

    /** The checksum as it stands in the segment. */
    public int checksum() {
        return u16(CHECKSUM_OFFSET);
    }

    /** SEG.UP; significant when {@link #URG} is set. */
    public int urgentPointer() {
        return u16(URGENT_POINTER);
    }

    /** Writes the checksum field. */
    public void setChecksum(final int checksum) {
        NetworkOrder.put16(base, address + CHECKSUM_OFFSET, checksum);
    }

    private int u16(final int field) {
        return NetworkOrder.u16(base, address + field);
    }

    /** The nine flags of the header at an offset. */
    public static int flags(final UnsafeBuffer b, final int offset) {
        return b.getShort(offset + DATA_OFFSET_AND_FLAGS, BIG_ENDIAN) & FLAGS_MASK;
    }

    /** Writes the checksum field of the header at an offset. */
    public static void setChecksum(final UnsafeBuffer b, final int offset, final int checksum) {
        b.putShort(offset + CHECKSUM_OFFSET, (short) checksum, BIG_ENDIAN);
    }

    /**
     * Writes the fixed part of a header; the checksum is zero, options are the caller's.
     *
     * @param headerLength length with options in bytes: 20 to 60, a multiple of four
     * @param flags any of {@link #FIN} to {@link #AE}
     * @param window the field as it goes out, already scaled, 0 to 65,535
     * @return {@code headerLength}
     */
    public static int write(
            final UnsafeBuffer b,
            final int offset,
            final int sport,
            final int dport,
            final int seq,
            final int ack,
            final int headerLength,
            final int flags,
            final int window,
            final int urgentPointer) {
        b.boundsCheck(offset, HEADER_LENGTH);
        final byte[] base = b.byteArray();
        final long at = b.addressOffset() + offset;
        NetworkOrder.put32(base, at + SOURCE_PORT, sport << 16 | dport & 0xffff);
        NetworkOrder.put32(base, at + SEQ, seq);
        NetworkOrder.put32(base, at + ACKNOWLEDGMENT, ack);
        final int offsetAndFlags = headerLength << 10 | flags & FLAGS_MASK;
        NetworkOrder.put32(base, at + DATA_OFFSET_AND_FLAGS, offsetAndFlags << 16 | window & 0xffff);
        NetworkOrder.put32(base, at + CHECKSUM_OFFSET, urgentPointer & 0xffff);
        return headerLength;
    }
}
