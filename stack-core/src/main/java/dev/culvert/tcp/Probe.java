package dev.culvert.tcp;

import dev.culvert.wire.Flow;

/**
 * Watches a shard from inside without touching it: research code, traces and tests plug in here. Called on the shard's
 * thread; arguments are reused and must not be kept.
 */
public interface Probe {
    /** Watches nothing. */
    Probe NONE = new Probe() {};

    /**
     * A connection, a half-open row or a TIME-WAIT row changed its state.
     *
     * @param flow the 4-tuple
     * @param nowNs the shard's time in ns
     */
    default void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {}

    /**
     * A passive OPEN began (CLOSED to LISTEN), ended (LISTEN to CLOSED) or became an active one (LISTEN to SYN-SENT).
     *
     * @param listener its identifier
     */
    default void onListener(final long listener, final TcpState from, final TcpState to) {}
}
