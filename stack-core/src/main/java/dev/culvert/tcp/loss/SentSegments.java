package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.congestion.DeliveryRate;

/**
 * What one connection has in flight, in the order of sequence numbers: a record per transmitted segment with the time it was
 * sent and whether it counts as lost. Bytes are bytes of sequence space, SYN and FIN included. Shard's thread only.
 */
public final class SentSegments {
    /** No record. */
    public static final int NONE = SentStore.NONE;

    private static final byte LOST = 1;
    private static final byte RETRANSMITTED = 2;
    private static final byte PUSHED = 4;

    /** How fast the path delivers what is in here. */
    public final DeliveryRate rate = new DeliveryRate();

    private final SentStore store;
    private int head = NONE;
    private int tail = NONE;
    private int outstanding;
    private int lost;

    /** No record before this one counts as lost; {@link #NONE}: look from the head. */
    private int lostHint = NONE;

    private long rttNs;
    private int acknowledgedRecords;

    /** Nothing in flight. */
    public SentSegments(final SentStore store) {
        this.store = store;
    }

    /** A segment was sent for the first time, with or without PSH; it follows what was sent before. */
    public void append(final int from, final int to, final boolean pushed, final long nowNs) {
        final int record = store.create(from, to, nowNs);
        store.flags[record] = pushed ? PUSHED : 0;
        if (tail == NONE) {
            head = record;
            rate.onFirstInFlight(nowNs);
        } else {
            store.next[tail] = record;
        }
        tail = record;
        outstanding += to - from;
        stamp(record);
    }

    /** A record remembers what is delivered at the time it is sent. */
    private void stamp(final int record) {
        store.delivered[record] = rate.deliveredBytes();
        store.deliveredNs[record] = rate.deliveredNs();
        store.firstSentNs[record] = rate.firstSentNs();
        store.appLimited[record] = rate.isAppLimited();
    }

    /** A record has been delivered, once in its life. */
    private void delivered(final int record, final long nowNs) {
        rate.onDelivered(
                store.end[record] - store.start[record],
                store.sentNs[record],
                store.delivered[record],
                store.deliveredNs[record],
                store.firstSentNs[record],
                store.appLimited[record],
                nowNs);
    }

    /** Whether nothing is in flight. */
    public boolean isEmpty() {
        return head == NONE;
    }

    /** Bytes sent and not acknowledged. */
    public int outstandingBytes() {
        return outstanding;
    }

    /** Bytes that count as lost and were not sent again. */
    public int lostBytes() {
        return lost;
    }

    /** Segments in flight when each holds at most so many bytes. For questions, not for the data path. */
    public int segments(final int mssBytes) {
        return count(mssBytes, 0);
    }

    /** Those of them that count as lost, sent again or not. */
    public int lostSegments(final int mssBytes) {
        return count(mssBytes, LOST | RETRANSMITTED);
    }

    /** Those of them that were sent again and are in flight once more. */
    public int retransmittedSegments(final int mssBytes) {
        int again = 0;
        for (int record = head; record != NONE; record = store.next[record]) {
            if ((store.flags[record] & (LOST | RETRANSMITTED)) == RETRANSMITTED) {
                again += segmentsOf(record, mssBytes);
            }
        }
        return again;
    }

    private int count(final int mssBytes, final int flags) {
        int count = 0;
        for (int record = head; record != NONE; record = store.next[record]) {
            if (flags == 0 || (store.flags[record] & flags) != 0) {
                count += segmentsOf(record, mssBytes);
            }
        }
        return count;
    }

    private int segmentsOf(final int record, final int mssBytes) {
        return Math.max(1, (store.end[record] - store.start[record] + mssBytes - 1) / mssBytes);
    }

    /** Records that the last {@link #acknowledge} has removed. */
    public int acknowledgedRecords() {
        return acknowledgedRecords;
    }

    /** When the oldest outstanding segment was last sent, in ns. */
    public long oldestSentNs() {
        return store.sentNs[head];
    }

