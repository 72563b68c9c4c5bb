package dev.culvert.tcp.timewait;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getShort;
import static org.agrona.UnsafeApi.putByte;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putShort;

import dev.culvert.buffer.Memory;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Connections in TIME-WAIT, as flat rows outside the heap: what RFC 9293 §3.10.7.4, RFC 6191 and RFC 7323 need to answer a
 * late segment, and nothing else. A record of an IPv4 connection takes 40 bytes and its place in the index 5 to 6, one of
 * IPv6 24 bytes more. A row past its deadline counts as absent, whenever it is swept away. The number of a row is good until
 * the next removal. Shard's thread only.
 *
 * <pre>
 *  0 RCV.NXT | 4 SND.NXT | 8 TS.Recent | 12 deadline, ms | 16 last ACK sent, ms | 20 RCV.WND as on the wire
 * 22 DSCP (6), times reopened in vain (2) | 23 TTL | 24 length in ms (21), RCV.WND.Shift (4), flags (7) | 28 the 4-tuple
 * </pre>
 */
public final class TimeWaitTable {
    /** No row. */
    public static final int NONE = -1;

    /** Rows of one family at most. */
    public static final int MAX_ROWS = FlowIndex.MAX_ROWS;

    /** Timestamps were agreed on. */
    public static final int TIMESTAMPS = 1;

    /** The connection had {@code TcpConfig.reuseAddress}. */
    public static final int REUSE_ADDRESS = 2;

    /** The connection had {@code TcpConfig.reusePort}. */
    public static final int REUSE_PORT = 4;

    /** An opening of the same 4-tuple is under way; the row answers again should that come to nothing (RFC 1122 §4.2.2.13). */
    public static final int SHADOW = 8;

    /** The last ACK that was sent answered an unacceptable segment. */
    public static final int ANSWERED = 16;

    /** TS.Recent was heard of within 24 days when the row began (RFC 7323 §5.5). */
    public static final int TS_RECENT_VALID = 32;

    private static final int RCV_NXT = 0;
    private static final int SND_NXT = 4;
    private static final int TS_RECENT = 8;
    private static final int DEADLINE_MS = TimeWaitRows.DEADLINE_MS;
    private static final int LAST_SENT_MS = 16;
    private static final int WINDOW = 20;
    private static final int DSCP = 22;
    private static final int TTL = 23;
    private static final int BITS = 24;

    private static final int LENGTH_MASK = (1 << 21) - 1;
    private static final int SHIFT_AT = 21;
    private static final int SHIFT_MASK = 15;
    private static final int FLAGS_AT = 25;
    private static final int REOPENINGS = 3;

    /** Openings in vain that a row can count. */
    public static final int MOST_REOPENINGS = REOPENINGS;

    private static final int V6 = 1 << 30;
    private static final long CEILING_NS = 999_999;

    private final int limit;
    private final TimeWaitRows v4;
    private final TimeWaitRows v6;
    private final Consumer<Flow> ended;
    private int shadows;

    /**
     * An empty table.
     *
     * @param limit rows at most
     * @param hashes the keyed hash of a 4-tuple
     * @param ended hears of every 4-tuple whose row is removed
     */
    public TimeWaitTable(final Memory memory, final int limit, final TupleHash hashes, final Consumer<Flow> ended) {
        this.limit = limit;
        this.ended = ended;
        v4 = new TimeWaitRows(memory, true, hashes);
        v6 = new TimeWaitRows(memory, false, hashes);
    }

    /** Rows, those included whose time is over but that are not swept away yet. */
    public int size() {
        return v4.size() + v6.size();
    }

    /** Rows that are shadows of an opening under way. */
    public int shadows() {
        return shadows;
    }

    /** Whether no further row is taken. */
    public boolean isFull() {
        return size() >= limit;
    }

    private TimeWaitRows rows(final int row) {
        return (row & V6) == 0 ? v4 : v6;
    }

    private long at(final int row) {
        return rows(row).address(row & ~V6);
    }

    private static boolean isV4(final Flow flow) {
        return IpAddress.isV4(flow.remoteHi(), flow.remoteLo());
    }

    /** The row with this 4-tuple, whether or not its time is over, or −1. {@code hash} is the keyed hash of the tuple. */
    public int find(final int hash, final Flow flow) {
        if (isV4(flow)) {
            return v4.find(hash, flow);
        }
        final int row = v6.find(hash, flow);
        return row < 0 ? NONE : row | V6;
    }

