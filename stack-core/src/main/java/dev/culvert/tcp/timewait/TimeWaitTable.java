package dev.culvert.tcp.timewait;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putByte;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

import dev.culvert.buffer.FlowRows;
import dev.culvert.buffer.Memory;

/**
 * Connections in TIME-WAIT, as flat rows: what RFC 9293 §3.10.7.4 needs to answer a late segment, and nothing else. A row
 * past its deadline counts as absent, whenever it is swept. Shard's thread only.
 *
 * <pre>
 *  0 RCV.NXT | 4 SND.NXT | 8 TS.Recent | 12 last TSval sent | 16 window on the wire | 20 timestamps | 21 TOS | 22 TTL
 * 24 length, ms | 32 when an unacceptable segment was last answered, ns
 * </pre>
 */
public final class TimeWaitTable {
    private static final int RCV_NXT = 0;
    private static final int SND_NXT = 4;
    private static final int TS_RECENT = 8;
    private static final int LAST_TSVAL = 12;
    private static final int WINDOW = 16;
    private static final int TIMESTAMPS = 20;
    private static final int TOS = 21;
    private static final int TTL = 22;
    private static final int LENGTH_MS = 24;
    private static final int LAST_ANSWER_NS = 32;
    private static final int PAYLOAD = 40;

    private final int limit;

    /** Rows, lookup and expiry. */
    public final FlowRows rows;

    /** A table for at most so many rows. */
    public TimeWaitTable(final Memory memory, final int limit, final long nowNs) {
        this.limit = limit;
        rows = new FlowRows(memory, PAYLOAD, nowNs);
    }

    /** Whether no further row is taken. */
    public boolean isFull() {
        return rows.size() >= limit;
    }

    /** Fills a new row. */
    public void fill(final int row, final int rcvNxt, final int sndNxt, final int window, final int lengthMs) {
        final long at = rows.payload(row);
        putInt(at + RCV_NXT, rcvNxt);
        putInt(at + SND_NXT, sndNxt);
        putInt(at + WINDOW, window);
        putInt(at + LENGTH_MS, lengthMs);
        putByte(at + TIMESTAMPS, (byte) 0);
        putLong(at + LAST_ANSWER_NS, Long.MIN_VALUE / 2);
    }

    /** Notes what our packets look like. */
    public void header(final int row, final int tos, final int ttl) {
        final long at = rows.payload(row);
        putByte(at + TOS, (byte) tos);
        putByte(at + TTL, (byte) ttl);
    }

    /** Notes the state of agreed timestamps. */
    public void timestamps(final int row, final int tsRecent, final int lastTsVal) {
        final long at = rows.payload(row);
        putByte(at + TIMESTAMPS, (byte) 1);
        putInt(at + TS_RECENT, tsRecent);
        putInt(at + LAST_TSVAL, lastTsVal);
    }

    /** RCV.NXT: behind the peer's FIN. */
    public int rcvNxt(final int row) {
        return getInt(rows.payload(row) + RCV_NXT);
    }

    /** SND.NXT: behind our FIN. */
    public int sndNxt(final int row) {
        return getInt(rows.payload(row) + SND_NXT);
    }

    /** The window field of our ACKs, as it stands on the wire. */
    public int window(final int row) {
        return getInt(rows.payload(row) + WINDOW);
    }

    /** Type of service or traffic class of our packets, as the connection had it. */
    public int tos(final int row) {
        return getByte(rows.payload(row) + TOS) & 0xff;
    }

    /** TTL or hop limit of our packets, as the connection had it. */
    public int ttl(final int row) {
        return getByte(rows.payload(row) + TTL) & 0xff;
    }

    /** Whether timestamps were agreed on. */
    public boolean hasTimestamps(final int row) {
        return getByte(rows.payload(row) + TIMESTAMPS) != 0;
    }

    /** TS.Recent. */
    public int tsRecent(final int row) {
        return getInt(rows.payload(row) + TS_RECENT);
    }

    /** The last TSval that we sent on this 4-tuple. */
    public int lastTsVal(final int row) {
        return getInt(rows.payload(row) + LAST_TSVAL);
    }

    /** 2 MSL began anew: the deadline moves (RFC 9293 §3.10.7.4, eighth step). */
    public void restart(final int row, final long nowNs) {
        rows.deadlineNs(row, nowNs + getInt(rows.payload(row) + LENGTH_MS) * 1_000_000L);
    }

    /** When an unacceptable segment was last answered, in ns. */
    public long lastAnswerNs(final int row) {
        return getLong(rows.payload(row) + LAST_ANSWER_NS);
    }

    /** An unacceptable segment is answered now. */
    public void answered(final int row, final long nowNs) {
        putLong(rows.payload(row) + LAST_ANSWER_NS, nowNs);
    }
}
