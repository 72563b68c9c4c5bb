package dev.culvert.kit.sim;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** One packet on its way through a virtual link, in off-heap memory as a device would have it. */
public final class Frame {
    static final int CAPACITY = 65_536;

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
        length = packet.length;
        segmentSize = 0;
        checksumPartial = false;
    }

    Frame copyOf(final Frame other) {
        bytes.putBytes(0, other.bytes, 0, other.length);
        length = other.length;
        segmentSize = other.segmentSize;
        checksumPartial = other.checksumPartial;
        return this;
    }
}
