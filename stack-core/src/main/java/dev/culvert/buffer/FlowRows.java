package dev.culvert.buffer;

import static dev.culvert.buffer.RowSlab.NONE;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

import dev.culvert.wire.Flow;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Connections that are no more (TIME-WAIT) or not yet (half open): flat off-heap rows found by 4-tuple and expired by
 * deadline, without a Java object per row. Open addressing over row numbers finds a row, a hashed wheel of row numbers
 * expires it. Shard's thread only.
 *
 * <pre>
 *  0 next in slot | 4 previous | 8 deadline ns | 16 hash | 20 ports | 24 local 128 bits | 40 remote 128 bits | 56 payload
 * </pre>
 */
public final class FlowRows {
    /** Where the user's own fields begin. */
    public static final int PAYLOAD = 56;

    private static final int NEXT = 0;
    private static final int PREVIOUS = 4;
    private static final int DEADLINE = 8;
    private static final int HASH = 16;
    private static final int PORTS = 20;
    private static final int LOCAL_HI = 24;
    private static final int LOCAL_LO = 32;
    private static final int REMOTE_HI = 40;
    private static final int REMOTE_LO = 48;

    private static final long EMPTY = -1;

    /** The ports of a row that is not in use: no connection has port 0 on our side. */
    private static final int FREE = 0;

    private static final int TICK_SHIFT = 24; // 16.8 ms
    private static final int SLOTS = 4_096; // one turn takes 68.7 s

    private final RowSlab slab;
    private final View view = new View();
    private final long originNs;

    /** Row numbers with the row's hash in the upper half, so that a walk touches no row but the one that it is for. */
    private long[] index = new long[64];

    private final int[] slotHead = new int[SLOTS];
    private final int[] slotTail = new int[SLOTS];
    private final long[] occupied = new long[SLOTS / Long.SIZE];
    private long tick;

    /**
     * An empty table.
     *
     * @param payloadBytes size of the user's own fields
     * @param nowNs the shard's time, from which its wheel starts
     */
    public FlowRows(final Memory memory, final int payloadBytes, final long nowNs) {
        slab = new RowSlab(memory, PAYLOAD + payloadBytes);
        originNs = nowNs;
        Arrays.fill(index, EMPTY);
        Arrays.fill(slotHead, NONE);
        Arrays.fill(slotTail, NONE);
    }

    /** Rows in the table. */
    public int size() {
        return slab.live();
    }

    /** Address of a row's user fields. */
    public long payload(final int row) {
        return slab.address(row) + PAYLOAD;
    }

    private static int ports(final Flow flow) {
        return flow.localPort() << 16 | flow.remotePort();
    }

    /** The row with this 4-tuple, or −1. {@code hash} is the keyed hash of the tuple. */
    public int find(final int hash, final Flow flow) {
        final int ports = ports(flow);
        final long localHi = flow.localHi();
        final long localLo = flow.localLo();
        final long remoteHi = flow.remoteHi();
        final long remoteLo = flow.remoteLo();
        final int mask = index.length - 1;
        for (int i = hash & mask; index[i] != EMPTY; i = i + 1 & mask) {
            if (hash(index[i]) != hash) {
                continue;
            }
            final int number = (int) index[i];
            final long row = slab.address(number);
            if (getInt(row + PORTS) == ports
                    && getLong(row + REMOTE_LO) == remoteLo
                    && getLong(row + LOCAL_LO) == localLo
                    && getLong(row + REMOTE_HI) == remoteHi
                    && getLong(row + LOCAL_HI) == localHi) {
                return number;
            }
        }
        return NONE;
    }

    /** The first row for which {@code wanted} holds, or −1; walks them all. For questions, not for the data path. */
    public int first(final IntPredicate wanted) {
        for (final long entry : index) {
            if (entry != EMPTY && wanted.test((int) entry)) {
                return (int) entry;
            }
        }
        return NONE;
    }

