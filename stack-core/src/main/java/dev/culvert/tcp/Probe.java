package dev.culvert.tcp;

import dev.culvert.tcp.congestion.AckFacts;
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
     * A connection has sent sequence numbers, its SYN apart.
     *
     * @param from the first
     * @param to behind the last
     * @param nowNs the shard's time in ns
     */
    default void onSent(final Tcb tcb, final int from, final int to, final long nowNs) {}

    /**
     * An acknowledgement was processed: what it said, what was made of it, and where the connection is now. One that finds nothing in
     * flight, such as a request's, says nothing and is not told.
     *
     * @param seg the segment that brought it
     * @param facts what loss recovery and congestion control were told, its time included
     */
    default void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {}

    /**
     * A passive OPEN began (CLOSED to LISTEN), ended (LISTEN to CLOSED) or became an active one (LISTEN to SYN-SENT).
     *
     * @param listener its identifier
     */
    default void onListener(final long listener, final TcpState from, final TcpState to) {}

    /** Both watch, this one first. */
    default Probe and(final Probe other) {
        return new ProbePair(this, other);
    }
}
