package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;
import java.util.Arrays;

/**
 * The first record that starts in each 16 KiB of a connection's sequence space, so that what a SACK block reports is found without
 * passing all that is in flight before it. Made when the first block comes; four bytes per 16 KiB in flight. Shard's thread only.
 */
final class RecordIndex {
    private static final int SLICE_BITS = 14;
    private static final int LEAST_SLICES = 64;

    private final SentStore store;
    private boolean made;
    /** By slice, modulo its length: a power of two, and more than there are slices in flight. */
    private int[] first = {};

    RecordIndex(final SentStore store) {
        this.store = store;
    }

    /** Something is in flight again. */
    void reset() {
        made = false;
    }

    private static int slices(final int bytes) {
        return (bytes >>> SLICE_BITS) + 2;
    }

    private int slot(final int seq) {
        return seq >>> SLICE_BITS & first.length - 1;
    }

    private void make(final int head, final int bytes) {
        if (slices(bytes) > first.length) {
            first = new int[Math.max(LEAST_SLICES, 2 * Integer.highestOneBit(slices(bytes)))];
        }
        Arrays.fill(first, SentStore.NONE);
        made = true;
        for (int record = head; record != SentStore.NONE; record = store.next[record]) {
            onCreated(record);
        }
    }

    /** A record was appended to those that begin with {@code head} and are so many bytes with it. */
    void onAppended(final int record, final int head, final int bytes) {
        if (made && slices(bytes) > first.length) {
            make(head, bytes);
        } else {
            onCreated(record);
        }
    }

    /** There is another record, within the bytes that are known. */
    void onCreated(final int record) {
        if (!made) {
            return;
        }
        final int slot = slot(store.start[record]);
        if (first[slot] == SentStore.NONE || Seq.lt(store.start[record], store.start[first[slot]])) {
            first[slot] = record;
        }
    }

    /** A record is about to go; {@code next}: the one that follows it. */
    void onGone(final int record, final int next) {
        if (made && first[slot(store.start[record])] == record) {
            final int slot = slot(store.start[record]);
            first[slot] = next != SentStore.NONE && slot(store.start[next]) == slot ? next : SentStore.NONE;
        }
    }

    /** The first record of a slice that starts at {@code seq} or before it, as near as can be; {@code seq} is not before {@code head}. */
    int find(final int seq, final int head, final int bytes) {
        if (!made) {
            make(head, bytes);
        }
        int slice = seq;
        int record = first[slot(slice)];
        while (record == SentStore.NONE || Seq.gt(store.start[record], seq)) {
            slice -= 1 << SLICE_BITS;
            record = first[slot(slice)];
        }
        return record;
    }
}