    /**
     * Calls {@code action} for the rows among the next numbers; a row keeps its number while it lives. For questions, not for
     * the data path.
     *
     * @param from 0, or where the previous call has stopped
     * @param count numbers at most
     * @return where to go on, or −1: there is no further number
     */
    public int walk(final int from, final int count, final IntConsumer action) {
        final int to = (int) Math.min((long) from + count, slab.end());
        for (int number = from; number < to; number++) {
            if (getInt(slab.address(number) + PORTS) != FREE) {
                action.accept(number);
            }
        }
        return to >= slab.end() ? NONE : to;
    }

    /** Adds a row for a tuple that has none; −1 when the memory limit is reached. */
    public int insert(final int hash, final Flow flow, final long deadlineNs) {
        final int number = slab.allocate();
        if (number == NONE) {
            return NONE;
        }
        if (4 * slab.live() > index.length) { // runs of occupied places are short
            growIndex();
        }
        final long row = slab.address(number);
        putInt(row + HASH, hash);
        putInt(row + PORTS, ports(flow));
        putLong(row + LOCAL_HI, flow.localHi());
        putLong(row + LOCAL_LO, flow.localLo());
        putLong(row + REMOTE_HI, flow.remoteHi());
        putLong(row + REMOTE_LO, flow.remoteLo());
        enter(index, (long) hash << 32 | number);
        link(number, row, deadlineNs);
        return number;
    }

    private static void enter(final long[] table, final long entry) {
        final int mask = table.length - 1;
        int i = hash(entry) & mask;
        while (table[i] != EMPTY) {
            i = i + 1 & mask;
        }
        table[i] = entry;
    }

    private void growIndex() {
        final long[] larger = new long[2 * index.length];
        Arrays.fill(larger, EMPTY);
        for (final long entry : index) {
            if (entry != EMPTY) {
                enter(larger, entry);
            }
        }
        index = larger;
    }

    private static int hash(final long entry) {
        return (int) (entry >>> 32);
    }

    /** Removes a row. */
    public void remove(final int number) {
        unlink(number);
        final int hash = getInt(slab.address(number) + HASH);
        final long entry = (long) hash << 32 | number;
        final int mask = index.length - 1;
        int hole = hash & mask;
        while (index[hole] != entry) {
            hole = hole + 1 & mask;
        }
        // Move later members of the run back, so that no tombstone is needed.
        for (int i = hole + 1 & mask; index[i] != EMPTY; i = i + 1 & mask) {
            final int home = hash(index[i]) & mask;
            if ((i - home & mask) >= (i - hole & mask)) {
                index[hole] = index[i];
                hole = i;
            }
        }
        index[hole] = EMPTY;
        putInt(slab.address(number) + PORTS, FREE);
        slab.free(number);
    }

    /** Moves a row's deadline. */
    public void deadlineNs(final int number, final long deadlineNs) {
        unlink(number);
        link(number, slab.address(number), deadlineNs);
    }

    /** When a row expires. */
    public long deadlineNs(final int number) {
        return getLong(slab.address(number) + DEADLINE);
    }

    private int slotOf(final long deadlineNs) {
        return (int) Math.max(deadlineNs - originNs >> TICK_SHIFT, tick) & SLOTS - 1;
    }

    /**
     * Puts a row behind those of its slot that expire before it, looking from the end: rows that wait equally long come in the
     * order of their deadlines, so that this is one step.
     */
    private void link(final int number, final long row, final long deadlineNs) {
        final int slot = slotOf(deadlineNs);
        int before = slotTail[slot];
        while (before >= 0 && deadlineNs(before) > deadlineNs) {
            before = getInt(slab.address(before) + PREVIOUS);
        }
        // The first row of a slot names the slot in place of a predecessor, the last one in place of a successor.
        final int end = ~slot - 1;
        final int after;
        if (before >= 0) {
            after = getInt(slab.address(before) + NEXT);
            putInt(slab.address(before) + NEXT, number);
        } else {
            after = slotHead[slot] == NONE ? end : slotHead[slot];
            slotHead[slot] = number;
            before = end;
        }
        if (after >= 0) {
            putInt(slab.address(after) + PREVIOUS, number);
        } else {
            slotTail[slot] = number;
        }
        putLong(row + DEADLINE, deadlineNs);
        putInt(row + NEXT, after);
        putInt(row + PREVIOUS, before);
        occupied[slot >> 6] |= 1L << slot;
    }