    /**
     * Everything below {@code una} is acknowledged.
     *
     * @return bytes newly acknowledged; {@link #rttNs()} holds the round trip of the newest one, if all were sent only once:
     *     an ACK that covers a repaired hole measures the repair
     */
    public int acknowledge(final int una, final long nowNs) {
        final int before = outstanding;
        byte history = 0;
        rttNs = -1;
        acknowledgedRecords = 0;
        while (head != NONE && Seq.le(store.end[head], una)) {
            history |= store.flags[head];
            rttNs = nowNs - store.sentNs[head];
            acknowledgedRecords++;
            delivered(head, nowNs);
            removeHead();
        }
        if ((history & RETRANSMITTED) != 0) { // RFC 6298 §3
            rttNs = -1;
        }
        if (head != NONE && Seq.lt(store.start[head], una)) {
            splitAt(head, una - store.start[head]); // a record of its own: what is delivered counts by records
            delivered(head, nowNs);
            removeHead();
        }
        return before - outstanding;
    }

    private void removeHead() {
        final int record = head;
        account(record, store.start[record] - store.end[record]);
        head = store.next[record];
        if (lostHint == record) {
            lostHint = NONE;
        }
        if (head == NONE) {
            tail = NONE;
        }
        store.free(record);
    }

    private void account(final int record, final int bytes) {
        outstanding += bytes;
        if ((store.flags[record] & LOST) != 0) {
            lost += bytes;
        }
    }

    /** Round trip found by the last {@link #acknowledge}, in ns; −1: none (Karn's rule). */
    public long rttNs() {
        return rttNs;
    }

    /** The oldest outstanding segment counts as lost: at most {@code bytes} of it. */
    public void markHeadLost(final int bytes) {
        if (head != NONE && (store.flags[head] & LOST) == 0) {
            splitAt(head, bytes);
            mark(head);
        }
    }

    /** Everything outstanding counts as lost (RFC 6298 §5.4, after a timeout). */
    public void markAllLost() {
        for (int record = head; record != NONE; record = store.next[record]) {
            if ((store.flags[record] & LOST) == 0) {
                mark(record);
            }
        }
    }

    private void mark(final int record) {
        store.flags[record] |= LOST;
        lostHint = NONE;
        lost += store.end[record] - store.start[record];
    }

    /** The oldest segment that counts as lost and was not sent again, or {@link #NONE}. */
    public int firstLost() {
        if (lost == 0) {
            return NONE;
        }
        int record = lostHint == NONE ? head : lostHint;
        while ((store.flags[record] & LOST) == 0) {
            record = store.next[record];
        }
        lostHint = record;
        return record;
    }

    /** Sequence number of a record's first byte. */
    public int start(final int record) {
        return store.start[record];
    }

    /** Sequence number behind a record's last byte. */
    public int end(final int record) {
        return store.end[record];
    }

    /** Whether a record went out with PSH. */
    public boolean pushed(final int record) {
        return (store.flags[record] & PUSHED) != 0;
    }

    /** Makes a record end after so many bytes; the rest becomes a record of its own with the same history. */
    public void splitAt(final int record, final int bytes) {
        final int middle = store.start[record] + bytes;
        if (Seq.ge(middle, store.end[record])) {
            return;
        }
        final int rest = store.create(middle, store.end[record], store.sentNs[record]);
        store.flags[rest] = store.flags[record];
        store.delivered[rest] = store.delivered[record];
        store.deliveredNs[rest] = store.deliveredNs[record];
        store.firstSentNs[rest] = store.firstSentNs[record];
        store.appLimited[rest] = store.appLimited[record];
        store.flags[record] &= ~PUSHED;
        store.next[rest] = store.next[record];
        store.next[record] = rest;
        store.end[record] = middle;
        if (tail == record) {
            tail = rest;
        }
    }

    /** A record was sent again: it is in flight once more, and gives no round-trip sample. */
    public void retransmitted(final int record, final long nowNs) {
        if ((store.flags[record] & LOST) != 0) {
            lost -= store.end[record] - store.start[record];
        }
        store.flags[record] = (byte) (store.flags[record] & PUSHED | RETRANSMITTED);
        store.sentNs[record] = nowNs;
        stamp(record);
    }

    /** Forgets everything. */
    public void clear() {
        while (head != NONE) {
            removeHead();
        }
        outstanding = 0;
        lost = 0;
    }
}
