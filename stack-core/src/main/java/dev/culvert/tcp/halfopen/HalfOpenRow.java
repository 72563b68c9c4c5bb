package dev.culvert.tcp.halfopen;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;
import static org.agrona.UnsafeApi.putByte;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.putShort;

/**
 * What a half-open row says, until {@link HalfOpenTable#at} is asked for another one. Shard's thread only.
 *
 * <pre>
 *  0 ISS | 4 IRS | 8 TS.Recent | 12 TS offset | 16 peer MSS | 18 our window | 20 SEG.WND | 24 peer shift | 25 own shift
 * 26 flags | 27 retransmissions | 28 peer's user timeout, ms | 32 listener | 40 time of the first SYN-ACK, ns
 * </pre>
 */
public final class HalfOpenRow {
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
    private static final int OWN_WINDOW = 18;
    private static final int WINDOW = 20;
    private static final int PEER_SHIFT = 24;
    private static final int OWN_SHIFT = 25;
    private static final int FLAGS = 26;
    private static final int RETRIES = 27;
    private static final int USER_TIMEOUT = 28;
    private static final int LISTENER = 32;
    private static final int SENT_NS = 40;

    /** Bytes of all these fields. */
    static final int LENGTH = 48;

    /** Address of the row's own fields. */
    private long at;

    HalfOpenRow at(final long address) {
        at = address;
        return this;
    }

    /** Fills a new row. */
    public void fill(final int iss, final int irs, final long listener, final int tsOffset, final long nowNs) {
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
            final int flags,
            final int peerMss,
            final int peerShift,
            final int ownShift,
            final int window,
            final int ownWindow,
            final int tsRecent) {
        putByte(at + FLAGS, (byte) flags);
        putShort(at + PEER_MSS, (short) peerMss);
        putShort(at + OWN_WINDOW, (short) ownWindow);
        putByte(at + PEER_SHIFT, (byte) peerShift);
        putByte(at + OWN_SHIFT, (byte) ownShift);
        putInt(at + WINDOW, window);
        putInt(at + TS_RECENT, tsRecent);
    }

    /** The user timeout that the SYN announced, in ms; 0: none. */
    public int userTimeoutMs() {
        return getInt(at + USER_TIMEOUT);
    }

    /** Notes the user timeout that the SYN announced, in ms. */
    public void userTimeoutMs(final int ms) {
        putInt(at + USER_TIMEOUT, ms);
    }

    /** Initial send sequence number. */
    public int iss() {
        return getInt(at + ISS);
    }

    /** Initial receive sequence number. */
    public int irs() {
        return getInt(at + IRS);
    }

    /** TSval of the SYN. */
    public int tsRecent() {
        return getInt(at + TS_RECENT);
    }

    /** A later TSval of the peer (RFC 7323 §4.3). */
    public void tsRecent(final int tsVal) {
        putInt(at + TS_RECENT, tsVal);
    }

    /** Offset of our timestamps. */
    public int tsOffset() {
        return getInt(at + TS_OFFSET);
    }

    /** The peer's MSS, or the default. */
    public int peerMss() {
        return getShort(at + PEER_MSS) & 0xffff;
    }

    /** Less than the peer's MSS is what the path can carry. */
    public void peerMss(final int mssBytes) {
        putShort(at + PEER_MSS, (short) mssBytes);
    }

    /** Window of the SYN, never scaled (RFC 7323 §2.2). */
    public int window() {
        return getInt(at + WINDOW);
    }

    /** The window that our SYN-ACK offers, in bytes; never scaled. */
    public int ownWindow() {
        return getShort(at + OWN_WINDOW) & 0xffff;
    }

    /** What the peer's windows will be shifted by. */
    public int peerShift() {
        return getByte(at + PEER_SHIFT);
    }

    /** What our windows will be shifted by. */
    public int ownShift() {
        return getByte(at + OWN_SHIFT);
    }

    /** Whether something was agreed on. */
    public boolean has(final int flag) {
        return (getByte(at + FLAGS) & flag) != 0;
    }

    /** Notes something more. */
    public void note(final int flag) {
        putByte(at + FLAGS, (byte) (getByte(at + FLAGS) | flag));
    }

    /** Timeouts of the SYN-ACK so far. */
    public int retries() {
        return getByte(at + RETRIES);
    }

    /** The SYN-ACK is sent once more. */
    public void countRetry() {
        putByte(at + RETRIES, (byte) (retries() + 1));
    }

    /** The listener that the SYN was for. */
    public long listener() {
        return getLong(at + LISTENER);
    }

    /** When the first SYN-ACK was sent, in ns. */
    public long sentNs() {
        return getLong(at + SENT_NS);
    }
}
