package dev.culvert.kit.explore;

import dev.culvert.tcp.TcpState;
import java.util.List;

/**
 * What one event does to a host in one state.
 *
 * @param before the host as it was
 * @param step for an application's step: which; else null
 * @param nowNs the host's time when it happened
 * @param notes what it did, in order
 * @param sent the packets among that
 * @param after the host as it is now; null when it broke an invariant
 * @param failure which one; empty: none
 */
record Transition(
        HostState before,
        Event event,
        Step step,
        long nowNs,
        List<Note> notes,
        List<Packet> sent,
        HostState after,
        String failure) {
    /**
     * One thing that a host did: it sent a packet, or its connection changed its state; the other one is null.
     *
     * @param packet what it sent
     * @param state where its connection is now
     */
    record Note(Packet packet, TcpState state) {}

    boolean isVisible() {
        return !notes.isEmpty();
    }

    boolean isFailure() {
        return !failure.isEmpty();
    }
}
