package dev.culvert.tcp.loss;

import dev.culvert.buffer.Pool;
import java.util.Arrays;

/** The slab behind every connection's {@link SentSegments}: one record per segment in flight. Shard's thread only. */
public final class SentStore {
    static final int NONE = -1;

    static final byte LOST = 1;
    static final byte RETRANSMITTED = 2;
    static final byte PUSHED = 4;
    static final byte SACKED = 8;
    static final byte PROBE = 16;
    /** Its loss says nothing about congestion. */
    static final byte EXCUSED = 32;

    static final byte RETRANSMITTED_TWICE = 64;

    int[] start = new int[64];
    int[] end = new int[64];
    long[] sentNs = new long[64];
    /** How much earlier than that its timestamp says it was sent, in µs. */
    int[] backdatedUs = new int[64];

    byte[] flags = new byte[64];
    /** What {@code DeliveryRate} knew when the record was last sent. */
    long[] delivered = new long[64];

    long[] deliveredNs = new long[64];
    long[] firstSentNs = new long[64];
    boolean[] appLimited = new boolean[64];
    int[] next = new int[64];
    /** The record that was sent before and the one that was sent after it, as {@link SendOrder} has them. */
    int[] earlier = new int[64];

    int[] later = new int[64];
    /** Segments in a record that the peer holds. */
    int[] held = new int[64];

    /** What else the connections share. */
    final LossParts parts = new LossParts();

    private final Pool<SendOrder> orders = new Pool<>();
    private int free = NONE;
    private int used;
    private int live;

    /** The order of sending of a connection that has had nothing in flight. */
    SendOrder lendOrder() {
        final SendOrder pooled = orders.take();
        return pooled == null ? new SendOrder(this) : pooled;
    }

    /** Nothing is in flight any more. */
    void takeBack(final SendOrder order) {
        order.reset();
        orders.give(order);
    }

    int create(final int from, final int to, final long nowNs) {
        final int record;
        if (free != NONE) {
            record = free;
            free = next[record];
        } else {
            if (used == start.length) {
                start = Arrays.copyOf(start, 2 * used);
                end = Arrays.copyOf(end, 2 * used);
                sentNs = Arrays.copyOf(sentNs, 2 * used);
                backdatedUs = Arrays.copyOf(backdatedUs, 2 * used);
                flags = Arrays.copyOf(flags, 2 * used);
                delivered = Arrays.copyOf(delivered, 2 * used);
                deliveredNs = Arrays.copyOf(deliveredNs, 2 * used);
                firstSentNs = Arrays.copyOf(firstSentNs, 2 * used);
                appLimited = Arrays.copyOf(appLimited, 2 * used);
                next = Arrays.copyOf(next, 2 * used);
                earlier = Arrays.copyOf(earlier, 2 * used);
                later = Arrays.copyOf(later, 2 * used);
                held = Arrays.copyOf(held, 2 * used);
            }
            record = used++;
        }
        start[record] = from;
        end[record] = to;
        sentNs[record] = nowNs;
        backdatedUs[record] = 0;
        flags[record] = 0;
        next[record] = NONE;
        earlier[record] = NONE;
        later[record] = NONE;
        held[record] = 0;
        live++;
        return record;
    }

    boolean is(final int record, final byte flag) {
        return (flags[record] & flag) != 0;
    }

    int length(final int record) {
        return end[record] - start[record];
    }

    /** Makes a record end there; the rest becomes one of its own with the same history, which keeps PSH and what is held. */
    int split(final int record, final int middle) {
        final int rest = create(middle, end[record], sentNs[record]);
        flags[rest] = flags[record];
        backdatedUs[rest] = backdatedUs[record];
        delivered[rest] = delivered[record];
        deliveredNs[rest] = deliveredNs[record];
        firstSentNs[rest] = firstSentNs[record];
        appLimited[rest] = appLimited[record];
        held[rest] = held[record];
        next[rest] = next[record];
        flags[record] &= ~PUSHED;
        held[record] = 0;
        next[record] = rest;
        end[record] = middle;
        return rest;
    }

    void free(final int record) {
        next[record] = free;
        free = record;
        live--;
    }

    /** Segments in the records from this one on whose flags under {@code mask} are these. */
    int count(final int head, final int mssBytes, final int mask, final int wanted) {
        int count = 0;
        for (int record = head; record != NONE; record = next[record]) {
            if ((flags[record] & mask) == wanted) {
                count += segments(record, mssBytes);
            }
        }
        return count;
    }

    /** How many segments a record is, at least one. */
    int segments(final int record, final int mssBytes) {
        return Math.max(1, (length(record) + mssBytes - 1) / mssBytes);
    }

    /** Records in use; 0 when nothing is in flight on any connection. */
    public int live() {
        return live;
    }
}
