package dev.culvert.kit.lab;

import dev.culvert.kit.packet.Segment;
import java.util.Locale;
import java.util.function.Predicate;

/** Small things that many scenes say. */
final class Words {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;
    static final int SERVER = 8080;
    static final int CLIENT = 4000;

    static final Predicate<Segment> SYN = s -> s.has(Segment.SYN) && !s.has(Segment.ACK);
    static final Predicate<Segment> FIN = s -> s.has(Segment.FIN);
    static final Predicate<Segment> DATA = s -> s.len > 0;
    static final Predicate<Segment> BARE_ACK =
            s -> !s.has(Segment.SYN) && !s.has(Segment.FIN) && !s.has(Segment.RST) && s.len == 0;

    private Words() {}

    /** A client, a server that listens, and a connection between them. */
    static Pair pair(final Stage stage, final Policy policy) {
        return pair(stage, policy, policy);
    }

    static Pair pair(final Stage stage, final Policy ofClient, final Policy ofServer) {
        final Host client = stage.host("client", ofClient);
        final Host server = stage.host("server", ofServer);
        final long listener = server.listen(SERVER);
        return open(stage, client, server, listener);
    }

    /** One more connection from the client's port. */
    static Pair open(final Stage stage, final Host client, final Host server, final long listener) {
        final long id = client.connect(CLIENT, server, SERVER);
        stage.settle();
        return new Pair(client, server, listener, id, server.accept(listener));
    }

    /** Seconds with three digits. */
    static String seconds(final long ns) {
        return String.format(Locale.ROOT, "%.3f s", ns / 1e9);
    }

    /** Two hosts and the two ends of a connection. */
    record Pair(Host client, Host server, long listener, long atClient, long atServer) {}
}
