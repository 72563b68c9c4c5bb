package dev.culvert.tcp.halfopen;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putByte;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

import dev.culvert.buffer.FlowRows;
import dev.culvert.buffer.Memory;

/**
 * The SYN queue: connections in SYN-RECEIVED from a passive OPEN, as flat rows (RFC 4987 §3). A row expires when its SYN-ACK
 * must be sent again. Shard's thread only.
 *
 * <pre>
 *  0 ISS | 4 IRS | 8 TS.Recent | 12 TS offset | 16 peer MSS | 20 SEG.WND | 24 peer shift | 25 own shift | 26 flags
 * 27 retransmissions | 28 peer's user timeout, ms | 32 listener | 40 time of the first SYN-ACK, ns
 * </pre>
 */
public final class HalfOpenTable {
    /** Timestamps were agreed on. */
    public static final int TIMESTAMPS = 1;
    /** SACK was agreed on. */
    public static final int SACK = 2;
    /** Window scaling was agreed on. */
    public static final int WINDOW_SCALE = 4;
    /** The handshake is complete but for the text that the listener waits for. */
    public static final int ACKED = 16;

    /** Segments without timestamps are not taken: the 4-tuple's last connection had none, so that they may be old ones of it. */
    public static final int TIMESTAMPS_REQUIRED = 64;
    /** ECN was agreed on. */
    public static final int ECN = 32;

    /** A SYN cookie made the row, so that nobody knows when the SYN-ACK was sent. */
    public static final int FROM_COOKIE = 8;

    private static final int ISS = 0;
    private static final int IRS = 4;
    private static final int TS_RECENT = 8;
    private static final int TS_OFFSET = 12;
    private static final int PEER_MSS = 16;
    private static final int WINDOW = 20;
    private static final int PEER_SHIFT = 24;
    private static final int OWN_SHIFT = 25;
    private static final int FLAGS = 26;
    private static final int RETRIES = 27;
    private static final int USER_TIMEOUT = 28;
    private static final int LISTENER = 32;
    private static final int SENT_NS = 40;
    private static final int PAYLOAD = 48;

    private final int limit;

    /** Rows, lookup and expiry. */
    public final FlowRows rows;

    /** A table for at most so many rows. */
    public HalfOpenTable(final Memory memory, final int limit, final long nowNs) {
        this.limit = limit;
        rows = new FlowRows(memory, PAYLOAD, nowNs);
    }

    /** Whether no further SYN is taken. */
    public boolean isFull() {
        return rows.size() >= limit;
    }

    /** Fills a new row. */
    public void fill(
            final int row, final int iss, final int irs, final long listener, final int tsOffset, final long nowNs) {
        final long at = rows.payload(row);
        putInt(at + ISS, iss);
        putInt(at + IRS, irs);
        putInt(at + TS_OFFSET, tsOffset);
        putLong(at + LISTENER, listener);
        putLong(at + SENT_NS, nowNs);
        putByte(at + RETRIES, (byte) 0);
        putInt(at + USER_TIMEOUT, 0);
    }

    /** Notes what the SYN offered and what we agreed to. */
    public void options(
            final int row,
            final int flags,
            final int peerMss,
            final int peerShift,
            final int ownShift,
            final int window,
            final int tsRecent) {
        final long at = rows.payload(row);
        putByte(at + FLAGS, (byte) flags);
        putInt(at + PEER_MSS, peerMss);
        putByte(at + PEER_SHIFT, (byte) peerShift);
        putByte(at + OWN_SHIFT, (byte) ownShift);
        putInt(at + WINDOW, window);
        putInt(at + TS_RECENT, tsRecent);
    }

    /** The user timeout that the SYN announced, in ms; 0: none. */
    public int userTimeoutMs(final int row) {
        return getInt(rows.payload(row) + USER_TIMEOUT);
    }

    /** Notes the user timeout that the SYN announced, in ms. */
    public void userTimeoutMs(final int row, final int ms) {
        putInt(rows.payload(row) + USER_TIMEOUT, ms);
    }

    /** Initial send sequence number. */
    public int iss(final int row) {
        return getInt(rows.payload(row) + ISS);
    }

    /** Initial receive sequence number. */
    public int irs(final int row) {
        return getInt(rows.payload(row) + IRS);
    }

    /** TSval of the SYN. */
    public int tsRecent(final int row) {
        return getInt(rows.payload(row) + TS_RECENT);
    }

    /** A later TSval of the peer (RFC 7323 §4.3). */
    public void tsRecent(final int row, final int tsVal) {
        putInt(rows.payload(row) + TS_RECENT, tsVal);
    }

    /** Offset of our timestamps. */
    public int tsOffset(final int row) {
        return getInt(rows.payload(row) + TS_OFFSET);
    }

    /** The peer's MSS, or the default. */
    public int peerMss(final int row) {
        return getInt(rows.payload(row) + PEER_MSS);
    }

    /** Less than the peer's MSS is what the path can carry. */
    public void peerMss(final int row, final int mssBytes) {
        putInt(rows.payload(row) + PEER_MSS, mssBytes);
    }

    /** Window of the SYN, never scaled (RFC 7323 §2.2). */
    public int window(final int row) {
        return getInt(rows.payload(row) + WINDOW);
    }

    /** What the peer's windows will be shifted by. */
    public int peerShift(final int row) {
        return getByte(rows.payload(row) + PEER_SHIFT);
    }

    /** What our windows will be shifted by. */
    public int ownShift(final int row) {
        return getByte(rows.payload(row) + OWN_SHIFT);
    }

    /** Whether something was agreed on. */
    public boolean has(final int row, final int flag) {
        return (getByte(rows.payload(row) + FLAGS) & flag) != 0;
    }

    /** Notes something more. */
    public void note(final int row, final int flag) {
        final long at = rows.payload(row) + FLAGS;
        putByte(at, (byte) (getByte(at) | flag));
    }

    /** Timeouts of the SYN-ACK so far. */
    public int retries(final int row) {
        return getByte(rows.payload(row) + RETRIES);
    }

    /** The SYN-ACK is sent once more. */
    public void countRetry(final int row) {
        putByte(rows.payload(row) + RETRIES, (byte) (retries(row) + 1));
    }

    /** The listener that the SYN was for. */
    public long listener(final int row) {
        return getLong(rows.payload(row) + LISTENER);
    }

    /** When the first SYN-ACK was sent, in ns. */
    public long sentNs(final int row) {
        return getLong(rows.payload(row) + SENT_NS);
    }
}
