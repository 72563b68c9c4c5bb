package dev.culvert.kit.lab;

import static dev.culvert.kit.lab.Policy.BSD;
import static dev.culvert.kit.lab.Policy.CULVERT;
import static dev.culvert.kit.lab.Policy.RFC;
import static dev.culvert.kit.lab.Policy.WINDOWS;
import static dev.culvert.kit.lab.Words.SECOND;
import static dev.culvert.kit.lab.Words.SERVER;

import dev.culvert.counters.StackCounter;
import dev.culvert.kit.lab.LabScenario.Act;
import dev.culvert.kit.lab.LabScenario.Ending;
import dev.culvert.kit.lab.Words.Pair;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TimeWaitOverflow;
import java.util.List;
import java.util.Locale;

/** How TIME-WAIT begins, how long it lasts, what it costs: TW6, TW8, TW9, TW15. */
final class ClosingScenarios {
    private static final int CAP = 2;

    private ClosingScenarios() {}

    static List<LabScenario> all() {
        return List.of(lostLastAck(), simultaneousClose(), buckets(), memory());
    }

    // ------------------------------------------------------------------ TW6

    private static LabScenario lostLastAck() {
        final Policy shortest = Policy.of("msl-1ms", "an MSL of 1 ms", c -> c.mslMs(1));
        return LabScenario.of(
                "TW6",
                "lost-last-ack",
                "The last ACK is lost",
                """
                Who closes first sends the last ACK, and nobody acknowledges an ACK. When it is lost the peer, in LAST-ACK, sends
                its FIN again, and somebody must still be there to answer it. That is the first of TIME-WAIT's two purposes. Where
                it is cut short a RST meets LAST-ACK. When only the FIN waited for its ACK, the RFC's peer enters CLOSED without a
                word, while Linux's application reads ECONNRESET. When that ACK was to acknowledge text as well, nobody can know
                whether the text arrived, and the application reads ECONNRESET here too.
                """,
                new Act(
                        "Only the FIN waits for it",
                        List.of(CULVERT, RFC, BSD, WINDOWS, shortest),
                        ClosingScenarios::lostLastAck),
                new Act(
                        "The peer's last text waits for it",
                        List.of(CULVERT, shortest),
                        ClosingScenarios::lostLastText));
    }

