package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;

/**
 * Which of a connection's records count as lost, in bytes, and for which of them that says nothing about congestion: probes for
 * the path's MTU (RFC 4821 §7.7), and what may have been thrown away for its timestamp. Lent with {@link SendOrder} while
 * something is in flight. Shard's thread only.
 */
final class Losses {
    private final SentStore store;
    private int bytes;
    /** Of what was ever marked since something is in flight, and of what is marked now, the bytes that are excused. */
    private int everExcused;

    private int excused;
    /** No record before this one counts as lost; none: look from the head. */
    private int hint = SentStore.NONE;

    Losses(final SentStore store) {
        this.store = store;
    }

    /** Something is in flight again. */
    void reset() {
        bytes = 0;
        everExcused = 0;
        excused = 0;
        hint = SentStore.NONE;
    }

    /** Bytes that count as lost and were not sent again. */
    int bytes() {
        return bytes;
    }

    /** A measure that grows by what is found lost, unless that is excused. */
    int congestionBytes() {
        return bytes - everExcused;
    }

    /** Whether something counts as lost that is not excused. */
    boolean hasCongestion() {
        return bytes > excused;
    }

    void mark(final int record) {
        final int length = store.length(record);
        if (store.is(record, SentStore.EXCUSED)) {
            everExcused += length;
            excused += length;
        }
        store.flags[record] |= SentStore.LOST;
        if (bytes == 0 || hint != SentStore.NONE && Seq.lt(store.start[record], store.start[hint])) {
            hint = record;
        }
        bytes += length;
    }

    void unmark(final int record) {
        final int length = store.length(record);
        bytes -= length;
        excused -= store.is(record, SentStore.EXCUSED) ? length : 0;
        store.flags[record] &= ~(SentStore.LOST | SentStore.EXCUSED);
    }

    /** The first record from {@code head} on that counts as lost, or {@link SentStore#NONE}. */
    int first(final int head) {
        if (bytes == 0) {
            return SentStore.NONE;
        }
        int record = hint == SentStore.NONE ? head : hint;
        while (!store.is(record, SentStore.LOST)) {
            record = store.next[record];
        }
        hint = record;
        return record;
    }

    /** A record is no more; {@code instead}: the one that it has become a part of, or {@link SentStore#NONE}. */
    void onGone(final int record, final int instead) {
        if (hint == record) {
            hint = instead;
        }
    }
}
