package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals: the first request to end is honoured in good order, the second at once. */
@Tag("e2e")
class SignalTest {
    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void withoutConnectionsItJustEnds(final String signal) throws Exception {
        try (Serving serving = Serving.start(Somebody.STRANGER)) {
            final Outcome outcome = serving.program().signal(signal).await();

            assertEquals("", outcome.succeeds().out(), outcome::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT,V4", "INT,V6", "TERM,V4"})
    void theFirstRequestClosesConnectionsInGoodOrder(final String signal, final Family family) throws Exception {
        try (Serving serving = Serving.start(Somebody.STRANGER, "-v", "echo");
                Program client = Program.start(serving.inside("nc", "-N", family.culvert, "7"))) {
            client.says("hello\n").awaitOut("hello\n");

            serving.program().signal(signal);

            serving.program().awaitErr("closing: waiting up to [0-9]+ s for 1 connection");
            serving.awaitInside("our FIN", rows -> rows.startsWith("CLOSE-WAIT"), "ss -Htan dport = 7");
            client.says("and goodbye\n").endInput();
            final Outcome outcome = serving.program().await();
            outcome.succeeds();
            assertTrue(outcome.err().contains("18 bytes in, 6 out"), outcome::toString);
            assertTrue(outcome.err().contains(", closed"), outcome::toString);
        }
    }

    @Test
    void whileItClosesNewConnectionsAreRefused() throws Exception {
        try (Serving serving = Serving.start(Somebody.STRANGER, "echo");
                Program client = Program.start(serving.inside("nc", "-N", Family.V4.culvert, "7"))) {
            client.says("hello\n").awaitOut("hello\n");
            serving.program().signal("INT").awaitErr("closing: ");
            serving.awaitInside("our FIN", rows -> rows.startsWith("CLOSE-WAIT"), "ss -Htan dport = 7");

            final Outcome second = serving.sh("nc -v -w 60 \"$1\" 7", Family.V4.culvert);

            assertTrue(second.exits(1).err().contains("refused"), second::toString);
            client.endInput();
            serving.program().await().succeeds();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void theSecondRequestResetsWhatIsLeft(final String signal) throws Exception {
        final Home home = Home.of(Somebody.STRANGER);
        final Path capture = home.file("reset.pcapng");
        try (Serving serving = Serving.start(home, "--pcap", capture.toString(), "echo");
                Program client = Program.start(serving.inside("nc", Family.V4.culvert, "7"))) {
            client.says("hello\n").awaitOut("hello\n");
            serving.program().signal(signal).awaitErr("closing: ");

            final Outcome outcome = serving.program().signal(signal).await();

            assertTrue(outcome.exits(1).err().contains("resetting what is left"), outcome::toString);
            client.await();
            final Outcome resets = Program.run(new ProcessBuilder(
                    "tshark", "-r", capture.toString(), "-Y", "tcp.srcport == 7 && tcp.flags.reset == 1"));
            assertFalse(resets.succeeds().out().isEmpty(), "the peer was not told");
        }
    }

    @Test
    void aRequestToTerminateIsPassedOnToTheCommand() throws Exception {
        final ProcessBuilder serve = Home.of(Somebody.STRANGER)
                .culvert(
                        "serve",
                        "--",
                        "sh",
                        "-c",
                        "trap 'echo told; exit 5' TERM; echo waiting; while :; do read -r x; done");
        try (Program program = Program.start(serve)) {
            program.awaitOut("waiting");

            final Outcome outcome = program.signal("TERM").await();

            assertTrue(outcome.exits(5).out().contains("told"), outcome::toString);
        }
    }

    @Test
    void aCommandThatItEndsCountsAsEndedByTheSignal() throws Exception {
        final ProcessBuilder serve =
                Home.of(Somebody.STRANGER).culvert("serve", "--", "sh", "-c", "echo here; exec cat");
        try (Program program = Program.start(serve)) {
            program.awaitOut("here");

            program.signal("TERM").await().exits(Outcome.SIGNALLED + Outcome.SIGTERM);
        }
    }

    @Test
    void connectEndsAtOnce() throws Exception {
        final ProcessBuilder connect =
                Home.of(Somebody.STRANGER).culvert("connect", Family.V4.kernel, "9000", "--", "nc", "-l", "9000");
        try (Program program = Program.start(connect)) {
            program.says("hello\n").awaitErr("hello\n");

            program.signal("INT").await().exits(130);
        }
    }
}