    private void unlink(final int number) {
        final long row = slab.address(number);
        final int next = getInt(row + NEXT);
        final int previous = getInt(row + PREVIOUS);
        if (previous >= 0) {
            putInt(slab.address(previous) + NEXT, next);
        } else {
            slotHead[~(previous + 1)] = next >= 0 ? next : NONE;
        }
        if (next >= 0) {
            putInt(slab.address(next) + PREVIOUS, previous);
        } else {
            slotTail[~(next + 1)] = previous >= 0 ? previous : NONE;
        }
        if (next < 0 && previous < 0) {
            final int slot = ~(next + 1);
            occupied[slot >> 6] &= ~(1L << slot);
        }
    }

    /** A row whose deadline is at or before {@code nowNs}, or −1. The caller must move its deadline or remove it. */
    public int due(final long nowNs) {
        final long nowTick = nowNs - originNs >> TICK_SHIFT;
        while (true) {
            final int first = slotHead[(int) tick & SLOTS - 1];
            if (first != NONE && deadlineNs(first) <= nowNs) {
                return first;
            }
            if (tick >= nowTick) {
                return NONE;
            }
            tick = Math.min(nowTick, tick + distanceToOccupied((int) (tick + 1) & SLOTS - 1) + 1);
        }
    }

    /** Slots from this one to the next occupied one, at most {@link #SLOTS}. */
    private int distanceToOccupied(final int slot) {
        long word = occupied[slot >> 6] & -1L << slot;
        int at = slot & ~63;
        for (int i = 0; i <= occupied.length; i++) {
            if (word != 0) {
                return at + Long.numberOfTrailingZeros(word) - slot & SLOTS - 1;
            }
            at = at + 64 & SLOTS - 1;
            word = occupied[at >> 6];
        }
        return SLOTS;
    }

    /** No row expires before this time; {@code Long.MAX_VALUE} when there is none. */
    public long nextDeadlineNs() {
        if (slab.live() == 0) {
            return Long.MAX_VALUE;
        }
        long earliest = Long.MAX_VALUE;
        long at = tick;
        final long turn = tick + SLOTS;
        while (true) {
            at += distanceToOccupied((int) at & SLOTS - 1);
            if (at >= turn) {
                return earliest;
            }
            earliest = Math.min(earliest, deadlineNs(slotHead[(int) at & SLOTS - 1]));
            if (earliest - originNs >> TICK_SHIFT <= at) {
                return earliest;
            }
            at++;
        }
    }

    /** The 4-tuple of a row, until the next call. */
    public Flow flow(final int number) {
        view.row = slab.address(number);
        return view;
    }

    /** Reads the 4-tuple out of a row. */
    private static final class View implements Flow {
        private long row;

        @Override
        public long localHi() {
            return getLong(row + LOCAL_HI);
        }

        @Override
        public long localLo() {
            return getLong(row + LOCAL_LO);
        }

        @Override
        public int localPort() {
            return getInt(row + PORTS) >>> 16;
        }

        @Override
        public long remoteHi() {
            return getLong(row + REMOTE_HI);
        }

        @Override
        public long remoteLo() {
            return getLong(row + REMOTE_LO);
        }

        @Override
        public int remotePort() {
            return getInt(row + PORTS) & 0xffff;
        }
    }
}
