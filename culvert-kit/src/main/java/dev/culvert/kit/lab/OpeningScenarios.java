package dev.culvert.kit.lab;

import static dev.culvert.kit.lab.Policy.CULVERT;
import static dev.culvert.kit.lab.Policy.LINUX;
import static dev.culvert.kit.lab.Words.CLIENT;
import static dev.culvert.kit.lab.Words.MS;
import static dev.culvert.kit.lab.Words.SECOND;
import static dev.culvert.kit.lab.Words.SERVER;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.lab.LabScenario.Act;
import dev.culvert.kit.lab.LabScenario.Ending;
import dev.culvert.kit.lab.Words.Pair;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TcpState;
import java.util.List;

/** How connections begin, and how they do not: C1, C2, C8, C9. */
final class OpeningScenarios {
    private static final int HOST_UNREACHABLE = 1;
    private static final int SERVICE = 40_000;

    private OpeningScenarios() {}

    static List<LabScenario> all() {
        return List.of(threeWay(), synWithData(), refused(), portCollision());
    }

    // ------------------------------------------------------------------ C1

    private static LabScenario threeWay() {
        return LabScenario.of(
                "C1",
                "three-way",
                "Why three segments: an old SYN arrives after its connection",
                """
                Two segments would do if no packet were ever late. With two, a SYN that had been held up would open a connection
                that nobody wants. The third segment is where the other end says no, by a RST, or says nothing.
                """,
                new Act("The other end says no", List.of(CULVERT), (stage, policy) -> oldSyn(stage, policy, true)),
                new Act(
                        "The other end is not there",
                        List.of(CULVERT),
                        (stage, policy) -> oldSyn(stage, policy, false)));
    }

    private static Ending oldSyn(final Stage stage, final Policy policy, final boolean there) {
        final Host client = stage.host("client", policy);
        final Host server = stage.host("server", policy);
        server.listen(SERVER);
        if (!there) {
            client.vanish("switched off");
        }
        stage.ghost(client, Ghosts.ends(client, server), Ghosts.syn(1_000_000));
        stage.settle();
        final long beganNs = stage.nowNs();
        stage.runUntil(600 * SECOND, () -> server.shard().halfOpenCount() == 0);
        return new Ending(
                "nothing is left after " + Words.seconds(stage.nowNs() - beganNs) + ": "
                        + server.shard().connectionCount() + " connections, "
                        + server.shard().halfOpenCount() + " half-open rows, "
                        + server.shard().buffersInUse() + " buffers; TcpPassiveOpens = "
                        + server.count(StackCounter.TcpPassiveOpens) + ", TcpAttemptFails = "
                        + server.count(StackCounter.TcpAttemptFails),
                there
                        ? "RFC 9293 §3.10.7.4, SYN-RECEIVED, RST: return to LISTEN"
                        : "the SYN-ACK is repeated synAckRetries times, then the row is dropped");
    }

    // ------------------------------------------------------------------ C2

    private static LabScenario synWithData() {
        final Policy fastOpen = Policy.of(
                "fast-open",
                "TCP Fast Open at both ends",
                c -> c.fastOpenClient(true).fastOpenPending(16));
        return LabScenario.of(
                "C2",
                "syn-with-data",
                "A SYN that brings data",
                """
                A SYN may carry data, which must not be delivered before the handshake is complete (RFC 9293 §3.4). Like Linux,
                Culvert does not acknowledge it: a half-open row holds no data, since holding it would let anybody fill our memory
                with one packet each. The peer sends it again. TCP Fast Open is the exception: it asks for a cookie first.
                """,
                new Act("Without Fast Open", List.of(CULVERT, LINUX), OpeningScenarios::synWithData),
                new Act("With it", List.of(fastOpen), OpeningScenarios::fastOpen));
    }

    /** A connection that gets a cookie, and one that uses it. */
    private static Ending fastOpen(final Stage stage, final Policy policy) {
        final Host client = stage.host("client", policy);
        final Host server = stage.host("server", policy);
        final long listener = server.listen(SERVER);
        final long[] afterNs = new long[2];
        for (int i = 0; i < 2; i++) {
            final long beganNs = stage.nowNs();
            final long id = client.connectWith(CLIENT + i, server, SERVER, "hello");
            stage.runUntil(SECOND, () -> server.shard().waiting(listener) > 0);
            afterNs[i] = stage.nowNs() - beganNs;
            final long accepted = server.accept(listener);
            server.receive(accepted);
            stage.settle();
            client.close(id);
            stage.settle();
            server.close(accepted);
            stage.settle().run(SECOND);
        }
        return new Ending(
                "the text is read " + Words.seconds(afterNs[0]) + " after connect without a cookie, "
                        + Words.seconds(afterNs[1]) + " with one",
                "RFC 7413 §4.2.2: a valid cookie shows that the client can be reached at its address");
    }

