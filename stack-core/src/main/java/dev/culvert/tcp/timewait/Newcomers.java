package dev.culvert.tcp.timewait;

import dev.culvert.wire.Flow;

/**
 * The rows that have come last and are not in the index yet. They enter it together: each of them comes to a bucket of its own
 * somewhere in the index, and one after the other every bucket would be waited for; asked for together they come together.
 * Shard's thread only.
 */
final class Newcomers {
    private static final int NONE = -1;
    private static final int ROWS = 16;

    private final FlowIndex index;
    private final FlowIndex.Rows rows;
    private final int[] hashes = new int[ROWS];
    private final int[] numbers = new int[ROWS];
    private int count;

    /** A bit for each hash modulo 64 that is here, and perhaps for some that were: most lookups need no more. */
    private long present;

    /** Of no meaning: what is read must be used for something, or the compiler does not read it. */
    private int read;

    Newcomers(final FlowIndex index, final FlowIndex.Rows rows) {
        this.index = index;
        this.rows = rows;
    }

    /** A row has come; false when neither here nor, for want of memory, in the index is a place for it. */
    boolean add(final int hash, final int row) {
        if (count == ROWS) {
            enterIndex();
            if (count == ROWS) {
                return false;
            }
        }
        hashes[count] = hash;
        numbers[count] = row;
        count++;
        present |= 1L << hash;
        return true;
    }

    /** All that find a place go into the index; the others wait here for memory. */
    private void enterIndex() {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += index.glance(hashes[i]);
        }
        read = sum;
        while (count > 0 && index.add(hashes[count - 1], numbers[count - 1])) {
            count--;
        }
        present = 0;
        for (int i = 0; i < count; i++) {
            present |= 1L << hashes[i];
        }
    }

    /** The row of this 4-tuple, or −1: it is not here. */
    int find(final int hash, final Flow flow) {
        if ((present >>> hash & 1) != 0) {
            for (int i = 0; i < count; i++) {
                if (hashes[i] == hash && rows.matches(numbers[i], flow)) {
                    return numbers[i];
                }
            }
        }
        return NONE;
    }

    /** Takes a row out; false: it is not here. */
    boolean remove(final int hash, final int row) {
        final int place = place(hash, row);
        if (place == NONE) {
            return false;
        }
        count--;
        hashes[place] = hashes[count];
        numbers[place] = numbers[count];
        return true;
    }

    /** A row has got another number; false: it is not here. */
    boolean renumber(final int hash, final int from, final int to) {
        final int place = place(hash, from);
        if (place == NONE) {
            return false;
        }
        numbers[place] = to;
        return true;
    }

    private int place(final int hash, final int row) {
        if ((present >>> hash & 1) != 0) {
            for (int i = 0; i < count; i++) {
                if (numbers[i] == row) {
                    return i;
                }
            }
        }
        return NONE;
    }

    @Override
    public String toString() {
        return count + " rows not in the index yet, " + read;
    }
}