    /**
     * Adds a row for a tuple that has none.
     *
     * @param lengthMs 2 MSL, 2 to 1,200,000
     * @param window RCV.WND as it stands on the wire
     * @param shift RCV.WND.Shift
     * @return the row, or −1 when there is no memory
     */
    public int insert(
            final int hash,
            final Flow flow,
            final int lengthMs,
            final int rcvNxt,
            final int sndNxt,
            final int window,
            final int shift,
            final long nowNs) {
        final TimeWaitRows rows = isV4(flow) ? v4 : v6;
        final int row = rows.insert(hash, flow);
        if (row < 0) {
            return NONE;
        }
        final long at = rows.address(row);
        putInt(at + RCV_NXT, rcvNxt);
        putInt(at + SND_NXT, sndNxt);
        putInt(at + DEADLINE_MS, deadlineMs(lengthMs, nowNs));
        putInt(at + LAST_SENT_MS, Sweep.ms(nowNs));
        putShort(at + WINDOW, (short) window);
        putInt(at + BITS, lengthMs | shift << SHIFT_AT);
        putInt(at + TS_RECENT, 0);
        rows.sweep.entered(row, getInt(at + DEADLINE_MS), nowNs);
        return rows == v4 ? row : row | V6;
    }

    /** The full length counts from the end of this millisecond, so that no row is short of it. */
    private static int deadlineMs(final int lengthMs, final long nowNs) {
        return Sweep.ms(nowNs + CEILING_NS) + lengthMs;
    }

    /** Notes what our packets look like: type of service without its ECN bits, TTL. */
    public void header(final int row, final int tos, final int ttl) {
        putByte(at(row) + DSCP, (byte) (tos & ~REOPENINGS));
        putByte(at(row) + TTL, (byte) ttl);
    }

    /** Removes a row; the numbers of others may change. */
    public void remove(final int row) {
        shadows -= has(row, SHADOW) ? 1 : 0;
        ended.accept(flow(row));
        rows(row).remove(row & ~V6);
    }

    /** A row whose time is over, or −1: none for now. The caller must remove it. */
    public int due(final long nowNs) {
        final int row = v4.sweep.due(nowNs);
        if (row >= 0) {
            return row;
        }
        final int other = v6.sweep.due(nowNs);
        return other < 0 ? NONE : other | V6;
    }

    /** When {@link #due} is to be asked again; {@code Long.MAX_VALUE}: there is no row. */
    public long nextDeadlineNs() {
        return Math.min(v4.sweep.nextNs(), v6.sweep.nextNs());
    }

    /** The row that ends first, or −1 when there is none. */
    public int first() {
        if (size() == 0) {
            return NONE;
        }
        if (v6.size() == 0) {
            return v4.sweep.first();
        }
        final int six = v6.sweep.first();
        if (v4.size() == 0) {
            return six | V6;
        }
        final int four = v4.sweep.first();
        return v4.deadlineMs(four) - v6.deadlineMs(six) <= 0 ? four : six | V6;
    }

    /** Whether the row's time is over, so that it counts as absent. */
    public boolean isOver(final int row, final long nowNs) {
        return remainingMs(row, nowNs) <= 0;
    }

    /** Time that the row has left, in ms; at or below 0: none. */
    public int remainingMs(final int row, final long nowNs) {
        return getInt(at(row) + DEADLINE_MS) - Sweep.ms(nowNs);
    }

    /** 2 MSL begin anew: the deadline moves (RFC 9293 §3.10.7.4, eighth step). */
    public void restart(final int row, final long nowNs) {
        final long at = at(row);
        putInt(at + DEADLINE_MS, deadlineMs(getInt(at + BITS) & LENGTH_MASK, nowNs));
    }

    /** RCV.NXT: behind the peer's FIN. */
    public int rcvNxt(final int row) {
        return getInt(at(row) + RCV_NXT);
    }

    /** SND.NXT: behind our FIN. */
    public int sndNxt(final int row) {
        return getInt(at(row) + SND_NXT);
    }

    /** The window field of our ACKs, as it stands on the wire. */
    public int window(final int row) {
        return getShort(at(row) + WINDOW) & 0xffff;
    }

    /** RCV.WND in bytes. */
    public int windowBytes(final int row) {
        return window(row) << (getInt(at(row) + BITS) >>> SHIFT_AT & SHIFT_MASK);
    }

