package dev.culvert.ip;

import java.util.Arrays;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A fixed amount of memory in blocks, which hold fragments as chains: what waits costs what has arrived, not what it claims
 * to become. Memory is taken with the first fragment and kept. Single-threaded.
 */
final class FragmentStore {
    /** No block: the end of a chain, and the answer when the store is full. */
    static final int NONE = -1;

    private static final int BLOCK_LENGTH = 256;

    private final int blocks;
    private int[] next = {};
    private UnsafeBuffer memory;
    private int free = NONE;
    private int freeBlocks;

    FragmentStore(final int bytes) {
        blocks = bytes / BLOCK_LENGTH;
        freeBlocks = blocks;
    }

    /** Copies bytes in; returns the first block of their chain, or {@link #NONE} when they do not fit. */
    int store(final UnsafeBuffer source, final int offset, final int length) {
        final int needed = blocksFor(length);
        if (needed > freeBlocks) {
            return NONE;
        }
        if (memory == null) {
            allocate();
        }
        final int first = free;
        int last = first;
        for (int done = 0; done < length; done += BLOCK_LENGTH) {
            last = free;
            memory.putBytes(last * BLOCK_LENGTH, source, offset + done, Math.min(BLOCK_LENGTH, length - done));
            free = next[last];
        }
        next[last] = NONE;
        freeBlocks -= needed;
        return first;
    }

    private void allocate() {
        memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(blocks * BLOCK_LENGTH, BLOCK_LENGTH));
        next = new int[blocks];
        Arrays.setAll(next, i -> i + 1);
        next[blocks - 1] = NONE;
        free = 0;
    }

    /** Copies the bytes of a chain out, without its first {@code skip} bytes. */
    void copy(final int chain, final int skip, final int length, final UnsafeBuffer target, final int offset) {
        int block = chain;
        for (int i = skip / BLOCK_LENGTH; i > 0; i--) {
            block = next[block];
        }
        int inBlock = skip % BLOCK_LENGTH;
        int done = 0;
        while (done < length) {
            final int part = Math.min(BLOCK_LENGTH - inBlock, length - done);
            target.putBytes(offset + done, memory, block * BLOCK_LENGTH + inBlock, part);
            done += part;
            inBlock = 0;
            block = next[block];
        }
    }

    /** Gives a chain back. */
    void release(final int chain) {
        int last = chain;
        freeBlocks++;
        while (next[last] != NONE) {
            last = next[last];
            freeBlocks++;
        }
        next[last] = free;
        free = chain;
    }

    /** Bytes that chains occupy. */
    int usedBytes() {
        return (blocks - freeBlocks) * BLOCK_LENGTH;
    }

    private static int blocksFor(final int length) {
        return (length + BLOCK_LENGTH - 1) / BLOCK_LENGTH;
    }
}
