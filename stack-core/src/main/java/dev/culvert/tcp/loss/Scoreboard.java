package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;

/**
 * What the peer says it holds of a connection's records (RFC 6675 §3). Records that it holds and that follow each other become
 * one, so that there are never more of them than holes. The work per block and the number of records are bounded, whatever
 * the peer reports. Lent with {@link SendOrder} while something is in flight. Shard's thread only.
 */
final class Scoreboard {
    /** Records that are passed in search of one block; the next block goes on from there. */
    static final int MOST_STEPS = 4_096;
    /** Beyond twice as many records as segments, and these, a block that ends inside a record does not split it. */
    static final int SPARE_RECORDS = 64;

    private final SentStore store;
    private int bytes;
    private int segments;
    /** Where the latest block ended; none: look from the head. */
    private int hint = SentStore.NONE;

    Scoreboard(final SentStore store) {
        this.store = store;
    }

    /** Something is in flight again. */
    void reset() {
        bytes = 0;
        segments = 0;
        hint = SentStore.NONE;
    }

    /** Bytes that the peer says it holds. */
    int bytes() {
        return bytes;
    }

    /** Segments that the peer says it holds. */
    int segments() {
        return segments;
    }

    /** {@link SentSegments#sack}. */
    int sack(final SentSegments sent, final int left, final int right, final int mssBytes, final long nowNs) {
        final int before = bytes;
        int previous = SentStore.NONE;
        int record = hint != SentStore.NONE && Seq.le(store.start[hint], left) ? hint : sent.head();
        for (int steps = 0; record != SentStore.NONE && Seq.le(store.end[record], left); steps++) {
            if (steps == MOST_STEPS) {
                hint = record;
                return SentSegments.NOT_FOUND;
            }
            previous = record;
            record = store.next[record];
        }
        if (record != SentStore.NONE && Seq.lt(store.start[record], left) && !isHeld(record)) {
            split(sent, record, left, mssBytes);
            previous = record;
            record = store.next[record];
        }
        while (record != SentStore.NONE && Seq.lt(store.start[record], right)) {
            if (!isHeld(record)) {
                split(sent, record, right, mssBytes);
                if (Seq.gt(store.end[record], right)) {
                    break;
                }
                hold(sent, record, mssBytes, nowNs);
            }
            previous = join(sent, previous, record);
            record = store.next[previous];
        }
        if (record != SentStore.NONE) {
            join(sent, previous, record);
        }
        hint = previous == SentStore.NONE ? record : previous; // what comes next to the block becomes a part of it
        return bytes - before;
    }

    private boolean isHeld(final int record) {
        return store.is(record, SentStore.SACKED);
    }

    private static void split(final SentSegments sent, final int record, final int at, final int mssBytes) {
        if (sent.records() < 2 * (sent.outstandingBytes() / mssBytes) + SPARE_RECORDS) {
            sent.splitAt(record, at - sent.start(record));
        }
    }

    private void hold(final SentSegments sent, final int record, final int mssBytes, final long nowNs) {
        sent.held(record, nowNs);
        store.flags[record] = (byte) (store.flags[record] & ~SentStore.PROBE | SentStore.SACKED);
        store.held[record] = store.segments(record, mssBytes);
        bytes += store.length(record);
        segments += store.held[record];
    }

    /** Makes one of two records that follow each other if the peer holds both; the result ends where the second did. */
    private int join(final SentSegments sent, final int first, final int second) {
        if (first == SentStore.NONE || !isHeld(first) || !isHeld(second) || store.is(first, SentStore.PUSHED)) {
            return second;
        }
        store.end[first] = store.end[second];
        store.flags[first] |= store.flags[second];
        store.held[first] += store.held[second];
        store.next[first] = store.next[second];
        if (hint == second) {
            hint = first;
        }
        sent.joined(first, second);
        return first;
    }

    /** The oldest record is acknowledged and about to go. */
    void onAcknowledged(final int record) {
        if (isHeld(record)) {
            bytes -= store.length(record);
            segments -= store.held[record];
        }
        if (hint == record) {
            hint = SentStore.NONE;
        }
    }

    /** A record is not believed to be held any more. */
    void forget(final int record) {
        bytes -= store.length(record);
        segments -= store.held[record];
        store.held[record] = 0;
        store.flags[record] &= ~SentStore.SACKED;
    }
}
