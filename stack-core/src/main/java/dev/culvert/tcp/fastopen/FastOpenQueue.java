package dev.culvert.tcp.fastopen;

import org.agrona.collections.LongArrayQueue;

/**
 * How many Fast Open connections of one listener wait for their handshakes to complete (RFC 7413 §5.1): the answer to
 * attackers that have stolen cookies. Whoever ends his by a reset keeps the place taken for a minute, as on Linux. Shard's
 * thread only.
 */
public final class FastOpenQueue {
    private static final long AFTER_RESET_NS = 60_000_000_000L;

    private int pending;
    private final LongArrayQueue reset = new LongArrayQueue(Long.MIN_VALUE);

    /** Whether another one may begin when there may be {@code limit}. */
    public boolean hasRoom(final int limit, final long nowNs) {
        while (!reset.isEmpty() && reset.peekLong() - nowNs <= 0) {
            reset.pollLong();
        }
        return pending + reset.size() < limit;
    }

    /** A connection begins. */
    public void begin() {
        pending++;
    }

    /** Its handshake is complete, or it has ended. */
    public void end() {
        pending--;
    }

    /** It was reset by the peer. */
    public void endByReset(final long nowNs) {
        pending--;
        reset.addLong(nowNs + AFTER_RESET_NS);
    }
}
