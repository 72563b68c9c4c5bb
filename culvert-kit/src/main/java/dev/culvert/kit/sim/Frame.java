package dev.culvert.kit.sim;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** One packet on its way through a virtual link, in off-heap memory as a device would have it. */
public final class Frame {
    static final int CAPACITY = 65_536;

    private static final int CE = 3;
    private static final int V4_CHECKSUM = 10;

    final UnsafeBuffer bytes;
    int length;
    int segmentSize;
    boolean checksumPartial;

    Frame(final int capacity) {
        bytes = new UnsafeBuffer(BufferUtil.allocateDirectAligned(capacity, 8));
    }

    /** A whole packet with complete checksums. */
    void set(final byte[] packet) {
        bytes.putBytes(0, packet);
        plain(packet.length);
    }

    /** The same from a buffer. */
    void set(final UnsafeBuffer packet, final int offset, final int packetLength) {
        bytes.putBytes(0, packet, offset, packetLength);
        plain(packetLength);
    }

    private void plain(final int packetLength) {
        length = packetLength;
        segmentSize = 0;
        checksumPartial = false;
    }

    /** Whether its sender has declared it ECN-capable (RFC 3168 §5); IPv6 has the bits four further down. */
    boolean isEct() {
        return (bytes.getShort(0, BIG_ENDIAN) >>> ecnShift() & CE) != 0;
    }

    /** Marks it: congestion experienced. IPv4's header checksum follows (RFC 1624 §3). */
    void mark() {
        final int before = bytes.getShort(0, BIG_ENDIAN) & 0xffff;
        final int after = before | CE << ecnShift();
        bytes.putShort(0, (short) after, BIG_ENDIAN);
        if (isV4()) {
            int sum = (~bytes.getShort(V4_CHECKSUM, BIG_ENDIAN) & 0xffff) + (~before & 0xffff) + after;
            sum = (sum & 0xffff) + (sum >>> 16);
            sum = (sum & 0xffff) + (sum >>> 16);
            bytes.putShort(V4_CHECKSUM, (short) ~sum, BIG_ENDIAN);
        }
    }

    private boolean isV4() {
        return bytes.getByte(0) >>> 4 == 4;
    }

    private int ecnShift() {
        return isV4() ? 0 : 4;
    }

    Frame copyOf(final Frame other) {
        bytes.putBytes(0, other.bytes, 0, other.length);
        length = other.length;
        segmentSize = other.segmentSize;
        checksumPartial = other.checksumPartial;
        return this;
    }
}
