package dev.culvert.kit.lab;

import static dev.culvert.kit.lab.Policy.BSD;
import static dev.culvert.kit.lab.Policy.CULVERT;
import static dev.culvert.kit.lab.Policy.LINUX;
import static dev.culvert.kit.lab.Policy.LINUX_REUSE;
import static dev.culvert.kit.lab.Policy.RFC;
import static dev.culvert.kit.lab.Policy.STRICT;
import static dev.culvert.kit.lab.Policy.TIMESTAMP;
import static dev.culvert.kit.lab.Policy.WINDOWS;
import static dev.culvert.kit.lab.Words.CLIENT;
import static dev.culvert.kit.lab.Words.DATA;
import static dev.culvert.kit.lab.Words.MS;
import static dev.culvert.kit.lab.Words.SECOND;
import static dev.culvert.kit.lab.Words.SERVER;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.lab.LabScenario.Act;
import dev.culvert.kit.lab.LabScenario.Ending;
import dev.culvert.kit.lab.Words.Pair;
import dev.culvert.tcp.Reopening;
import dev.culvert.tcp.TcpState;
import java.util.List;

/** TIME-WAIT and who may use its 4-tuple again: TW1, TW2, TW4, TW5. */
final class TimeWaitScenarios {
    private TimeWaitScenarios() {}

    static List<LabScenario> all() {
        return List.of(exitChat(), serverCloses(), assassination(), oldDuplicateSyn());
    }

    // ------------------------------------------------------------------ TW1

    private static LabScenario exitChat() {
        final List<Policy> policies = List.of(CULVERT, STRICT, LINUX, LINUX_REUSE, TIMESTAMP, RFC, BSD, WINDOWS);
        return LabScenario.of(
                "TW1",
                "exit-chat",
                "A client with a port of its own closes first and comes back",
                """
                A program binds a fixed local port, talks to a server, closes, is started again and cannot connect: its old
                connection is in TIME-WAIT, since it closed first. Windows XP refused for minutes. Linux refuses the bind unless
                SO_REUSEADDR is set, and then lets connect use the 4-tuple again, as long as both ends had timestamps.
                """,
                new Act("The program starts again at once", policies, TimeWaitScenarios::again),
                new Act("The stack chooses the port, and this is the only one", policies, TimeWaitScenarios::onePort));
    }

    private static void clientCloses(final Stage stage, final Pair pair) {
        pair.client().close(pair.atClient());
        stage.settle();
        pair.server().close(pair.atServer());
        stage.settle();
    }

