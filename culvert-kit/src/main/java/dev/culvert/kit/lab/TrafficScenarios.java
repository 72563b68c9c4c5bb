package dev.culvert.kit.lab;

import static dev.culvert.kit.lab.Policy.CULVERT;
import static dev.culvert.kit.lab.Policy.LINUX_REUSE;
import static dev.culvert.kit.lab.Policy.TIMESTAMP;
import static dev.culvert.kit.lab.Words.MS;
import static dev.culvert.kit.lab.Words.SERVER;

import dev.culvert.counters.DropReason;
import dev.culvert.env.Errno;
import dev.culvert.kit.lab.LabScenario.Act;
import dev.culvert.kit.lab.LabScenario.Ending;
import dev.culvert.kit.lab.Words.Pair;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** What many connections make of TIME-WAIT: TW3, TW7, TW10 to TW13. */
final class TrafficScenarios {
    private static final int OLD_BYTES = 60_000;
    private static final int NEW_BYTES = 30_000;

    private TrafficScenarios() {}

    static List<LabScenario> all() {
        return List.of(implicitBind(), wanderingDuplicate(), recycle(), lbChurn(), audiolog(), pileUp());
    }

    // ------------------------------------------------------------------ TW3

    private static LabScenario implicitBind() {
        return new LabScenario(
                "TW3",
                "implicit-bind",
                "The stack chooses the port",
                """
                A client that names no port gets an ephemeral one. The choice must leave out what is in TIME-WAIT towards this
                destination, and must not become slow when nearly everything is: Linux walks the range. Here the range has two
                ports; the chart is of the whole range. What a choice costs in time `culvert bench EphemeralPort` measures.
                """,
                List.of(new Act(
                        "Three connections, two ports",
                        List.of(CULVERT, LINUX_REUSE, TIMESTAMP),
                        TrafficScenarios::implicitBind)),
                List.of(PortSearch::chart));
    }

