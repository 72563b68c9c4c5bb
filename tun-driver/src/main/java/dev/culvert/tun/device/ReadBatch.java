package dev.culvert.tun.device;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Off-heap memory that a batch of packets is read into, one behind the other, and its description as C code wants it. Small
 * packets share few pages; of large ones a batch has as many as stay in the cache until the application has read them.
 *
 * <pre>
 *   0        8      16        24      32
 *   | memory | size | largest | align | offset, length of each, two ints ...
 * </pre>
 */
final class ReadBatch {
    /** Packets that it holds: as many as a batch of segments can be answered with. */
    static final int CAPACITY = 256;
    /** Largest packet with a {@link VirtioHeader}. */
    static final int LARGEST = VirtioHeader.LENGTH + 65_536;

    /** Bytes of packets beyond which nothing more is read: a fraction of a second-level cache. */
    private static final int ENOUGH = 1 << 18;

    private static final int ALIGN = 64;
    /** Brings the packet behind a {@link VirtioHeader} to a multiple of eight. */
    private static final int SHIFT = 6;

    private static final int PACKETS = 4 * Long.BYTES;
    private static final int SIZE = ENOUGH + LARGEST;

    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SHIFT + SIZE, ALIGN));
    private final UnsafeBuffer description =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(PACKETS + CAPACITY * Long.BYTES, Long.BYTES));

    ReadBatch() {
        description.putLong(0, placeAddress(0));
        description.putLong(Long.BYTES, SIZE);
        description.putLong(2 * Long.BYTES, LARGEST);
        description.putLong(3 * Long.BYTES, ALIGN);
    }

    /** Where the description lies. */
    long address() {
        return description.addressOffset();
    }

    /** All packets. */
    UnsafeBuffer memory() {
        return memory;
    }

    /** Where in {@link #memory} a packet begins. */
    int offset(final int index) {
        return SHIFT + description.getInt(PACKETS + index * Long.BYTES);
    }

    int length(final int index) {
        return description.getInt(PACKETS + index * Long.BYTES + Integer.BYTES);
    }

    /** Where the packet behind so many others goes, counted from the first one's place. */
    int place(final int count) {
        return count == 0 ? 0 : offset(count - 1) - SHIFT + length(count - 1) + ALIGN - 1 & -ALIGN;
    }

    /** Whether there is room for another packet behind so many. */
    boolean hasRoom(final int count) {
        return count < CAPACITY && SIZE - place(count) >= LARGEST;
    }

    /** The address of a place. */
    long placeAddress(final int place) {
        return memory.addressOffset() + SHIFT + place;
    }

    /** Notes the packet that was read into its place. */
    void put(final int index, final int length) {
        description.putInt(PACKETS + index * Long.BYTES, place(index));
        description.putInt(PACKETS + index * Long.BYTES + Integer.BYTES, length);
    }
}
