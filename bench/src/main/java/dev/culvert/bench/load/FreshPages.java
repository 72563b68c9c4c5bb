package dev.culvert.bench.load;

import dev.culvert.buffer.Memory;
import org.agrona.UnsafeApi;

/**
 * Memory from the C library in blocks like those of the TIME-WAIT table, of which each page is touched once: what the kernel
 * takes to find, clear and map it is in every figure for a table that grows. One thread.
 */
public final class FreshPages implements AutoCloseable {
    private static final int PAGE = 4_096;
    private static final int BLOCK = 40 * PAGE;

    private final Memory memory = new Memory(Long.MAX_VALUE);
    private final long bytes;
    private long block;
    private long touched;

    /** So many bytes to be touched. */
    public FreshPages(final long bytes) {
        this.bytes = bytes;
    }

    /** Whether all have been. */
    public boolean isDone() {
        return touched >= bytes;
    }

    /** Touches the next page. */
    public void touch() {
        final long offset = touched % BLOCK;
        if (offset == 0) {
            block = memory.allocate(BLOCK);
            if (block == 0) {
                throw new IllegalStateException("no memory after " + touched + " bytes");
            }
        }
        UnsafeApi.putByte(block + offset, (byte) 1);
        touched += PAGE;
    }

    @Override
    public void close() {
        memory.freeAll();
    }
}
