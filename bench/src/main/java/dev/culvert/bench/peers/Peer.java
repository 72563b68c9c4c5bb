package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.Usage;

/**
 * A server under measurement.
 *
 * @param name one word
 * @param meaning for people
 * @param address where it answers
 * @param shortPort where it closes first
 * @param shortOnly whether it only has short connections
 * @param server its process
 */
record Peer(String name, String meaning, String address, int shortPort, boolean shortOnly, Child server)
        implements AutoCloseable {
    boolean can(final PeerCase c) {
        return c.isShort() || !shortOnly;
    }

    /** Name of the peer that shows what is possible on the same device; empty: it has another one. */
    String limit() {
        return switch (name) {
            case "culvert", "pipelined", Peers.LIMIT -> Peers.LIMIT;
            case "plain", Peers.LIMIT_PLAIN -> Peers.LIMIT_PLAIN;
            default -> "";
        };
    }

    /** What its data path has used so far. */
    Usage usage() {
        return Usage.parse(server.say("").answer());
    }

    @Override
    public void close() {
        server.close();
    }
}