    private static Ending again(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage.showTimestamps(), policy);
        clientCloses(stage, pair);
        stage.run(100 * MS);
        pair.client().bind(CLIENT, false);
        pair.client().bind(CLIENT, true);
        final long again = pair.client().connect(CLIENT, pair.server(), SERVER);
        stage.settle();
        if (again < 0) {
            return new Ending(
                    "connect fails with " + Errno.name((int) -again),
                    "RFC 9293 MUST-13: the 4-tuple rests for 2 MSL; the error names who holds it");
        }
        return new Ending(
                "connected again " + (pair.client().state(again) == TcpState.ESTABLISHED ? "at once" : "not"),
                "both ends had timestamps, and ours has moved on since the last segment of the old connection;"
                        + " the SYN-ACK proved that the peer is newer too");
    }

    /** Reuse where nobody named the port. */
    private static Ending onePort(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, policy);
        clientCloses(stage, pair);
        pair.client().shard().ephemeralPorts(CLIENT, CLIENT);
        final long[] pausesNs = {MS, 999 * MS, policy.tcp().timeWaitMs() * MS};
        long waitedNs = 0;
        for (final long pauseNs : pausesNs) {
            stage.run(pauseNs);
            waitedNs += pauseNs;
            final long again = pair.client().connect(0, pair.server(), SERVER);
            stage.settle();
            if (again > 0) {
                return new Ending(
                        "connected after " + Words.seconds(waitedNs),
                        waitedNs < policy.tcp().timeWaitMs() * MS
                                ? "timeWaitReuse: our timestamps have moved on by the delay that is set"
                                : "MUST-13: not before 2 MSL were over");
            }
        }
        return new Ending("never connected", "");
    }

    // ------------------------------------------------------------------ TW2

    private static LabScenario serverCloses() {
        final List<Policy> policies = List.of(CULVERT, STRICT, LINUX, BSD);
        return LabScenario.of(
                "TW2",
                "server-closes",
                "The server closes first, and the client's port comes back",
                """
                A server that closes first holds TIME-WAIT. Behind a load balancer the same client port soon comes again: the new
                SYN meets the old connection's TIME-WAIT. It may open the connection anew when it proves to be newer than
                everything that the old connection sent: by its sequence number (RFC 1122 §4.2.2.13) or by its timestamp (RFC
                6191). Data of the old connection that arrives afterwards must not get in.
                """,
                new Act("With timestamps", policies, (stage, policy) -> serverCloses(stage, policy, true)),
                new Act("Without timestamps", policies, (stage, policy) -> serverCloses(stage, policy, false)));
    }

    private static Ending serverCloses(final Stage stage, final Policy policy, final boolean timestamps) {
        if (timestamps) {
            stage.showTimestamps();
        }
        final Policy ofClient = CULVERT.and(c -> c.mslMs(1).timestamps(timestamps));
        final Pair pair = Words.pair(stage, ofClient, policy.and(c -> c.timestamps(timestamps)));
        pair.client().send(pair.atClient(), "old");
        stage.settle();
        pair.server().receive(pair.atServer());
        pair.server().close(pair.atServer());
        stage.settle();
        pair.client().close(pair.atClient());
        stage.settle().run(5 * SECOND);
        final long again = pair.client().connect(CLIENT, pair.server(), SERVER);
        stage.settle();
        final long accepted = pair.server().accept(pair.listener());
        if (accepted < 0) {
            return new Ending(
                    "not connected: the SYN is answered by an ACK of the old connection",
                    "no rule for reopening is on; the client resets the old connection or waits for 2 MSL");
        }
        stage.again(stage.first(pair.client(), DATA));
        stage.settle();
        pair.client().send(again, "new");
        stage.settle();
        final String got = pair.server().receive(accepted);
        return new Ending(
                "connected in one round trip; the new connection reads \"" + got + "\"",
                timestamps && policy.tcp().reopening() != Reopening.SEQUENCE
                        ? "RFC 6191: the SYN's timestamp is above TS.Recent of the old connection"
                        : "RFC 1122 §4.2.2.13: the SYN's number is above all of the old connection");
    }

    // ------------------------------------------------------------------ TW4

    private static LabScenario assassination() {
        final List<Policy> policies = List.of(CULVERT, LINUX);
        return LabScenario.of(
                "TW4",
                "assassination",
                "A stray segment ends TIME-WAIT: the hazards of RFC 1337",
                """
                An old segment that arrives in TIME-WAIT is answered by an ACK. A peer that is long CLOSED answers this ACK by a
                RST, and the RST kills TIME-WAIT: it has been assassinated, and what it should have kept out can get in (H1: old
                data, H2: an old ACK, H3: a RST by itself). RFC 1337 ignores RST in TIME-WAIT. Linux has the switch, off.
                """,
                new Act("H1: old data", policies, (stage, policy) -> hazard(stage, policy, Hazard.DATA)),
                new Act("H2: an old ACK", policies, (stage, policy) -> hazard(stage, policy, Hazard.ACK)),
                new Act("H3: a RST", policies, (stage, policy) -> hazard(stage, policy, Hazard.RST)));
    }

    private enum Hazard {
        DATA,
        ACK,
        RST
    }

    private static Ending hazard(final Stage stage, final Policy policy, final Hazard hazard) {
        final Pair pair = Words.pair(stage, CULVERT, policy);
        pair.client().send(pair.atClient(), "old");
        stage.settle();
        pair.server().receive(pair.atServer());
        pair.server().close(pair.atServer());
        stage.settle();
        pair.client().close(pair.atClient());
        stage.settle().run(5 * SECOND);
        switch (hazard) {
            case DATA -> stage.again(stage.first(pair.client(), DATA));
            case ACK -> stage.again(stage.first(pair.client(), Words.BARE_ACK));
            case RST -> stage.ghost(pair.client(), Ghosts.ends(pair), Ghosts.rstOf(stage, pair));
        }
        stage.settle();
        final boolean survived = pair.server().shard().timeWaitCount() == 1;
        pair.server().note(survived ? "TIME-WAIT goes on" : "TIME-WAIT is gone, 55 s early");
        final long resets = pair.server().shard().counters().get(DropReason.TCP_TIMEWAIT_RST);
        return new Ending(
                survived ? "the record survives " + resets + " RST" : "the record is gone after " + resets + " RST",
                survived ? "RFC 1337 §3, fix 3: RST is ignored in TIME-WAIT" : "RFC 9293 §3.10.7.4: RST, enter CLOSED");
    }

    // ------------------------------------------------------------------ TW5

    private static LabScenario oldDuplicateSyn() {
        final List<Policy> policies = List.of(CULVERT, RFC, STRICT);
        return LabScenario.of(
                "TW5",
                "old-duplicate-syn",
                "The SYN that reopened TIME-WAIT was an old duplicate",
                """
                RFC 1122 §4.2.2.13, rule (2): who reopens TIME-WAIT must "return to TIME-WAIT state if the SYN turns out to be an
                old duplicate". The peer knows nothing of it and answers the SYN-ACK by a RST. Linux says in a comment that it
                does not follow this rule. Culvert keeps the record as a shadow until the handshake is complete.
                """,
                new Act("", policies, TimeWaitScenarios::oldDuplicateSyn));
    }

    private static Ending oldDuplicateSyn(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(stage, CULVERT.and(c -> c.mslMs(1).timestamps(false)), policy);
        pair.server().close(pair.atServer());
        stage.settle();
        pair.client().close(pair.atClient());
        stage.settle();
        final long beganNs = stage.nowNs();
        stage.run(40 * SECOND);
        stage.ghost(pair.client(), Ghosts.ends(pair), Ghosts.later(stage, pair, 1_000));
        stage.settle();
        final boolean waits = pair.server().shard().timeWaitCount() == 1;
        stage.runUntil(600 * SECOND, () -> pair.server().shard().timeWaitCount() == 0);
        final long lastedNs = stage.nowNs() - beganNs;
        return new Ending(
                (waits ? "back in TIME-WAIT" : "TIME-WAIT is lost") + ", which lasted " + Words.seconds(lastedNs)
                        + " in all",
                pair.server().count(StackCounter.TcpExtTWRecycled) > 0
                        ? "RFC 1122 §4.2.2.13 (2): the RST brings the record back with its old deadline"
                        : "the SYN does not reopen: no rule for it is on");
    }
}
