package dev.culvert.tcp.timewait;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;

/**
 * Numbers of rows that have gone, for rows to come: a list both ways through the memory of those rows themselves, the latest
 * first, since that one is still in the processor's cache. Shard's thread only.
 */
final class Holes {
    private static final int NONE = -1;
    private static final int NEXT = 0;
    private static final int PREVIOUS = 4;

    private final TimeWaitRows rows;
    private int first = NONE;
    private int count;

    Holes(final TimeWaitRows rows) {
        this.rows = rows;
    }

    int count() {
        return count;
    }

    /** The row with this number has gone. */
    void add(final int row) {
        final long at = rows.address(row);
        putInt(at + NEXT, first);
        putInt(at + PREVIOUS, NONE);
        if (first != NONE) {
            putInt(rows.address(first) + PREVIOUS, row);
        }
        first = row;
        count++;
    }

    /** A number for another row; there must be one. */
    int take() {
        final int row = first;
        remove(row);
        return row;
    }

    /** This number is no longer one of a hole. */
    void remove(final int row) {
        final int next = getInt(rows.address(row) + NEXT);
        final int previous = getInt(rows.address(row) + PREVIOUS);
        if (next != NONE) {
            putInt(rows.address(next) + PREVIOUS, previous);
        }
        if (previous == NONE) {
            first = next;
        } else {
            putInt(rows.address(previous) + NEXT, next);
        }
        count--;
    }

    /** There are none any more. */
    void clear() {
        first = NONE;
        count = 0;
    }
}
