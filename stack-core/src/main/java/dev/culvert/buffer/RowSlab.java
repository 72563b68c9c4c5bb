package dev.culvert.buffer;

import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * Off-heap rows of one size, numbered from 0, in blocks that never move. Freed rows are reused, last freed first. Shard's
 * thread only.
 */
public final class RowSlab {
    /** No row: the memory limit is reached. */
    public static final int NONE = -1;

    private static final int BLOCK_SHIFT = 10;
    private static final int BLOCK_ROWS = 1 << BLOCK_SHIFT;

    private final Memory memory;
    private final int rowBytes;
    private long[] blocks = new long[4];
    private int blockCount;
    private int freeRow = NONE;
    private int used;
    private int live;

    /** Rows of so many bytes, at least 4. */
    public RowSlab(final Memory memory, final int rowBytes) {
        this.memory = memory;
        this.rowBytes = rowBytes;
    }

    /** A row with undefined contents, or {@link #NONE}. */
    public int allocate() {
        if (freeRow == NONE && used == blockCount * BLOCK_ROWS && !grow()) {
            return NONE;
        }
        live++;
        if (freeRow == NONE) {
            return used++;
        }
        final int row = freeRow;
        freeRow = UnsafeApi.getInt(address(row));
        return row;
    }

    private boolean grow() {
        final long block = memory.allocate((long) BLOCK_ROWS * rowBytes);
        if (block == 0) {
            return false;
        }
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * blockCount);
        }
        blocks[blockCount++] = block;
        return true;
    }

    /** Gives a row back. When it was the last one, so is all memory. */
    public void free(final int row) {
        UnsafeApi.putInt(address(row), freeRow);
        freeRow = row;
        live--;
        if (live == 0) {
            clear();
        }
    }

    private void clear() {
        // One block stays, so that a table that keeps going empty does not keep asking the C allocator.
        while (blockCount > 1) {
            memory.free(blocks[--blockCount], (long) BLOCK_ROWS * rowBytes);
        }
        freeRow = NONE;
        used = 0;
    }

    /** Address of a row's first byte. */
    public long address(final int row) {
        return blocks[row >>> BLOCK_SHIFT] + (long) (row & BLOCK_ROWS - 1) * rowBytes;
    }

    /** No row in use has this number or a higher one. */
    public int end() {
        return used;
    }

    /** Rows in use. */
    public int live() {
        return live;
    }
}
