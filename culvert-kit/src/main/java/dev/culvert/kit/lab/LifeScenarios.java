package dev.culvert.kit.lab;

import static dev.culvert.kit.lab.Policy.BSD;
import static dev.culvert.kit.lab.Policy.CULVERT;
import static dev.culvert.kit.lab.Policy.LINUX;
import static dev.culvert.kit.lab.Policy.WINDOWS;
import static dev.culvert.kit.lab.Words.SECOND;
import static dev.culvert.kit.lab.Words.SERVER;

import dev.culvert.counters.StackCounter;
import dev.culvert.kit.lab.LabScenario.Act;
import dev.culvert.kit.lab.LabScenario.Ending;
import dev.culvert.kit.lab.Words.Pair;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;

/** How connections live and end, well or badly: C3 to C7, C11. */
final class LifeScenarios {
    private static final long HOUR = 3_600 * SECOND;

    private LifeScenarios() {}

    static List<LabScenario> all() {
        return List.of(halfClose(), closeWaitLeak(), linger(), crash(), silentPeer(), idleReaper());
    }

    // ------------------------------------------------------------------ C3

    private static LabScenario halfClose() {
        return LabScenario.of(
                "C3",
                "half-close",
                "One end closes, the other goes on sending",
                """
                A FIN says "no more from me", not "no more to me". Whoever has sent it waits in FIN-WAIT-2 for as long as the
                other end likes to send. Only when its application is gone altogether does nobody read any more; then FIN-WAIT-2
                is bounded (60 s, as on Linux), or a peer that never closes would hold it for ever.
                """,
                new Act(
                        "The response comes after the end of the request",
                        List.of(CULVERT),
                        LifeScenarios::slowResponse),
                new Act(
                        "The application is gone, and the peer never closes",
                        List.of(CULVERT, LINUX),
                        LifeScenarios::orphan));
    }

    private static Ending slowResponse(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        pair.client().send(pair.atClient(), "request");
        pair.client().shutdown(pair.atClient());
        stage.settle();
        pair.server().receive(pair.atServer());
        for (int i = 1; i <= 3; i++) {
            stage.run(60 * SECOND);
            pair.server().send(pair.atServer(), "part " + i + " ");
            stage.settle();
        }
        final String read = pair.client().receive(pair.atClient());
        pair.server().close(pair.atServer());
        stage.settle();
        return new Ending(
                "\"" + read + "\" was read in FIN-WAIT-2, for 180 s",
                "RFC 9293 §3.10.4, CLOSE: \"simply means I have no more to send\"");
    }

    private static Ending orphan(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        pair.client().close(pair.atClient());
        stage.settle();
        final long beganNs = stage.nowNs();
        stage.runUntil(600 * SECOND, () -> pair.client().shard().connectionCount() == 0);
        final long lastedNs = stage.nowNs() - beganNs;
        stage.run(SECOND);
        pair.server().send(pair.atServer(), "too late");
        stage.settle();
        final String error = pair.server().error(pair.atServer());
        pair.server().note("the application is told " + error);
        return new Ending(
                "FIN-WAIT-2 ends after " + Words.seconds(lastedNs) + "; who sends later is told " + error,
                "finWait2Ms, as tcp_fin_timeout: RFC 9293 knows no such timeout");
    }

    // ------------------------------------------------------------------ C4

    private static LabScenario closeWaitLeak() {
        return LabScenario.of(
                "C4",
                "close-wait-leak",
                "Thousands of connections in CLOSE-WAIT",
                """
                CLOSE-WAIT ends when our own application closes, and by no timer: if it piles up, the application has forgotten to
                close. A stack can only say so: how many, since when, and who opened them.
                """,
                new Act("The peers close, the application does not", List.of(CULVERT), LifeScenarios::leak));
    }

