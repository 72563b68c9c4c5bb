package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --queues 2}: what the kernel's TCP, and whoever asks, sees of an endpoint with two queues and two threads. */
@Tag("e2e")
class SeveralQueuesTest {
    /** Any machine can try: two threads on one processor take turns. */
    private static final List<String> TWO_PROCESSORS = List.of("-XX:ActiveProcessorCount=2");

    private static final String DOWNLOADS = """
            for i in 1 2 3 4 5 6 7 8; do
                curl -sS --fail -m 80 "http://10.83.0.2/$1" | sha256sum &
                curl -sS --fail -m 80 "http://[fd83::2]/$1" | sha256sum &
            done
            wait
            """;

    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    private static Serving serve(final String... more) throws Exception {
        final List<String> words = new ArrayList<>(List.of("--queues", "2"));
        words.addAll(List.of(more));
        return Serving.start(Home.of(Somebody.STRANGER), TWO_PROCESSORS, words.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void connectionsAreSharedAndEveryByteArrives(final String offload) throws Exception {
        final String file = Workspace.get().file(MIB);
        try (Serving serving =
                serve("--offload", offload, "echo", "http:80=" + Workspace.get().www())) {
            final Outcome all = serving.sh(DOWNLOADS, file).succeeds();
            final String right = Workspace.get().sha256(MIB) + "  -";
            assertEquals(16, all.out().lines().filter(right::equals).count(), all::toString);

            serving.sh("ping -n -q -c 5 -i 0.2 -s 4000 10.83.0.2 && ping -n -q -c 5 -i 0.2 -s 4000 fd83::2")
                    .succeeds();
            serving.awaitStatistic("connections", 0);
            assertTrue(serving.number("counters", "IpTakenOver") > 0, "packets that had to be handed over");
            assertEquals(0, serving.number("counters", "Drop.HANDOVER_FULL"));
            assertEquals(0, serving.number("counters", "TcpInErrs"));
            assertEquals(16, serving.number("counters", "TcpPassiveOpens"));
        }
    }

    @Test
    void listingAndCaptureHaveTheConnectionsOfAllQueues() throws Exception {
        final Home home = Home.of(Somebody.STRANGER);
        final Path capture = home.file("queues.pcapng");
        try (Serving serving =
                Serving.start(home, TWO_PROCESSORS, "--queues", "2", "--pcap", capture.toString(), "echo")) {
            try (Program clients = Program.start(serving.inside(
                    "bash",
                    "-c",
                    "for i in {11..30}; do eval \"exec $i<>/dev/tcp/10.83.0.2/7\"; done; echo open; read -r line"))) {
                clients.awaitOut("open");
                serving.awaitStatistic("connections", 20);
                final Outcome ss = Program.run(home.culvert("ss", "-n", "-a")).succeeds();
                assertEquals(20, count(ss, "ESTAB"), ss::toString);
                assertEquals(2, count(ss, "LISTEN"), ss::toString);
            }
            serving.awaitStatistic("connections", 0);
            serving.program().signal("INT").await().succeeds();
        }
        final Outcome handshakes = Program.run(Home.of(Somebody.ROOT)
                .command(
                        List.of("tshark", "-r", capture.toString(), "-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 1")));
        assertEquals(20, count(handshakes.succeeds(), "SYN, ACK"), handshakes::toString);
    }

    private static long count(final Outcome outcome, final String word) {
        return outcome.out().lines().filter(line -> line.contains(word)).count();
    }

    @Test
    void anInterfaceWithOneQueueServesAsWell() throws Exception {
        try (PreparedNetwork network = PreparedNetwork.make();
                Program culvert = Program.start(network.culvert(
                        Home.of(Somebody.STRANGER), TWO_PROCESSORS, PreparedNetwork.serve("--queues", "2", "http")))) {
            culvert.awaitErr("culvert: one queue instead of 2: ");
            culvert.awaitErr("culvert: ready at ");
            network.sh("curl -sS --fail http://192.0.2.2/").succeeds();
        }
    }

    @Test
    void moreQueuesThanProcessorsAreAnError() throws Exception {
        final Outcome outcome =
                Program.run(Home.of(Somebody.STRANGER).culvert(TWO_PROCESSORS, "serve", "--queues", "3", "--", "true"));
        assertEquals(ExitCode.USAGE, outcome.exit(), outcome::toString);
        assertTrue(
                outcome.err().contains("--queues: 3 queues need as many processors, and there are 2"),
                outcome::toString);
    }
}
