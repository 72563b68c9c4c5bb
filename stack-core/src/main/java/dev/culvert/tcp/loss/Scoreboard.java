package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;

/**
 * What the peer says it holds of a connection's records (RFC 6675 §3). Records that it holds and that follow each other become
 * one, so that there are never more of them than holes. The work per block and the number of records are bounded, whatever
 * the peer reports. Lent with {@link SendOrder} while something is in flight. Shard's thread only.
 */
final class Scoreboard {
    /** Records that are passed in search of one block; only a peer that has segments split into bytes makes it more. */
    static final int MOST_STEPS = 4_096;
    /** Beyond twice as many records as segments, and these, a block that ends inside a record does not split it. */
    static final int SPARE_RECORDS = 64;

    private final SentStore store;
    private int bytes;
    private int segments;
    private final RecordIndex index;
    /** Where the latest block ended, or none: most blocks go on there, and behind a long one the index is far away. */
    private int latest = SentStore.NONE;

    Scoreboard(final SentStore store) {
        this.store = store;
        index = new RecordIndex(store);
    }

    /** Something is in flight again. */
    void reset() {
        bytes = 0;
        segments = 0;
        index.reset();
        latest = SentStore.NONE;
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
        int record = sent.head();
        if (Seq.gt(left, store.start[record])) { // from what precedes the block on: the block may become a part of it
            record = goesOnAtLatest(left) ? latest : index.find(left - 1, record, sent.outstandingBytes());
        }
        for (int steps = 0; record != SentStore.NONE && Seq.le(store.end[record], left); steps++) {
            if (steps == MOST_STEPS) {
                return 0;
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
        latest = previous;
        return bytes - before;
    }

    private boolean goesOnAtLatest(final int left) {
        return latest != SentStore.NONE && Seq.lt(store.start[latest], left) && Seq.le(left, store.end[latest]);
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
        index.onGone(second, store.next[second]);
        if (latest == second) {
            latest = first;
        }
        sent.joined(first, second);
        return first;
    }

    /** A record was appended to those that begin with {@code head} and are so many bytes with it. */
    void onAppended(final int record, final int head, final int outstanding) {
        index.onAppended(record, head, outstanding);
    }

    /** A record was split; the second part is a record of its own. */
    void onSplit(final int rest) {
        index.onCreated(rest);
    }

    /** The oldest record is acknowledged and about to go. */
    void onAcknowledged(final int record) {
        if (isHeld(record)) {
            bytes -= store.length(record);
            segments -= store.held[record];
        }
        index.onGone(record, store.next[record]);
        if (latest == record) {
            latest = SentStore.NONE;
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