    private static Ending leak(final Stage stage, final Policy policy) {
        final Host client = stage.host("clients", policy);
        final Host server = stage.host("server", policy);
        final CloseWaitWatch watch = new CloseWaitWatch();
        server.watch(watch);
        stage.showPorts();
        final long listener = server.listen(SERVER);
        final List<Long> forgotten = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            final long id = client.connect(Words.CLIENT + i, server, SERVER);
            stage.settle();
            forgotten.add(server.accept(listener));
            watch.opened(Words.CLIENT + i, "the handler of port " + SERVER);
            client.close(id);
            stage.settle().run(20 * SECOND);
        }
        stage.run(HOUR);
        server.note(watch.warning(60 * SECOND, stage.nowNs()));
        final int leaked = watch.leaked(60 * SECOND, stage.nowNs());
        forgotten.forEach(server::close);
        stage.settle();
        return new Ending(
                leaked + " connections were in CLOSE-WAIT for more than an hour; after close there are "
                        + watch.leaked(0, stage.nowNs()),
                "RFC 9293 §3.3.2: CLOSE-WAIT waits for the local user, without a timeout");
    }

    // ------------------------------------------------------------------ C5

    private static LabScenario linger() {
        return LabScenario.of(
                "C5",
                "linger",
                "What SO_LINGER does to close",
                """
                Off: close returns at once, what is queued is still delivered. On with 0: close is a RST, even when nothing would
                be lost (measured on Linux), and there is no TIME-WAIT: people use it to get rid of that, and lose the last bytes of
                their responses. On with a time: close waits that long for the peer's acknowledgement, then resets.
                """,
                lingering("off: in the background", -1),
                lingering("on, 0: at once", 0),
                lingering("on, 5 s: not longer than that", 5_000));
    }

    private static Act lingering(final String title, final int ms) {
        return new Act("SO_LINGER " + title, List.of(CULVERT), (stage, policy) -> linger(stage, policy, ms));
    }

    private static Ending linger(final Stage stage, final Policy policy, final int ms) {
        final Pair pair = Words.pair(stage, policy);
        pair.client()
                .configure(
                        pair.atClient(),
                        ms < 0 ? "SO_LINGER off" : "SO_LINGER on, " + ms / 1_000 + " s",
                        c -> c.lingerMs(ms));
        if (ms > 0) {
            pair.server().vanish("cannot be reached any more");
        }
        if (ms != 0) {
            pair.client().send(pair.atClient(), "last words");
        }
        final long beganNs = stage.nowNs();
        pair.client().close(pair.atClient());
        stage.settle();
        if (ms > 0) {
            stage.runUntil(20 * SECOND, () -> pair.client().shard().connectionCount() == 0);
        }
        final boolean reset = pair.client().count(StackCounter.TcpOutRsts) > 0;
        final String after = ms > 0 ? Words.seconds(stage.nowNs() - beganNs) : "one way";
        String read = "";
        if (ms <= 0) {
            read = ", the peer reads " + pair.server().receive(pair.atServer());
            pair.server().close(pair.atServer());
            stage.settle();
        }
        return new Ending(
                (reset ? "reset after " + after : "closed in order") + read + "; TIME-WAIT rows: "
                        + pair.client().shard().timeWaitCount(),
                ms < 0
                        ? "RFC 9293 §3.10.4: a FIN follows what is queued"
                        : ms == 0
                                ? "SO_LINGER with 0: close means ABORT (RFC 9293 §3.10.5)"
                                : "SO_LINGER's time is over");
    }

    // ------------------------------------------------------------------ C6

    private static LabScenario crash() {
        final Policy impatient =
                Policy.of("user-timeout-30s", "TCP_USER_TIMEOUT of 30 s", c -> c.userTimeoutMs(30_000));
        return LabScenario.of(
                "C6",
                "crash",
                "The peer is gone without a FIN, and we send",
                """
                No FIN comes from a host whose power fails. What we send is retransmitted, each time after twice the time, until
                the stack gives up: on Linux after 15 retransmissions and 924.6 s, a little more where the round trip takes time, as
                the 20 ms here. Then the socket has its error, once; later calls find a broken pipe.
                """,
                new Act("", List.of(CULVERT, LINUX, BSD, WINDOWS, impatient), LifeScenarios::crash));
    }

    private static Ending crash(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy, CULVERT);
        pair.server().vanish("power fails");
        pair.client().send(pair.atClient(), "anybody there?");
        final long beganNs = stage.nowNs();
        stage.runUntil(2 * HOUR, () -> pair.client().state(pair.atClient()) == TcpState.CLOSED);
        final long afterNs = stage.nowNs() - beganNs;
        return new Ending(
                pair.client().receive(pair.atClient()) + " after " + Words.seconds(afterNs) + " and "
                        + pair.client().count(StackCounter.TcpRetransSegs) + " retransmissions",
                policy.tcp().userTimeoutMs() > 0
                        ? "RFC 5482: the user timeout"
                        : "RFC 9293 §3.8.3: R2, " + policy.tcp().retries2() + " retransmissions");
    }

    // ------------------------------------------------------------------ C7

    private static LabScenario silentPeer() {
        final Policy keepAlive = Policy.of("keepalive", "SO_KEEPALIVE with its defaults", c -> c.keepAlive(true));
        final Policy soon = Policy.of(
                "keepalive-10s",
                "SO_KEEPALIVE after 10 s, every 5 s, TCP_USER_TIMEOUT of 20 s",
                c -> c.keepAlive(true)
                        .keepAliveIdleMs(10_000)
                        .keepAliveIntervalMs(5_000)
                        .userTimeoutMs(20_000));
        return LabScenario.of(
                "C7",
                "silent-peer",
                "The peer is gone, and nobody sends",
                """
                Two ends that say nothing cannot tell a silent peer from a dead one: without keepalive a connection lives for ever
                (RFC 9293 §3.8.4 has it off by default, and not before two hours). A user timeout finds it sooner.
                """,
                new Act("", List.of(soon, keepAlive, CULVERT), LifeScenarios::silence));
    }

    private static Ending silence(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy, CULVERT);
        pair.server().vanish("power fails");
        final long beganNs = stage.nowNs();
        final boolean found = stage.runUntil(24 * HOUR, () -> pair.client().state(pair.atClient()) == TcpState.CLOSED);
        if (!found) {
            return new Ending("nothing is noticed within 24 h", "keepalive is off: RFC 9293 §3.8.4, MUST-25");
        }
        return new Ending(
                pair.client().receive(pair.atClient()) + " after " + Words.seconds(stage.nowNs() - beganNs) + " and "
                        + pair.client().count(StackCounter.TcpExtTCPKeepAlive) + " probes",
                policy.tcp().userTimeoutMs() > 0
                        ? "RFC 5482: the user timeout, in place of the number of probes"
                        : "RFC 9293 §3.8.4: keepAliveProbes of them were not answered");
    }

    // ------------------------------------------------------------------ C11

    private static LabScenario idleReaper() {
        return LabScenario.of(
                "C11",
                "idle-reaper",
                "A server that closes idle clients collects TIME-WAIT",
                """
                Who closes first holds TIME-WAIT. A server that reaps idle clients, or those that break the protocol, closes first,
                and wonders where its TIME-WAIT comes from. Resetting the illegal ones (SO_LINGER with 0) leaves none behind.
                """,
                new Act(
                        "Two idle clients, an illegal one, and one that closes itself",
                        List.of(CULVERT),
                        LifeScenarios::reap));
    }

    private static Ending reap(final Stage stage, final Policy policy) {
        final Host client = stage.host("clients", policy);
        final Host server = stage.host("server", policy);
        stage.showPorts();
        final long listener = server.listen(SERVER);
        final List<Long> clients = new ArrayList<>();
        final List<Long> accepted = new ArrayList<>();
        stage.unseen(client, "four clients connect, from ports 4000 to 4003", () -> {
            for (int i = 0; i < 4; i++) {
                clients.add(client.connect(Words.CLIENT + i, server, SERVER));
                stage.settle();
                accepted.add(server.accept(listener));
            }
        });
        stage.run(300 * SECOND);
        server.note("closes two that were idle for 300 s");
        for (int i = 0; i < 2; i++) {
            server.close(accepted.get(i));
            stage.settle();
            client.close(clients.get(i));
            stage.settle();
        }
        client.send(clients.get(2), "GARBAGE");
        stage.settle();
        server.note("resets one that breaks the protocol");
        server.abort(accepted.get(2));
        stage.settle();
        client.close(clients.get(3));
        stage.settle();
        server.close(accepted.get(3));
        stage.settle();
        return new Ending(
                "TIME-WAIT at the server: " + server.waiting() + ", at the clients: "
                        + client.shard().timeWaitCount() + ", resets: " + resets(stage, server),
                "TIME-WAIT is with who closes first (RFC 9293 §3.6); a RST leaves none");
    }

    private static int resets(final Stage stage, final Host host) {
        return (int) stage.sentBy(host).filter(s -> s.has(Segment.RST)).count();
    }
}
