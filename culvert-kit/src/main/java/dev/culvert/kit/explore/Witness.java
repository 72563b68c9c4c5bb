package dev.culvert.kit.explore;

import dev.culvert.tcp.TcpState;

/** Sees everything that happens in a play. */
interface Witness {
    /** A host sends a packet. */
    default void sends(final ExploredHost host, final byte[] packet, final Wire.Fate fate) {}

    /** A packet is about to arrive. */
    default void arrives(final ExploredHost host, final byte[] packet) {}

    /** An application is about to take a step. */
    default void takes(final ExploredHost host, final Step step) {}

    /** A connection has changed its state. */
    default void reaches(final ExploredHost host, final TcpState state) {}

    /** Both hosts are about to wait. */
    default void waits(final long ns) {}
}
