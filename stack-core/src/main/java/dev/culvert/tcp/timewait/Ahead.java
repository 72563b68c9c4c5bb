package dev.culvert.tcp.timewait;

/**
 * The rows that expire next, in advance: their hashes, and their buckets brought into the processor's cache. One bucket after
 * the other, each would be waited for, as long as for a hundred instructions or more; asked for together they come together.
 * Shard's thread only.
 */
final class Ahead {
    private static final int ROWS = 16;

    private final TimeWaitRows rows;
    private final int[] hashes = new int[ROWS];
    private int from;
    private int to;

    /** Of no meaning: what is read must be used for something, or the compiler does not read it. */
    private int read;

    Ahead(final TimeWaitRows rows) {
        this.rows = rows;
    }

    /** The hand has come to this row: hashes it and those behind it that are due as well, unless that has been done. */
    void reach(final int row, final int nowMs) {
        if (row >= from && row < to) {
            return;
        }
        from = row;
        to = row;
        final int end = Math.min(row + ROWS, rows.end());
        while (to < end && !rows.isHole(to) && rows.deadlineMs(to) - nowMs <= 0) {
            hashes[to - from] = rows.hash(to);
            to++;
        }
        int sum = 0;
        for (int i = 0; i < to - from; i++) {
            sum += rows.glanceAtBucket(hashes[i]);
        }
        read = sum;
    }

    /** A row has come to this number. */
    void changed(final int row) {
        if (row >= from && row < to) {
            to = row;
        }
    }

    /** The hash of a row. */
    int hash(final int row) {
        return row >= from && row < to ? hashes[row - from] : rows.hash(row);
    }

    @Override
    public String toString() {
        return to - from + " rows ahead, " + read;
    }
}