    /** Type of service or traffic class of our packets, as the connection had it. */
    public int tos(final int row) {
        return getByte(at(row) + DSCP) & 0xff & ~REOPENINGS;
    }

    /** TTL or hop limit of our packets, as the connection had it. */
    public int ttl(final int row) {
        return getByte(at(row) + TTL) & 0xff;
    }

    /** Whether something holds of the row. */
    public boolean has(final int row, final int flag) {
        return (getInt(at(row) + BITS) >>> FLAGS_AT & flag) != 0;
    }

    /** Notes something. */
    public void note(final int row, final int flags) {
        final long at = at(row) + BITS;
        putInt(at, getInt(at) | flags << FLAGS_AT);
    }

    private void clear(final int row, final int flags) {
        final long at = at(row) + BITS;
        putInt(at, getInt(at) & ~(flags << FLAGS_AT));
    }

    /** Notes TS.Recent. */
    public void tsRecent(final int row, final int tsRecent) {
        putInt(at(row) + TS_RECENT, tsRecent);
        note(row, TS_RECENT_VALID);
    }

    /** TS.Recent, where it is one. */
    public int tsRecent(final int row) {
        return getInt(at(row) + TS_RECENT);
    }

    /** When the last segment of this 4-tuple was sent, in ms of the timestamp clock: its TSval without the tuple's offset. */
    public int lastSentMs(final int row) {
        return getInt(at(row) + LAST_SENT_MS);
    }

    /** An ACK is sent; {@code toUnacceptable} says whether for an unacceptable segment. */
    public void sent(final int row, final boolean toUnacceptable, final long nowNs) {
        putInt(at(row) + LAST_SENT_MS, Sweep.ms(nowNs));
        if (toUnacceptable) {
            note(row, ANSWERED);
        } else {
            clear(row, ANSWERED);
        }
    }

    /** An opening of this 4-tuple is under way: the row waits for what becomes of it. */
    public void hide(final int row) {
        note(row, SHADOW);
        shadows++;
    }

    /** The opening came to nothing: the row answers again, as if nothing had been, until its old deadline. */
    public void show(final int row) {
        clear(row, SHADOW);
        shadows--;
    }

    /** One more ISS was used up by an opening in vain. */
    public void countReopening(final int row) {
        final long at = at(row) + DSCP;
        if (reopenings(row) < REOPENINGS) {
            putByte(at, (byte) (getByte(at) + 1));
        }
    }

    /** How often an opening came to nothing, at most {@link #MOST_REOPENINGS}. */
    public int reopenings(final int row) {
        return getByte(at(row) + DSCP) & REOPENINGS;
    }

    /** The 4-tuple of a row, until the next call. */
    public Flow flow(final int row) {
        return rows(row).flow(row & ~V6);
    }

    /** Calls {@code action} for every row, those included whose time is over. For questions, not for the data path. */
    public void forEach(final IntConsumer action) {
        first(row -> {
            action.accept(row);
            return false;
        });
    }

    /**
     * Calls {@code action} for the next rows of one family, downward, those included whose time is over. Rows that are removed
     * between the calls hide no other one, since it is the last row that may take the place of one that goes: it may come twice
     * instead.
     *
     * @param below where the previous call has stopped; {@code Integer.MAX_VALUE}: at the end
     * @param count numbers at most, those that no row has included
     * @return where to go on, or −1: there is no further row
     */
    public int walk(final boolean ofV4, final int below, final int count, final IntConsumer action) {
        final TimeWaitRows rows = ofV4 ? v4 : v6;
        final int from = Math.min(below, rows.end());
        final int to = Math.max(0, from - count);
        for (int row = from - 1; row >= to; row--) {
            if (!rows.isHole(row)) {
                action.accept(ofV4 ? row : row | V6);
            }
        }
        return to == 0 ? NONE : to;
    }

    /** The first row for which {@code wanted} holds, or −1; walks them all. For questions, not for the data path. */
    public int first(final IntPredicate wanted) {
        for (int row = 0; row < v4.end(); row++) {
            if (!v4.isHole(row) && wanted.test(row)) {
                return row;
            }
        }
        for (int row = 0; row < v6.end(); row++) {
            if (!v6.isHole(row) && wanted.test(row | V6)) {
                return row | V6;
            }
        }
        return NONE;
    }
}
