package dev.culvert.bench.peers;

import dev.culvert.bench.churn.ChurnLoad;
import dev.culvert.bench.churn.Exchange;
import dev.culvert.bench.churn.KernelSocket;
import java.util.Iterator;
import java.util.List;

/**
 * A kind of load.
 *
 * @param name one word
 * @param meaning for people
 * @param flows what lasts; null: short connections, which the server closes
 * @param connections side by side
 * @param sharedCore whether client and server have one processor together
 * @param clientCloses whether the client of a short connection closes it
 * @param sources addresses that short connections come from
 * @param ports source ports on each; used again and again
 */
record PeerCase(
        String name,
        String meaning,
        Flows.Kind flows,
        int connections,
        boolean sharedCore,
        boolean clientCloses,
        int sources,
        int ports) {
    private static final int PATIENCE_MS = 20_000;
    private static final int LOOP_PORTS = 1_000;

    /** In the order of the table. */
    static final List<PeerCase> ALL = List.of(
            shortOnes("short-1", "short connections, one at a time", 1),
            shortOnes("short-32", "short connections, 32 side by side", 32),
            shortOnes("short-64", "short connections, 64 side by side", 64),
            shortOnes("short-2000", "short connections, 2,000 side by side", 2_000),
            new PeerCase(
                    "short-hosts", "short connections, 64, from 64 addresses", null, 64, false, false, 64, LOOP_PORTS),
            new PeerCase(
                    "short-again",
                    "short connections, 64, 1,000 4-tuples again",
                    null,
                    64,
                    false,
                    false,
                    1,
                    LOOP_PORTS),
            new PeerCase(
                    "close-64",
                    "short connections, 64, the client closes",
                    null,
                    64,
                    false,
                    true,
                    1,
                    ChurnLoad.MOST_PORTS),
            lasting("trips-1", "round trips of a byte, 1 connection", Flows.Kind.TRIPS, 1, false),
            lasting("trips-1-shared", "round trips of a byte, 1 connection, one core", Flows.Kind.TRIPS, 1, true),
            lasting("trips-64", "round trips of a byte, 64 connections", Flows.Kind.TRIPS, 64, false),
            lasting("trips-64-shared", "round trips of a byte, 64 connections, one core", Flows.Kind.TRIPS, 64, true),
            lasting("segments-16", "segments of 88 bytes and back, 16 connections", Flows.Kind.SEGMENTS, 16, false),
            lasting("down-1", "server to client, 1 connection", Flows.Kind.DOWN, 1, false),
            lasting("down-8", "server to client, 8 connections", Flows.Kind.DOWN, 8, false),
            lasting("up-1", "client to server, 1 connection", Flows.Kind.UP, 1, false),
            lasting("up-8", "client to server, 8 connections", Flows.Kind.UP, 8, false));

    private static PeerCase shortOnes(final String name, final String meaning, final int connections) {
        return new PeerCase(name, meaning, null, connections, false, false, 1, ChurnLoad.MOST_PORTS);
    }

    private static PeerCase lasting(
            final String name,
            final String meaning,
            final Flows.Kind flows,
            final int connections,
            final boolean sharedCore) {
        return new PeerCase(name, meaning, flows, connections, sharedCore, false, 1, 0);
    }

    boolean isShort() {
        return flows == null;
    }

    /** The short connections of one run, from source addresses that no other run uses, the first of which is {@code source}. */
    ChurnLoad load(final Peer peer, final int source, final int count) {
        return new ChurnLoad(
                KernelSocket.number(peer.address()),
                clientCloses ? Exchange.CLIENT_CLOSES : peer.shortPort(),
                source,
                sources,
                ports,
                count,
                connections,
                PATIENCE_MS);
    }

    /** All names, for the command line. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ALL.stream().map(PeerCase::name).iterator();
        }
    }

    /** Those of these names; all where there is no name. */
    static List<PeerCase> named(final List<String> names) {
        return names.isEmpty()
                ? ALL
                : names.stream()
                        .flatMap(name -> ALL.stream().filter(c -> c.name.equals(name)))
                        .toList();
    }
}
