package dev.culvert.bench.peers;

import dev.culvert.bench.churn.ChurnLoad;
import dev.culvert.bench.churn.KernelSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * A kind of load.
 *
 * @param name one word
 * @param meaning for people
 * @param flows what lasts; null: short connections, which the server closes
 * @param connections side by side
 * @param sharedCore whether client and server have one processor together
 */
record PeerCase(String name, String meaning, Flows.Kind flows, int connections, boolean sharedCore) {
    private static final int PATIENCE_MS = 20_000;

    /** In the order of the table. */
    static final List<PeerCase> ALL = List.of(
            new PeerCase("short-1", "short connections, one at a time", null, 1, false),
            new PeerCase("short-64", "short connections, 64 side by side", null, 64, false),
            new PeerCase("short-2000", "short connections, 2,000 side by side", null, 2_000, false),
            new PeerCase("trips-1", "round trips of a byte, 1 connection", Flows.Kind.TRIPS, 1, false),
            new PeerCase("trips-1-shared", "the same, client and server on one core", Flows.Kind.TRIPS, 1, true),
            new PeerCase("trips-64", "round trips of a byte, 64 connections", Flows.Kind.TRIPS, 64, false),
            new PeerCase("down-1", "server to client, 1 connection", Flows.Kind.DOWN, 1, false),
            new PeerCase("down-8", "server to client, 8 connections", Flows.Kind.DOWN, 8, false),
            new PeerCase("up-1", "client to server, 1 connection", Flows.Kind.UP, 1, false),
            new PeerCase("up-8", "client to server, 8 connections", Flows.Kind.UP, 8, false));

    boolean isShort() {
        return flows == null;
    }

    /** The short connections of one run, from source addresses that no other run uses. */
    ChurnLoad load(final Peer peer, final int source, final int count) {
        return new ChurnLoad(
                KernelSocket.number(peer.address()),
                peer.shortPort(),
                source,
                1,
                ChurnLoad.MOST_PORTS,
                count,
                connections,
                PATIENCE_MS);
    }

    /** Those of these names; all where there is no name. */
    static List<PeerCase> named(final List<String> names) {
        if (names.isEmpty()) {
            return ALL;
        }
        final List<PeerCase> chosen = new ArrayList<>();
        for (final String name : names) {
            chosen.add(ALL.stream()
                    .filter(c -> c.name.equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no case '" + name + "'; there are "
                            + String.join(", ", ALL.stream().map(PeerCase::name).toList()))));
        }
        return chosen;
    }
}
