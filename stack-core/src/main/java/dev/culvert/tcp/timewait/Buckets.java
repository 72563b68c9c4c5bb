package dev.culvert.tcp.timewait;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;

import dev.culvert.buffer.Memory;
import java.util.Arrays;

/**
 * An array of buckets, each one cache line: fifteen slots and a header. It is allocated block by block, so that it can be
 * filled from its low end and given back from there. What finds its bucket full goes to the next one. Shard's thread only.
 *
 * <pre>
 *  0 slots: 8 bits of the hash (tag) | 24 bits row number | 60 slots used (8) | 64 how many entries went past this bucket (16)
 * </pre>
 */
final class Buckets {
    /** Buckets behind the last one, for what goes past it. */
    static final int SPARE = 16;

    /** Slots of one bucket. */
    static final int SLOTS = 15;

    private static final int BUCKET_SHIFT = 6;
    private static final int BUCKET_BYTES = 1 << BUCKET_SHIFT;
    private static final int HEADER = SLOTS * Integer.BYTES;
    private static final int USED = 0xff;
    private static final int TAG_SHIFT = 24;
    private static final int PASSED_SHIFT = 16;
    private static final int PASSED = 1 << PASSED_SHIFT;

    private static final int LEAST_BLOCK_SHIFT = 6;
    private static final int MOST_BLOCK_SHIFT = 12; // 256 KiB

    /** Buckets that are cleared together: a page, so that nobody waits for the kernel to find and clear a whole block. */
    private static final int CLEARED = 1 << 6;

    private static final int BLOCKS = 1 << 8;

    /** Buckets that hashes are mapped to. */
    final int count;

    private final Memory memory;
    private final int blockShift;
    private final long blockBytes;
    private final int blockMask;
    private final long[] allocated;
    /** Where the buckets of each begin: at a cache line. */
    private final long[] blocks;

    private int allocatedFrom;
    private int allocatedTo;

    /** Buckets below this one have been cleared and may be used. */
    private int clearedTo;

    /** So many buckets, none of them allocated. */
    Buckets(final Memory memory, final int count) {
        this.memory = memory;
        this.count = count;
        blockShift = blockShift(count);
        blockBytes = ((1L << blockShift) + 1) * BUCKET_BYTES; // one to align
        blockMask = (1 << blockShift) - 1;
        allocated = new long[(count + SPARE - 1 >>> blockShift) + 1];
        blocks = new long[allocated.length];
    }

    /** Large arrays have large blocks, so that the addresses of these stay in the processor's cache. */
    private static int blockShift(final int count) {
        final int wanted = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(Math.max(1, count / BLOCKS));
        return Math.min(Math.max(wanted, LEAST_BLOCK_SHIFT), MOST_BLOCK_SHIFT);
    }

    /** The bucket of a hash: a greater hash never has a lower bucket. */
    int home(final int hash) {
        return (int) ((hash & 0xffffffffL) * count >>> Integer.SIZE);
    }

    /** Makes sure of this bucket and all below it; false when there is no memory for them. */
    boolean ensure(final int bucket) {
        while (clearedTo <= bucket) {
            if (clearedTo >>> blockShift == allocatedTo && !allocateBlock()) {
                return false;
            }
            for (int i = 0; i < CLEARED; i++) {
                putInt(at(clearedTo + i) + HEADER, 0);
            }
            clearedTo += CLEARED;
        }
        return true;
    }

    private boolean allocateBlock() {
        final long block = memory.allocate(blockBytes);
        if (block == 0) {
            return false;
        }
        allocated[allocatedTo] = block;
        blocks[allocatedTo++] = aligned(block);
        return true;
    }

    /** Gives back all buckets below this one. */
    void releaseBelow(final int bucket) {
        while (allocatedFrom < Math.min(bucket >>> blockShift, allocatedTo)) {
            memory.free(allocated[allocatedFrom++], blockBytes);
        }
    }

    /** Gives back everything. */
    void release() {
        while (allocatedFrom < allocatedTo) {
            memory.free(allocated[allocatedFrom++], blockBytes);
        }
        Arrays.fill(blocks, 0);
    }

    /** Begins anew, with nothing allocated. */
    void reset() {
        release();
        allocatedFrom = 0;
        allocatedTo = 0;
        clearedTo = 0;
    }

    private static long aligned(final long block) {
        return block + BUCKET_BYTES - 1 & -BUCKET_BYTES;
    }

    /** Address of a bucket. */
    long at(final int bucket) {
        return blocks[bucket >>> blockShift] + ((long) (bucket & blockMask) << BUCKET_SHIFT);
    }

    /** Slots in use. */
    static int used(final long bucket) {
        return getInt(bucket + HEADER) & USED;
    }

    /** Entries whose home is this bucket or one before it and whose place is one behind it. */
    static int passed(final long bucket) {
        return getInt(bucket + HEADER) >>> PASSED_SHIFT;
    }

    /** One slot. */
    static int slot(final long bucket, final int i) {
        return getInt(bucket + (long) i * Integer.BYTES);
    }

    /** The slots with this tag, a bit each: all are looked at, so that the processor need not guess how many there are. */
    static int hits(final long bucket, final int tag) {
        int hits = 0;
        for (int i = 0; i < SLOTS; i++) {
            hits |= slot(bucket, i) >>> TAG_SHIFT == tag ? 1 << i : 0;
        }
        return hits & (1 << used(bucket)) - 1;
    }

    /** Changes a slot. */
    static void slot(final long bucket, final int i, final int entry) {
        putInt(bucket + (long) i * Integer.BYTES, entry);
    }

    private static void addToHeader(final long bucket, final int change) {
        putInt(bucket + HEADER, getInt(bucket + HEADER) + change);
    }

    /** Enters something at its home or behind it; false when there is no place, with nothing changed. */
    boolean add(final int home, final int entry) {
        int bucket = home;
        while (used(at(bucket)) == SLOTS) {
            bucket++;
            if (bucket >= count + SPARE || !ensure(bucket)) {
                return false;
            }
        }
        final long place = at(bucket);
        slot(place, used(place), entry);
        addToHeader(place, 1);
        for (int i = home; i < bucket; i++) {
            addToHeader(at(i), PASSED);
        }
        return true;
    }

    /** Takes out what stands in a slot; the last slot of its bucket moves there. */
    void remove(final int home, final int bucket, final int i) {
        final long place = at(bucket);
        slot(place, i, slot(place, used(place) - 1));
        addToHeader(place, -1);
        for (int b = home; b < bucket; b++) {
            addToHeader(at(b), -PASSED);
        }
    }
}
