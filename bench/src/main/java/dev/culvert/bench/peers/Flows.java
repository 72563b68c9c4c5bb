package dev.culvert.bench.peers;

import dev.culvert.bench.churn.KernelSocket;
import java.util.Locale;

/**
 * Connections that a client is to keep busy for a while.
 *
 * @param kind what goes over them
 * @param server address of the server
 * @param connections how many
 * @param milliseconds how long, from when all are connected
 */
record Flows(Kind kind, int server, int connections, int milliseconds) {
    /** What goes over them; the names are for people and scripts. */
    enum Kind {
        /** A byte to the server and back, again and again. */
        TRIPS,
        /** Segments as small as may be to the server and back, many under way on each connection. */
        SEGMENTS,
        /** As much as goes from the server to the client. */
        DOWN,
        /** As much as goes from the client to the server. */
        UP;

        /** Whether it is bytes that count. */
        boolean isBulk() {
            return this == DOWN || this == UP;
        }
    }

    static Flows of(final Kind kind, final String server, final int connections, final int milliseconds) {
        return new Flows(kind, KernelSocket.number(server), connections, milliseconds);
    }

    /** For another process. */
    String words() {
        return kind.name().toLowerCase(Locale.ROOT) + " " + server + " " + connections + " " + milliseconds;
    }

    /** From another process. */
    static Flows parse(final String words) {
        final String[] w = words.split(" ", -1);
        return new Flows(
                Kind.valueOf(w[0].toUpperCase(Locale.ROOT)),
                Integer.parseInt(w[1]),
                Integer.parseInt(w[2]),
                Integer.parseInt(w[3]));
    }
}
