package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.ExitCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code --tun NAME}: an interface that root made once, used without any rights. */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PreparedTunTest {
    private static final String READY = "culvert: ready at 192.0.2.2 and 2001:db8::2 \\(prep0, MTU 1400\\)";

    private PreparedNetwork network;

    @BeforeAll
    void prepare() throws Exception {
        Tools.check();
        network = PreparedNetwork.make();
    }

    @AfterAll
    void remove() {
        if (network != null) {
            network.close();
        }
    }

    private Program serve(final String... more) throws Exception {
        final Program program = Program.start(network.culvert(Home.of(Somebody.STRANGER), PreparedNetwork.serve(more)));
        program.awaitErr(READY);
        return program;
    }

    @Test
    void servesTheNamespaceThatItWasStartedInAndLeavesTheInterface() throws Exception {
        try (Program culvert = serve("http", "echo")) {
            final Outcome both =
                    network.sh("curl -sS --fail http://192.0.2.2/ && curl -sS --fail 'http://[2001:db8::2]/'"
                            + " && ping -n -q -c 1 192.0.2.2 && ping -n -q -c 1 2001:db8::2");
            assertEquals(3, both.succeeds().out().split("It works", -1).length, both::toString);

            culvert.signal("INT").await().succeeds();
        }
        assertTrue(network.sh("ip -o address show prep0").succeeds().out().contains("192.0.2.1/24"));
        try (Program again = serve("http")) {
            network.sh("curl -sS --fail http://192.0.2.2/").succeeds();
            again.signal("INT").await().succeeds();
        }
    }

    @Test
    void aCommandRunsBesideIt() throws Exception {
        final Outcome outcome = Program.run(network.culvert(
                Home.of(Somebody.STRANGER),
                PreparedNetwork.serve("http", "--", "sh", "-c", "curl -sS --fail http://$CULVERT_ADDR4/; exit 4")));

        assertTrue(outcome.exits(4).out().contains("It works"), outcome::toString);
    }

    @Test
    void connectWorksAsWell() throws Exception {
        try (Program nc = Program.start(network.command("nc", "-lN", "192.0.2.1", "9000"))) {
            network.sh("until ss -Htln | grep -q :9000; do :; done").succeeds();
            final ProcessBuilder connect = network.culvert(
                    Home.of(Somebody.STRANGER),
                    "connect",
                    "--tun",
                    PreparedNetwork.TUN,
                    "--addr4",
                    "192.0.2.2/24",
                    "--addr6",
                    "none",
                    "192.0.2.1",
                    "9000");
            try (Program program = Program.start(connect)) {
                program.says("from Culvert\n");
                nc.awaitOut("from Culvert\n");
                nc.says("from the kernel\n");
                program.awaitOut("from the kernel\n");
                nc.endInput();
                program.endInput().await().succeeds();
            }
        }
    }

    @Test
    void whatIsInUseIsSaid() throws Exception {
        try (Program first = serve("echo")) {
            final Outcome second =
                    Program.run(network.culvert(Home.of(Somebody.STRANGER), PreparedNetwork.serve("http")));

            assertEquals(ExitCode.ENVIRONMENT, second.exit(), second::toString);
            assertTrue(second.err().contains("another program has it"), second::toString);
            assertEquals(1, second.err().lines().count(), second::toString);
            assertTrue(first.isAlive());
        }
    }

    @Test
    void whatBelongsToSomebodyElseIsSaid() throws Exception {
        network.sh("ip tuntap add dev other0 mode tun user 0").succeeds();
        final ProcessBuilder serve =
                network.culvert(Home.of(Somebody.STRANGER), "serve", "--tun", "other0", "--", "true");

        final Outcome outcome = Program.run(serve);

        if (Somebody.STRANGER.isAnother()) {
            assertEquals(ExitCode.ENVIRONMENT, outcome.exit(), outcome::toString);
            assertTrue(outcome.err().contains("ip tuntap add dev other0 mode tun user"), outcome::toString);
            assertEquals(1, outcome.err().lines().count(), outcome::toString);
        } else { // root of the namespace: whatever is in it belongs to whoever runs the tests
            outcome.succeeds();
        }
    }

    @Test
    void rootNeedsNoPreparation() throws Exception {
        final Outcome outcome = Program.run(network.culvert(
                Home.of(Somebody.ROOT),
                "serve",
                "--tun",
                "made0",
                "--addr4",
                "198.51.100.2/24",
                "--addr6",
                "none",
                "http",
                "--",
                "curl",
                "-sS",
                "--fail",
                "http://198.51.100.2/"));

        assertTrue(outcome.succeeds().out().contains("It works"), outcome::toString);
        assertFalse(network.sh("ip link show").out().contains("made0"), "it goes with the program that made it");
    }

    /** The interface stays, so the kernel's connections do, too: the next Culvert resets them when they say something. */
    @Test
    void aClientOfAKilledEndpointIsResetByTheNextOne() throws Exception {
        final Program first = serve("echo");
        try (Program client = Program.start(network.command("nc", "192.0.2.2", "7"))) {
            client.says("hello\n").awaitOut("hello\n");
            first.signal("KILL").await();

            try (Program second = serve("echo")) {
                client.says("anybody there?\n").await();
                assertTrue(second.isAlive());
            }
        } finally {
            first.close();
        }
    }

    @Test
    void anInterfaceThatGoesAwayIsSaidAndEndsIt() throws Exception {
        network.sh("ip tuntap add dev gone0 mode tun user " + PreparedNetwork.user()
                        + " && ip address add 203.0.113.1/24 dev gone0" + " && ip link set gone0 up")
                .succeeds();
        final ProcessBuilder serve = network.culvert(
                Home.of(Somebody.STRANGER),
                "serve",
                "--tun",
                "gone0",
                "--addr4",
                "203.0.113.2/24",
                "--addr6",
                "none",
                "echo");
        try (Program culvert = Program.start(serve)) {
            culvert.awaitErr("culvert: ready at");

            network.sh("ip link del gone0").succeeds();

            final Outcome outcome = culvert.await();
            assertEquals(ExitCode.FAILURE, outcome.exit(), outcome::toString);
            assertTrue(outcome.err().contains("gone0"), outcome::toString);
            assertFalse(outcome.err().contains("\tat "), outcome::toString);
        }
    }

    /** A link that is switched off and on again is no reason to end. */
    @Test
    void aLinkThatGoesDownComesBack() throws Exception {
        try (Program culvert = serve("http")) {
            network.sh("ip link set prep0 down && ip link set prep0 up").succeeds();

            network.sh("curl -sS --fail -m 60 http://192.0.2.2/").succeeds();
            assertTrue(culvert.isAlive());
        }
    }
}
