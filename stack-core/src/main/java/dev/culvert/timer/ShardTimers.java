package dev.culvert.timer;

import static dev.culvert.timer.TimerNode.NEVER;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The wheel of one shard. A fine wheel of 4,096 slots of 1.05 ms covers the current window of 4.3 s, a coarse wheel of 4,096
 * such windows the next 4.9 hours; a coarse slot is spread over the fine ones when its window begins. Bitmaps skip empty
 * slots, so that a long sleep costs nothing. A node stands at its earliest deadline; one that has moved later since is moved
 * when its slot comes up. Deadlines are exact: the slot only says where to look. Shard's thread only.
 */
public final class ShardTimers {
    private static final int TICK_SHIFT = 20;
    private static final int SLOT_SHIFT = 12;
    private static final int SLOTS = 1 << SLOT_SHIFT;
    private static final int MASK = SLOTS - 1;

    private static final TimerKind[] KINDS = TimerKind.values();
    private static final long[] NONE_RUNS = new long[TimerKind.COUNT];

    static {
        Arrays.fill(NONE_RUNS, NEVER);
    }

    private final long originNs;
    private final TimerNode[] head = new TimerNode[2 * SLOTS];
    private final long[] earliestNs = new long[2 * SLOTS];
    private final long[] occupied = new long[2 * SLOTS / Long.SIZE];
    private final ArrayDeque<long[]> deadlines = new ArrayDeque<>();
    private long tick;
    private int nodes;
    private long looks;

    /** An empty wheel that starts at this time. */
    public ShardTimers(final long nowNs) {
        originNs = nowNs;
    }

    /** Starts a timer or moves its deadline. */
    public void set(final TimerNode node, final TimerKind kind, final long deadlineNs) {
        if (node.deadlineNs == null) {
            node.deadlineNs = lend();
        }
        node.deadlineNs[kind.ordinal()] = deadlineNs;
        if (deadlineNs < node.armedNs) {
            unlink(node);
            link(node, deadlineNs);
        }
    }

    private long[] lend() {
        if (!deadlines.isEmpty()) {
            return deadlines.pollFirst();
        }
        return NONE_RUNS.clone();
    }

    private void takeBack(final TimerNode node) {
        deadlines.addFirst(node.deadlineNs);
        node.deadlineNs = null;
    }

    /** Stops all timers of a connection that is going away. */
    public void remove(final TimerNode node) {
        unlink(node);
        if (node.deadlineNs != null) {
            System.arraycopy(NONE_RUNS, 0, node.deadlineNs, 0, TimerKind.COUNT);
            takeBack(node);
        }
    }

    /** Connections that stand in the wheel. */
    public int nodes() {
        return nodes;
    }

    /** How often a connection was looked at because time has passed. */
    long looks() {
        return looks;
    }

    private void link(final TimerNode node, final long deadlineNs) {
        final long at = Math.max(deadlineNs - originNs >> TICK_SHIFT, tick);
        final long window = (at >> SLOT_SHIFT) - (tick >> SLOT_SHIFT);
        final int slot;
        if (window == 0) {
            slot = (int) at & MASK;
        } else {
            slot = SLOTS + ((int) ((tick >> SLOT_SHIFT) + Math.min(window, MASK)) & MASK);
        }
        node.slot = slot;
        node.armedNs = deadlineNs;
        node.previous = null;
        node.next = head[slot];
        if (node.next == null) {
            occupied[slot >> 6] |= 1L << slot;
            earliestNs[slot] = deadlineNs;
        } else {
            node.next.previous = node;
            earliestNs[slot] = Math.min(earliestNs[slot], deadlineNs);
        }
        head[slot] = node;
        nodes++;
    }