    private static Ending synWithData(final Stage stage, final Policy policy) {
        final Host peer = stage.host("peer", CULVERT).byHand();
        final Host server = stage.host("server", policy);
        final long listener = server.listen(SERVER);
        stage.send(peer, Ghosts.ends(peer, server), Ghosts.syn(1_000_000).text(new byte[] {'h', 'e', 'l', 'l', 'o'}));
        stage.settle();
        final Segment synAck = stage.last(server, s -> s.has(Segment.SYN)).segment();
        final int acknowledged = synAck.ack - 1_000_001;
        final int buffers = server.shard().buffersInUse();
        stage.send(
                peer,
                Ghosts.ends(peer, server),
                Segment.of(Segment.ACK | Segment.PSH)
                        .seq(synAck.ack)
                        .ack(synAck.seq + 1)
                        .win(65_535)
                        .text(new byte[] {'h', 'e', 'l', 'l', 'o'}));
        stage.settle();
        final String got = server.receive(server.accept(listener));
        return new Ending(
                acknowledged + " bytes of the SYN are acknowledged, " + buffers + " buffers are held; read is \"" + got
                        + "\", once",
                "RFC 9293 §3.10.7.2 lets data on a SYN be queued; nothing asks for it");
    }

    // ------------------------------------------------------------------ C8

    private static LabScenario refused() {
        return LabScenario.of(
                "C8",
                "refused",
                "Refused, unreachable, reset",
                """
                Three ways for a peer not to be there: its host says no (RST), a router says that it cannot be reached (ICMP), or
                a connection that was there is gone. Each has its own error, and people read the wrong cause from it when a stack
                mixes them up.
                """,
                new Act("Nobody listens", List.of(CULVERT, LINUX), OpeningScenarios::nobodyListens),
                new Act("A router cannot reach the host", List.of(CULVERT, LINUX), OpeningScenarios::unreachable),
                new Act("The peer resets a connection", List.of(CULVERT), OpeningScenarios::reset),
                new Act("A RST in each state", List.of(CULVERT, LINUX), ResetScene::play));
    }

    private static Ending nobodyListens(final Stage stage, final Policy policy) {
        final Host client = stage.host("client", policy);
        final Host server = stage.host("server", policy);
        final long id = client.connect(CLIENT, server, SERVER);
        stage.settle();
        client.note("the application is told " + client.error(id));
        return new Ending(
                client.error(id) + " after one round trip",
                "RFC 9293 §3.10.7.1: CLOSED answers by a RST; §3.10.7.3: connection refused");
    }

    private static Ending unreachable(final Stage stage, final Policy policy) {
        final Host client = stage.host("client", policy);
        final Host server = stage.host("server", CULVERT).vanish("cannot be reached");
        final long id = client.connect(CLIENT, server, SERVER);
        stage.unreachable(stage.first(client, Words.SYN), HOST_UNREACHABLE);
        client.note("the application is told " + client.error(id));
        final long beganNs = stage.nowNs();
        stage.runUntil(600 * SECOND, () -> client.state(id) == TcpState.CLOSED);
        client.note("and in the end " + client.error(id));
        return new Ending(
                "connect fails with " + client.error(id) + " after " + Words.seconds(stage.nowNs() - beganNs),
                policy.tcp().softErrorsEndOpening()
                        ? "RFC 5461 §4.2: a soft error ends an opening"
                        : "RFC 9293 §3.9.2.2: host unreachable is a soft error; the application is told, SYNs go on");
    }

    private static Ending reset(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        pair.server().abort(pair.atServer());
        stage.settle();
        final String read = pair.client().receive(pair.atClient());
        final int sent = pair.client().send(pair.atClient(), "more");
        return new Ending(
                "receive fails with " + read + ", send with " + Errno.name(sent),
                "RFC 9293 §3.10.7.4, second step: a RST exactly at RCV.NXT ends the connection (RFC 5961 §3.2)");
    }

    // ------------------------------------------------------------------ C9

    private static LabScenario portCollision() {
        final Policy strict = Policy.of("no-reuse", "without SO_REUSEADDR", c -> c.reuseAddress(false));
        return LabScenario.of(
                "C9",
                "port-collision",
                "A service cannot have its own port",
                """
                A service on port 40000 is restarted, and the port is taken: an outgoing connection got it as its ephemeral port,
                since 40000 lies within the range; or its own old connections are in TIME-WAIT. The first is cured by a range that
                leaves the port out, the second by SO_REUSEADDR. The error says who holds it.
                """,
                new Act("An ephemeral port took it", List.of(strict, CULVERT), OpeningScenarios::takenByConnect),
                new Act(
                        "Its own connections are in TIME-WAIT",
                        List.of(strict, CULVERT),
                        OpeningScenarios::takenByTimeWait));
    }

    private static Ending takenByConnect(final Stage stage, final Policy policy) {
        final Host service = stage.host("service", policy);
        final Host other = stage.host("other", CULVERT);
        other.listen(SERVER);
        service.shard().ephemeralPorts(SERVICE, SERVICE);
        service.connect(0, other, SERVER);
        stage.settle();
        final long first = service.listen(SERVICE);
        return new Ending(
                first < 0 ? "listen fails with " + Errno.name((int) first) : "listen works beside the connection",
                first < 0
                        ? "the connection was opened without SO_REUSEADDR; a range without 40000 (ephemeralPorts) avoids it"
                        : "both have SO_REUSEADDR, and a connection is no listener");
    }

    private static Ending takenByTimeWait(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, CULVERT, policy);
        pair.server().close(pair.atServer());
        stage.settle();
        pair.client().close(pair.atClient());
        stage.settle();
        pair.server().closeListener(pair.listener());
        stage.run(500 * MS);
        final long again = pair.server().listen(SERVER);
        return new Ending(
                again < 0 ? "the restart fails with " + Errno.name((int) again) : "the restart works at once",
                again < 0
                        ? "without SO_REUSEADDR TIME-WAIT keeps the port"
                        : "SO_REUSEADDR: TIME-WAIT does not keep the port");
    }
}
