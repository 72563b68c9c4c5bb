package dev.culvert.tun.device;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** What rings of packets lie in. */
final class RingMemory {
    /** Many of the largest packets; pages that were never written to take no memory. */
    private static final int CAPACITY = 8 << 20;

    private RingMemory() {}

    static UnsafeBuffer allocate() {
        return new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES));
    }
}
