package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.ChurnLoad;
import dev.culvert.bench.churn.ChurnNetwork;
import dev.culvert.bench.churn.ClientResult;
import dev.culvert.bench.churn.Exchange;
import dev.culvert.bench.churn.KernelSocket;
import dev.culvert.bench.churn.Processors;
import java.util.Locale;

/** What a client wants that means no harm. */
enum HonestLoad {
    /** One connection, over which as much goes to the server as it takes. */
    UPLOAD,
    /** A byte to the server and back, on 32 connections at a time. */
    TRIPS,
    /** Connections with one request each, 64 at a time. */
    SHORT;

    private static final int TRIPS_AT_ONCE = 32;
    private static final int CONNECTIONS_PER_MS = 8;
    private static final int PATIENCE_MS = 20_000;

    /** How it is written. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The clients' processes. */
    record Clients(Child flows, Child shortOnes) implements AutoCloseable {
        static Clients start(final ChurnNetwork network, final Processors processors) {
            return new Clients(
                    network.server(null, Child.java(FlowClient.class, processors.client())), network.client());
        }

        @Override
        public void close() {
            flows.close();
            shortOnes.close();
        }
    }

    /**
     * Runs it for about that long.
     *
     * @param source address that short connections come from
     * @return bytes, round trips or connections a second
     */
    double perSecond(final Clients clients, final String server, final int source, final int milliseconds) {
        if (this == SHORT) {
            final ChurnLoad load = new ChurnLoad(
                    KernelSocket.number(server),
                    Exchange.SERVER_CLOSES,
                    source,
                    1,
                    ChurnLoad.MOST_PORTS,
                    CONNECTIONS_PER_MS * milliseconds,
                    ChurnLoad.SIDE_BY_SIDE,
                    PATIENCE_MS);
            final ClientResult seen =
                    ClientResult.parse(clients.shortOnes().say(load.words()).answer());
            if (seen.failed() + seen.unfinished() > 0) {
                throw new IllegalStateException(
                        seen.failed() + " connections failed and " + seen.unfinished() + " did not end in time");
            }
            return seen.perSecond();
        }
        final Flows flows = this == UPLOAD
                ? Flows.of(Flows.Kind.UP, server, 1, milliseconds)
                : Flows.of(Flows.Kind.TRIPS, server, TRIPS_AT_ONCE, milliseconds);
        return FlowResult.parse(clients.flows().say(flows.words()).answer()).perSecond();
    }
}