    private static Ending lostLastText(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy, CULVERT);
        pair.client().shutdown(pair.atClient());
        stage.settle();
        stage.lose(pair.client(), Words.BARE_ACK).lose(pair.client(), Words.BARE_ACK); // of the text, of the FIN
        pair.server().send(pair.atServer(), "goodbye");
        pair.server().shutdown(pair.atServer()); // unlike close this leaves somebody to be told
        stage.settle();
        stage.run(SECOND);
        final String told = pair.server().error(pair.atServer());
        pair.server().note("the application is told " + told);
        return new Ending(
                "OK".equals(told) ? "the peer sees a clean end" : "the peer is told " + told,
                "OK".equals(told)
                        ? "RFC 9293 §3.10.7.4, TIME-WAIT, FIN: acknowledge it, restart the 2 MSL timeout"
                        : "RFC 9293 §3.10.7.4, LAST-ACK, RST, told since text is outstanding (docs/adr/0018)");
    }

    private static Ending lostLastAck(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy, CULVERT);
        pair.client().close(pair.atClient());
        stage.settle();
        stage.lose(pair.client(), Words.BARE_ACK);
        pair.server().close(pair.atServer());
        stage.settle();
        final long beganNs = stage.nowNs();
        stage.runUntil(600 * SECOND, () -> pair.client().shard().timeWaitCount() == 0);
        final long lastedNs = stage.nowNs() - beganNs;
        stage.run(SECOND);
        final boolean clean = pair.client().count(StackCounter.TcpOutRsts) == 0;
        return new Ending(
                (clean ? "the peer's FIN is acknowledged" : "the peer is reset in LAST-ACK") + "; TIME-WAIT lasted "
                        + Words.seconds(lastedNs),
                clean
                        ? "RFC 9293 §3.10.7.4, TIME-WAIT, FIN: acknowledge it, restart the 2 MSL timeout"
                        : "RFC 9293 §3.10.7.1: the FIN meets CLOSED and is answered by a RST");
    }

    // ------------------------------------------------------------------ TW8

    private static LabScenario simultaneousClose() {
        return LabScenario.of(
                "TW8",
                "simultaneous-close",
                "Both ends close at once",
                """
                Two FINs cross on the wire (RFC 9293 figure 13). Each end gets the other's FIN before the ACK of its own, passes
                through CLOSING, and both end in TIME-WAIT. When the FIN brings the ACK of ours along, FIN-WAIT-1 goes straight to
                TIME-WAIT.
                """,
                new Act("Two FINs cross", List.of(CULVERT), ClosingScenarios::finsCross),
                new Act("FIN and ACK in one segment", List.of(CULVERT), ClosingScenarios::finWithAck));
    }

    private static Ending finsCross(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        pair.client().close(pair.atClient());
        pair.server().close(pair.atServer());
        stage.settle();
        final int waiting =
                pair.client().shard().timeWaitCount() + pair.server().shard().timeWaitCount();
        stage.run(60 * SECOND);
        return new Ending(waiting + " ends in TIME-WAIT", "RFC 9293 §3.10.7.4, FIN-WAIT-1, FIN: enter CLOSING");
    }

    private static Ending finWithAck(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        stage.lose(pair.server(), Words.BARE_ACK);
        pair.client().close(pair.atClient());
        stage.settle();
        pair.server().close(pair.atServer());
        stage.settle();
        return new Ending(
                "client: " + pair.client().shard().timeWaitCount() + " in TIME-WAIT, server: "
                        + pair.server().shard().timeWaitCount(),
                "RFC 9293 §3.10.7.4: its ACK (fifth step) leads to FIN-WAIT-2, its FIN (eighth) to TIME-WAIT, in one go");
    }

    // ------------------------------------------------------------------ TW9

    private static LabScenario buckets() {
        return LabScenario.of(
                "TW9",
                "buckets",
                "The cap on TIME-WAIT is reached",
                """
                A table has an end. Linux ends the newcomer without TIME-WAIT (`tcp_max_tw_buckets`, TCPTimeWaitOverflow), the
                BSDs let the oldest go. Culvert's default cap is what memory holds, 48 bytes each; here it is 2.
                """,
                new Act(
                        "Three connections, room for two",
                        List.of(
                                overflow("drop-new", "the newcomer goes", TimeWaitOverflow.DROP_NEW),
                                overflow("drop-oldest", "the oldest goes", TimeWaitOverflow.DROP_OLDEST),
                                overflow("reset", "the newcomer's peer is reset", TimeWaitOverflow.RESET)),
                        ClosingScenarios::buckets));
    }

    private static Policy overflow(final String name, final String meaning, final TimeWaitOverflow what) {
        return new Policy(name, meaning, c -> c, 0, what);
    }

    private static Ending buckets(final Stage stage, final Policy policy) {
        final Host server = stage.host("server", policy.withRoom(CAP));
        final Host client = stage.host("client", CULVERT);
        stage.showPorts();
        final long listener = server.listen(SERVER);
        int reset = 0;
        for (int i = 1; i <= CAP + 1; i++) {
            final long id = client.connect(Words.CLIENT + i, server, SERVER);
            stage.settle();
            server.close(server.accept(listener));
            stage.settle();
            client.close(id);
            stage.settle().run(SECOND);
            reset += stage.last(server, s -> true).segment().has(Segment.RST) ? 1 : 0;
            server.note("in TIME-WAIT: " + server.waiting());
        }
        return new Ending(
                "kept: " + server.waiting() + ", " + reset + " peers were reset, TCPTimeWaitOverflow = "
                        + server.count(StackCounter.TcpExtTCPTimeWaitOverflow),
                "timeWaitOverflow = " + policy.overflow() + " at maxTimeWait = " + CAP);
    }

    // ------------------------------------------------------------------ TW15

    private static LabScenario memory() {
        return new LabScenario(
                "TW15",
                "memory",
                "What TIME-WAIT costs in memory",
                """
                "10,000 TIME_WAIT take 1 MB", people say; Linux takes 2.5 MB (measured on 6.18), gVisor at least 15 MB. A control
                block with two buffers is far more. Culvert gives block and buffers back when TIME-WAIT begins, and keeps a row of
                40 bytes with 5 to 6 bytes of index; expiry needs none.
                """,
                List.of(new Act("One connection", List.of(CULVERT), ClosingScenarios::oneRecord)),
                List.of(Measurements::memory));
    }

    private static Ending oneRecord(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        pair.client().send(pair.atClient(), "x".repeat(1_000));
        stage.settle();
        pair.server().receive(pair.atServer());
        tellMemory(pair.client());
        pair.client().close(pair.atClient());
        stage.settle();
        pair.server().close(pair.atServer());
        stage.settle();
        tellMemory(pair.client());
        return new Ending(
                pair.client().shard().connectionCount() + " control blocks, "
                        + pair.client().shard().buffersInUse() + " buffers, "
                        + pair.client().shard().timeWaitCount() + " row",
                "entering TIME-WAIT releases the control block and both buffers");
    }

    private static void tellMemory(final Host host) {
        host.note(String.format(
                Locale.ROOT,
                "control blocks %d, buffers %d, TIME-WAIT rows %d",
                host.shard().connectionCount(),
                host.shard().buffersInUse(),
                host.shard().timeWaitCount()));
    }
}