    private static Ending implicitBind(final Stage stage, final Policy policy) {
        final Host client = stage.host("client", policy);
        final Host server = stage.host("server", CULVERT);
        stage.showPorts();
        client.shard().ephemeralPorts(Words.CLIENT, Words.CLIENT + 1);
        final long listener = server.listen(SERVER);
        final List<String> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            final long id = client.connect(0, server, SERVER);
            ports.add(
                    id < 0
                            ? Errno.name((int) id)
                            : Integer.toString(client.shard().flow(id).localPort()));
            if (id > 0) {
                stage.settle();
                client.close(id);
                stage.settle();
                server.close(server.accept(listener));
                stage.settle().run(10 * MS);
            }
        }
        final boolean refused = ports.get(2).startsWith("E");
        return new Ending(
                "chosen were " + String.join(", ", ports),
                refused
                        ? "RFC 6056 algorithm 4 over what is free: a 4-tuple in TIME-WAIT is not, unless timeWaitReuse is on"
                        : "timeWaitReuse: a 4-tuple in TIME-WAIT may be had again after "
                                + policy.tcp().timeWaitReuseDelayMs() + " ms");
    }

    // ------------------------------------------------------------------ TW7

    private static LabScenario wanderingDuplicate() {
        final Policy noTimestamps = Policy.of("no-timestamps", "TIME-WAIT alone", c -> c.timestamps(false));
        final Policy none = Policy.of(
                "nothing",
                "neither timestamps nor TIME-WAIT (MSL of 1 ms)",
                c -> c.timestamps(false).mslMs(1));
        return new LabScenario(
                "TW7",
                "wandering-duplicate",
                "An old segment in a new connection",
                """
                A segment is held up in the network, its connection ends, the same 4-tuple is opened anew, and then the segment
                arrives. It "needs window overlap, very unlikely", people say. The initial sequence numbers move by 250 kB/s (RFC
                6528); a connection that was faster than this leaves numbers behind that are still ahead of the next one.
                """,
                List.of(new Act(
                        "60,000 bytes in 80 ms, and one of its segments later",
                        List.of(CULVERT, noTimestamps, none),
                        TrafficScenarios::wanderingDuplicate)),
                List.of(Duplicates::chart));
    }

    private static Ending wanderingDuplicate(final Stage stage, final Policy policy) {
        final Pair pair = Words.pair(
                stage, CULVERT.and(c -> c.mslMs(1).timestamps(policy.tcp().timestamps())), policy);
        stage.unseen(pair.client(), "60,000 bytes of the old connection", () -> {
            pair.client().send(pair.atClient(), "o".repeat(OLD_BYTES));
            stage.settle();
            pair.server().receive(pair.atServer());
        });
        pair.server().close(pair.atServer());
        stage.settle();
        pair.client().close(pair.atClient());
        stage.settle().run(10 * MS);
        final Pair next = Words.open(stage, pair.client(), pair.server(), pair.listener());
        if (next.atServer() < 0) {
            return new Ending(
                    "no old byte: the new connection cannot begin yet",
                    "TIME-WAIT: the SYN's number is not above all of the old connection (RFC 1122 §4.2.2.13)");
        }
        final int iss = stage.last(pair.client(), Words.SYN).segment().seq;
        stage.again(stage.first(pair.client(), s -> s.len > 1_000 && s.seq - iss > 2_000 && s.seq - iss < 20_000));
        stage.settle();
        final StringBuilder read = new StringBuilder();
        stage.unseen(pair.client(), "30,000 bytes of the new connection", () -> {
            pair.client().send(next.atClient(), "n".repeat(NEW_BYTES));
            stage.settle();
            read.append(pair.server().receive(next.atServer()));
        });
        final long old = read.chars().filter(c -> c == 'o').count();
        pair.server().note("read: " + (read.length() - old) + " new bytes, " + old + " old ones");
        final long paws = pair.server().shard().counters().get(DropReason.TCP_RFC7323_PAWS);
        return new Ending(
                old == 0 ? "no old byte is read" : old + " old bytes are read as new ones",
                paws > 0
                        ? "PAWS, RFC 7323 §5.3: its timestamp is older than TS.Recent"
                        : "nothing but the window, and the segment is inside");
    }

    // ------------------------------------------------------------------ TW10

    private static LabScenario recycle() {
        final Policy recycle = Policy.of("recycle", "as tcp_tw_recycle: one timestamp for each host", c -> c);
        return LabScenario.of(
                "TW10",
                "recycle",
                "One timestamp for all behind one address",
                """
                Until 4.12 Linux had tcp_tw_recycle: no TIME-WAIT, but the last timestamp of each host, and SYNs with an older
                one were dropped in silence. Behind one NAT address are many hosts with many clocks, and since timestamps have a
                random offset for each connection even one host has many. Culvert has it only here, in front of the stack.
                """,
                new Act("Two clients behind one NAT", List.of(recycle, CULVERT), TrafficScenarios::recycle));
    }

    private static Ending recycle(final Stage stage, final Policy policy) {
        final Host first = stage.host("client a", CULVERT);
        final Host second = stage.host("client b", CULVERT);
        final Host server = stage.host("server", policy);
        final RecycleGate gate = new RecycleGate();
        stage.showPorts().translate(IpAddress.parse("10.83.0.99"), first, second);
        if (policy.name().equals("recycle")) {
            stage.gate(server, gate);
        }
        final long listener = server.listen(SERVER);
        int connected = 0;
        for (int i = 0; i < 4; i++) {
            final Host client = i % 2 == 0 ? first : second;
            final long id = client.connect(Words.CLIENT + i, server, SERVER);
            stage.settle();
            final long accepted = server.accept(listener);
            if (accepted < 0) {
                client.abort(id);
                continue;
            }
            connected++;
            server.close(accepted);
            stage.settle();
            client.close(id);
            stage.settle();
        }
        return new Ending(
                connected + " of 4 connections, " + gate.dropped() + " SYNs lost without a word",
                gate.dropped() > 0
                        ? "the SYN's timestamp is older than the last one from that address, of another connection"
                        : "each 4-tuple is judged by its own record");
    }

    // ------------------------------------------------------------------ TW11

    private static LabScenario lbChurn() {
        return new LabScenario(
                "TW11",
                "lb-churn",
                "One load balancer, one destination, and the server closes first",
                """
                One source address, 65 k ports and 240 s of TIME-WAIT make about 270 connections/s, says the arithmetic; people
                measured 600/s. The arithmetic holds only where a SYN cannot reopen TIME-WAIT. Here with 100 ports and 2 s.
                """,
                List.of(),
                List.of(Measurements::lbChurn));
    }

    // ------------------------------------------------------------------ TW12

    private static LabScenario audiolog() {
        return new LabScenario(
                "TW12",
                "audiolog",
                "A burst of short outgoing connections",
                """
                A host opens millions of short connections to one service and closes each first. All ports end up in TIME-WAIT:
                28,232 ports and 60 s make 470 connections/s. Linux's tcp_tw_reuse lets a port be used again after a second:
                28,232/s. Culvert waits for its own timestamp clock to move on, 1 ms, and has the peer prove that it is newer too.
                Here with 100 ports and 1,000 attempts a second.
                """,
                List.of(),
                List.of(Measurements::audiolog));
    }

    // ------------------------------------------------------------------ TW13

    private static LabScenario pileUp() {
        return new LabScenario(
                "TW13",
                "pile-up",
                "Far more TIME-WAIT than connections",
                """
                A server that closes first shows thousands of TIME-WAIT beside a handful of connections, and people fear that it
                stops the service. What stands is the rate times 2 MSL and then no more; each is a row of 48 bytes and costs the
                next connection nothing (`TimeWaitChurnBenchmark` holds 10 million).
                """,
                List.of(),
                List.of(Measurements::pileUp));
    }
}
