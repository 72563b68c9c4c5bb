package dev.culvert.tun.device;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Off-heap memory that a batch of packets is read into, and its description as C code wants it.
 *
 * <pre>
 *   0        8        16          24
 *   | slots  | stride | slot size | lengths, an int each ...
 * </pre>
 */
final class ReadBatch {
    /** Packets that it holds. */
    static final int CAPACITY = 64;
    /** Largest packet with a {@link VirtioHeader}. */
    static final int SLOT_SIZE = VirtioHeader.LENGTH + 65_536;

    /** Not a power of two: the beginnings of all packets would compete for the same few cache lines. */
    private static final int STRIDE = 65_536 + 33 * 64;
    /** Brings the packet behind a {@link VirtioHeader} to a multiple of eight. */
    private static final int SHIFT = 6;

    private static final int LENGTHS = 3 * Long.BYTES;

    private final UnsafeBuffer slots = new UnsafeBuffer(BufferUtil.allocateDirectAligned(CAPACITY * STRIDE, 64));
    private final UnsafeBuffer description =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(LENGTHS + CAPACITY * Integer.BYTES, Long.BYTES));

    ReadBatch() {
        description.putLong(0, slotAddress(0));
        description.putLong(Long.BYTES, STRIDE);
        description.putLong(2 * Long.BYTES, SLOT_SIZE);
    }

    /** Where the description lies. */
    long address() {
        return description.addressOffset();
    }

    /** All packets. */
    UnsafeBuffer slots() {
        return slots;
    }

    /** Where in {@link #slots} a packet begins. */
    int offset(final int index) {
        return index * STRIDE + SHIFT;
    }

    /** The address of a packet's place. */
    long slotAddress(final int index) {
        return slots.addressOffset() + offset(index);
    }

    int length(final int index) {
        return description.getInt(LENGTHS + index * Integer.BYTES);
    }

    void length(final int index, final int bytes) {
        description.putInt(LENGTHS + index * Integer.BYTES, bytes);
    }
}
