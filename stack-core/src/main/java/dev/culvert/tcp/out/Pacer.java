package dev.culvert.tcp.out;

import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.timer.TimerKind;

/**
 * Spreads what a connection sends over time. Everything sent is charged to {@code snd.pacedUntilNs}, the time at which it would
 * have left at the pace; a connection may be ahead of that by a quantum, then it waits until it has caught up. So at a high rate
 * a timer sends a quantum at once, at a low one a segment, and the mean rate is exact. A connection that comes late, because its
 * timer did, may make up for a quantum. Shard's thread only.
 */
final class Pacer {
    /** What may leave at once: a millisecond's worth, as Linux's {@code sk_pacing_shift} has it. */
    static final long QUANTUM_NS = 1_000_000L;

    private static final long SECOND = 1_000_000_000L;

    private final TcpContext context;

    Pacer(final TcpContext context) {
        this.context = context;
    }

    /** Packets that may leave now: 0 when the connection has to wait, at least 1 otherwise. */
    int packetsNow(final Tcb tcb, final long nowNs) {
        final long rate = tcb.pacingBytesPerSecond();
        if (rate == 0) {
            return Integer.MAX_VALUE;
        }
        final long aheadNs = tcb.snd.pacedUntilNs - nowNs;
        if (aheadNs >= QUANTUM_NS) {
            return 0;
        }
        if (context.maxPacketBytes > 0) {
            return 1; // of up to a quantum; then it is asked again
        }
        final long bytes = bytes(rate, QUANTUM_NS - Math.max(aheadNs, -QUANTUM_NS));
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / Math.max(1, tcb.snd.mss)));
    }

    /** Text that one packet may carry at most, so that no packet is larger than a quantum. */
    int largestPacket(final Tcb tcb) {
        final long rate = tcb.pacingBytesPerSecond();
        return rate == 0 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, bytes(rate, QUANTUM_NS));
    }

    private static long bytes(final long rate, final long ns) {
        return (long) ((double) rate * ns / SECOND);
    }

    /** So much text has left. */
    void charge(final Tcb tcb, final long bytes, final long nowNs) {
        final long rate = bytes == 0 ? 0 : tcb.pacingBytesPerSecond();
        if (rate > 0) {
            final long from = Math.max(tcb.snd.pacedUntilNs, nowNs - QUANTUM_NS);
            tcb.snd.pacedUntilNs = from + (long) ((double) bytes * SECOND / rate);
        }
    }

    /** More waits to be sent: the timer comes when the connection has caught up; without a pace it is its turn again at once. */
    void continueLater(final Tcb tcb, final long nowNs) {
        if (packetsNow(tcb, nowNs) > 0) {
            context.touch(tcb);
        } else {
            context.timers.set(tcb.timers, TimerKind.PACE, tcb.snd.pacedUntilNs);
        }
    }
}
