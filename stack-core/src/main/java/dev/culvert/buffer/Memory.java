package dev.culvert.buffer;

import org.agrona.UnsafeApi;
import org.agrona.collections.LongHashSet;

/**
 * Off-heap memory of one shard under one limit. Blocks come straight from the C allocator, untouched and outside the reach
 * of the garbage collector, and go back when freed. Shard's thread only.
 */
public final class Memory {
    private long limitBytes;
    private final LongHashSet blocks = new LongHashSet();
    private long inUseBytes;

    /** At most so many bytes at a time. */
    public Memory(final long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** The address of a new block, its contents undefined; 0 when the limit would be passed or the machine has no more. */
    public long allocate(final long bytes) {
        if (inUseBytes + bytes > limitBytes) {
            return 0;
        }
        final long address = fromMachine(bytes);
        if (address == 0) {
            return 0;
        }
        inUseBytes += bytes;
        blocks.add(address);
        return address;
    }

    private static long fromMachine(final long bytes) {
        try {
            return UnsafeApi.allocateMemory(bytes);
        } catch (final OutOfMemoryError refused) { // malloc(3) has failed; nothing is wrong with the heap
            return 0;
        }
    }

    /** Gives a block back, with the size that it was asked for. */
    public void free(final long address, final long bytes) {
        blocks.remove(address);
        UnsafeApi.freeMemory(address);
        inUseBytes -= bytes;
    }

    /** Gives everything back; nothing that was handed out may be touched any more. */
    public void freeAll() {
        final LongHashSet.LongIterator all = blocks.iterator();
        while (all.hasNext()) {
            UnsafeApi.freeMemory(all.nextValue());
        }
        blocks.clear();
        inUseBytes = 0;
    }

    /** Bytes handed out and not yet freed. */
    public long inUseBytes() {
        return inUseBytes;
    }

    /** Changes the limit; what is beyond it stays until it is freed. */
    public void limitBytes(final long bytes) {
        limitBytes = bytes;
    }

    /** The limit in bytes. */
    public long limitBytes() {
        return limitBytes;
    }
}
