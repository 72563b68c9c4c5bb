package dev.culvert.tcp;

import dev.culvert.buffer.Memory;
import dev.culvert.buffer.PieceStore;
import dev.culvert.counters.Counters;
import dev.culvert.counters.StackCounter;

/**
 * What a shard does when payload takes most of its memory, in this order and as Linux does with {@code tcp_mem}: receive windows
 * shrink to a few segments and buffers stop growing; the application's new data is refused; SYNs are refused. Rows of SYN queue
 * and TIME-WAIT are not payload: they only make less room for it. Looked at where something is about to be taken, so that an
 * answer costs a few comparisons. Shard's thread only (docs/adr/0024-memory-pressure.md).
 */
public final class MemoryPressure {
    /** As Linux: under pressure a peer may send so many segments. */
    public static final int WINDOW_SEGMENTS = 4;

    private static final long NS_PER_MS = 1_000_000L;
    private static final int PERCENT = 100;

    private final Memory memory;
    private final PieceStore pieces;
    private final Counters counters;
    private final WorkList<Tcb> waiting = new WorkList<>(new Tcb[16]);

    private MemoryLevels levels = MemoryLevels.DEFAULT;
    private boolean pressed;
    private boolean refusing;
    private long sinceNs;

    MemoryPressure(final Memory memory, final PieceStore pieces, final Counters counters) {
        this.memory = memory;
        this.pieces = pieces;
        this.counters = counters;
    }

    /** Where the states begin and end from now on. */
    public void levels(final MemoryLevels newLevels) {
        levels = newLevels;
    }

    /** Whether windows are small and buffers do not grow. */
    public boolean isOn(final long nowNs) {
        final boolean begins = !pressed && isAbove(levels.pressure());
        final boolean ends = pressed && !isAbove(levels.low());
        if (begins) {
            pressed = true;
            sinceNs = nowNs;
            counters.increment(StackCounter.TcpExtTCPMemoryPressures);
        } else if (ends) {
            pressed = false;
            counters.add(StackCounter.TcpExtTCPMemoryPressuresChrono, (nowNs - sinceNs) / NS_PER_MS);
        }
        return pressed;
    }

    /** Whether the application's new data is refused, and text that cannot be delivered yet. */
    public boolean refusesData() {
        refusing = isAbove(refusing ? levels.pressure() : levels.high());
        return refusing;
    }

    /** Whether new connections are refused. */
    public boolean refusesSyns() {
        return isAbove(levels.full());
    }

    private boolean isAbove(final int percent) {
        final long room = memory.limitBytes() - memory.inUseBytes() + pieces.arenaBytes();
        return pieces.chunkBytesInUse() * PERCENT > percent * room;
    }

    /** An application was refused and hears when it is worth its while to try again. */
    public void await(final Tcb tcb) {
        counters.increment(StackCounter.TcpMemorySendRefused);
        if (!tcb.awaitsMemory) {
            tcb.awaitsMemory = true;
            waiting.add(tcb);
        }
    }

    /** The next connection whose application may try again, or null. All get their turn once much is free again. */
    public Tcb nextServed() {
        if (waiting.isEmpty() || refusesData()) {
            return null;
        }
        final Tcb tcb = waiting.poll();
        tcb.awaitsMemory = false;
        return tcb;
    }
}