    private void unlink(final TimerNode node) {
        if (node.slot < 0) {
            return;
        }
        if (node.next != null) {
            node.next.previous = node.previous;
        }
        if (node.previous != null) {
            node.previous.next = node.next;
        } else {
            head[node.slot] = node.next;
            if (node.next == null) {
                occupied[node.slot >> 6] &= ~(1L << node.slot);
            }
        }
        node.previous = null;
        node.next = null;
        node.slot = -1;
        node.armedNs = NEVER;
        nodes--;
    }

    /**
     * Fires every timer whose deadline is at or before {@code nowNs}, slot by slot in the order of time. A handler may only
     * touch the timers of its own node.
     */
    public void expire(final long nowNs, final TimerHandler handler) {
        final long nowTick = nowNs - originNs >> TICK_SHIFT;
        fireSlot((int) tick & MASK, nowNs, handler);
        while (tick < nowTick) {
            final long windowEnd = (tick | MASK) + 1;
            final long next = tick + 1 == windowEnd ? windowEnd : occupiedFine(tick + 1, windowEnd);
            tick = Math.min(nowTick, next);
            if (tick == windowEnd) {
                spread(SLOTS + ((int) (tick >> SLOT_SHIFT) & MASK));
            }
            fireSlot((int) tick & MASK, nowNs, handler);
        }
    }

    private void fireSlot(final int slot, final long nowNs, final TimerHandler handler) {
        if (head[slot] == null || earliestNs[slot] > nowNs) {
            return;
        }
        earliestNs[slot] = NEVER;
        TimerNode next;
        for (TimerNode node = head[slot]; node != null; node = next) {
            next = node.next;
            looks++;
            if (node.armedNs > nowNs) {
                earliestNs[slot] = Math.min(earliestNs[slot], node.armedNs);
            } else {
                unlink(node);
                fireNode(node, nowNs, handler);
                settle(node);
            }
        }
    }

    private static void fireNode(final TimerNode node, final long nowNs, final TimerHandler handler) {
        for (final TimerKind kind : KINDS) {
            if (node.deadlineNs(kind) <= nowNs) { // the one before may have stopped them all
                node.cancel(kind);
                handler.onTimer(node, kind, nowNs);
            }
        }
    }

    private void settle(final TimerNode node) {
        final long deadline = node.earliestNs();
        if (deadline < node.armedNs) {
            unlink(node);
            link(node, deadline);
        } else if (deadline == NEVER && node.deadlineNs != null) {
            takeBack(node); // a connection without timers, as one that is idle, holds no place for them
        }
    }

    private void spread(final int coarseSlot) {
        TimerNode next;
        for (TimerNode node = head[coarseSlot]; node != null; node = next) {
            next = node.next;
            looks++;
            unlink(node);
            settle(node);
        }
    }

    /** The first tick from this one on whose fine slot is occupied; {@code windowEnd} when there is none. */
    private long occupiedFine(final long from, final long windowEnd) {
        int word = (int) (from & MASK) >> 6;
        long bits = occupied[word] & -1L << from;
        while (bits == 0) {
            if (++word == SLOTS / Long.SIZE) {
                return windowEnd;
            }
            bits = occupied[word];
        }
        return windowEnd - SLOTS + (long) word * Long.SIZE + Long.numberOfTrailingZeros(bits);
    }

    /** No timer fires before this time; {@code Long.MAX_VALUE} when none runs. */
    public long nextDeadlineNs() {
        if (nodes == 0) {
            return NEVER;
        }
        final long windowEnd = (tick | MASK) + 1;
        final long fine = occupiedFine(tick, windowEnd);
        if (fine < windowEnd) {
            return earliestNs[(int) fine & MASK];
        }
        int slot = (int) (windowEnd >> SLOT_SHIFT) & MASK;
        int word = slot >> 6;
        long bits = occupied[SLOTS / Long.SIZE + word] & -1L << slot;
        while (bits == 0) {
            word = word + 1 & SLOTS / Long.SIZE - 1;
            bits = occupied[SLOTS / Long.SIZE + word];
        }
        slot = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        return earliestNs[SLOTS + slot];
    }
}
