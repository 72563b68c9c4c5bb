package dev.culvert.kit.lab;

import static dev.culvert.kit.lab.Policy.CULVERT;
import static dev.culvert.kit.lab.Words.CLIENT;
import static dev.culvert.kit.lab.Words.SECOND;
import static dev.culvert.kit.lab.Words.SERVER;

import dev.culvert.kit.lab.LabScenario.Act;
import dev.culvert.kit.lab.LabScenario.Ending;
import dev.culvert.kit.lab.LabScenario.Scene;
import dev.culvert.kit.lab.Words.Pair;
import dev.culvert.tcp.TcpState;
import java.util.List;

/** The figures of RFC 9293 §3.5 and §3.6: C10. */
final class FigureScenarios {
    private FigureScenarios() {}

    static List<LabScenario> all() {
        return List.of(LabScenario.of(
                "C10",
                "figure-sequence",
                "The figures of RFC 9293, as they are played",
                """
                The specification explains opening, closing and recovery by figures. Here the stack plays them.
                `docs/connections.md` has them too, out of an exploration of every path.
                """,
                figure("Figures 6 and 12: three-way handshake, normal close", FigureScenarios::normal),
                figure("Figure 7: simultaneous open", FigureScenarios::simultaneousOpen),
                figure("Figure 8: recovery from an old duplicate SYN", FigureScenarios::oldDuplicate),
                figure("Figure 9: half-open, discovered by the end that crashed", FigureScenarios::crashedEndOpens),
                figure("Figure 10: half-open, discovered by the end that sends", FigureScenarios::otherEndSends),
                figure("Figure 11: an old duplicate SYN between two that listen", FigureScenarios::bothListen),
                figure("Figure 13: simultaneous close", FigureScenarios::simultaneousClose)));
    }

    private static Act figure(final String title, final Scene scene) {
        return new Act(title, List.of(CULVERT), scene);
    }

    /** What is left when everything is over. */
    private static Ending ends(final Stage stage, final Host a, final Host b, final String rule) {
        stage.run(240 * SECOND);
        final int left = a.shard().connectionCount()
                + b.shard().connectionCount()
                + a.shard().timeWaitCount()
                + b.shard().timeWaitCount()
                + a.shard().halfOpenCount()
                + b.shard().halfOpenCount();
        return new Ending(left + " connections are left", rule);
    }

    private static void close(final Stage stage, final Pair pair) {
        pair.client().close(pair.atClient());
        stage.settle();
        pair.server().close(pair.atServer());
        stage.settle();
    }

    private static Ending normal(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        close(stage, pair);
        return ends(stage, pair.client(), pair.server(), "RFC 9293 §3.5 and §3.6");
    }

    private static Ending simultaneousOpen(final Stage stage, final Policy policy) {
        final Host a = stage.host("A", policy);
        final Host b = stage.host("B", policy);
        final long ofA = a.connect(CLIENT, b, SERVER);
        final long ofB = b.connect(SERVER, a, CLIENT);
        stage.settle();
        final boolean both = a.state(ofA) == TcpState.ESTABLISHED && b.state(ofB) == TcpState.ESTABLISHED;
        return new Ending(
                both ? "one connection, open at both ends" : "not open",
                "RFC 9293 §3.10.7.3, SYN-SENT, SYN without ACK: enter SYN-RECEIVED");
    }

    private static Ending oldDuplicate(final Stage stage, final Policy policy) {
        final Host a = stage.host("A", policy);
        final Host b = stage.host("B", policy);
        final long listener = b.listen(SERVER);
        stage.lose(a, Words.SYN);
        final long id = a.connect(CLIENT, b, SERVER);
        stage.ghost(a, Ghosts.ends(a, b), Ghosts.syn(stage.first(a, Words.SYN).segment().seq - 10));
        stage.settle().run(SECOND);
        stage.settle();
        final boolean open = a.state(id) == TcpState.ESTABLISHED && b.accept(listener) > 0;
        return new Ending(
                open ? "only the new connection is open" : "not open",
                "RFC 9293 §3.10.7.3, SYN-SENT: an unacceptable ACK is answered by a RST");
    }

    private static Ending crashedEndOpens(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        pair.client().restart();
        stage.run(SECOND);
        final long again = pair.client().connect(CLIENT, pair.server(), SERVER);
        stage.settle().run(SECOND);
        stage.settle();
        return new Ending(
                "the old connection is " + pair.server().state(pair.atServer()) + " with "
                        + pair.server().error(pair.atServer()) + ", the new one "
                        + pair.client().state(again),
                "RFC 5961 §4.2: a SYN on a connection is answered by an ACK, which the other end resets");
    }

    private static Ending otherEndSends(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        pair.client().restart();
        stage.run(SECOND);
        pair.server().send(pair.atServer(), "still there?");
        stage.settle();
        return new Ending(
                "the connection is " + pair.server().state(pair.atServer()) + " with "
                        + pair.server().error(pair.atServer()),
                "RFC 9293 §3.10.7.1: CLOSED answers by a RST");
    }

    private static Ending bothListen(final Stage stage, final Policy policy) {
        final Host a = stage.host("A", policy);
        final Host b = stage.host("B", policy);
        a.listen(CLIENT);
        b.listen(SERVER);
        stage.ghost(a, Ghosts.ends(a, b), Ghosts.syn(1_000_000));
        stage.settle();
        return ends(
                stage, a, b, "RFC 9293 §3.10.7.2, LISTEN, ACK: a RST; §3.10.7.4, SYN-RECEIVED, RST: return to LISTEN");
    }

    private static Ending simultaneousClose(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        pair.client().close(pair.atClient());
        pair.server().close(pair.atServer());
        stage.settle();
        return ends(stage, pair.client(), pair.server(), "RFC 9293 §3.10.7.4, FIN-WAIT-1, FIN: enter CLOSING");
    }
}
