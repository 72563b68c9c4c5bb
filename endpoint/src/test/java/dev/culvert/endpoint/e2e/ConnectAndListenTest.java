package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.ExitCode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code connect} to a server of the kernel's, and a client of the kernel's to {@code listen}. */
@Tag("e2e")
class ConnectAndListenTest {
    private static final int UP = 16 * MIB;
    private static final int DOWN = 8 * MIB;

    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    private static Path file(final int bytes) throws Exception {
        return Workspace.get().www().resolve(Workspace.get().file(bytes));
    }

    /**
     * Runs it: what the peer sends, up to its FIN, must be one file; then another one is its input. One after the other,
     * because nc(1) ends when the other side has ended, whatever it still has to send.
     */
    private static Outcome exchange(final Home home, final String... args) throws Exception {
        final File received = home.file("received").toFile();
        final ProcessBuilder culvert = home.culvert(args).redirectOutput(received);
        try (Program program = Program.start(culvert)) {
            program.awaitErr("ESTABLISHED -> CLOSE_WAIT");

            final Outcome outcome = program.says(file(UP)).endInput().await();

            assertEquals(-1, Files.mismatch(file(DOWN), received.toPath()), outcome::toString);
            return outcome;
        } finally {
            received.delete();
        }
    }

    @ParameterizedTest
    @CsvSource({"ROOT,V4", "ROOT,V6", "STRANGER,V4", "STRANGER,V6"})
    void connectExchangesFilesWithAKernelServer(final Somebody owner, final Family family) throws Exception {
        final Outcome outcome = exchange(
                Home.of(owner),
                "connect",
                "-vv",
                family.kernel,
                "9000",
                "--",
                "sh",
                "-c",
                "nc -lN \"$1\" 9000 <\"$2\" | sha256sum",
                "sh",
                family.kernel,
                file(DOWN).toString());

        assertTrue(outcome.succeeds().err().contains(Workspace.get().sha256(UP)), outcome::toString);
    }

    @ParameterizedTest
    @CsvSource({"ROOT,V4", "ROOT,V6", "STRANGER,V4", "STRANGER,V6"})
    void listenExchangesFilesWithAKernelClient(final Somebody owner, final Family family) throws Exception {
        final Outcome outcome = exchange(
                Home.of(owner),
                "listen",
                "-vv",
                "9000",
                "--",
                "sh",
                "-c",
                "nc -N \"$1\" 9000 <\"$2\" | sha256sum",
                "sh",
                family.culvert,
                file(DOWN).toString());

        assertTrue(outcome.succeeds().err().contains(Workspace.get().sha256(UP)), outcome::toString);
    }

    /** Our FIN goes out with the end of our input; the answer comes after the peer has seen it. */
    @ParameterizedTest
    @EnumSource
    void theEndOfOurInputClosesOnlyOurHalf(final Family family) throws Exception {
        final String client = "exec 3<>\"/dev/tcp/$1/9000\" && sha256sum <&3 >&3";
        final ProcessBuilder listen = Home.of(Somebody.STRANGER)
                .culvert("listen", "-vv", "9000", "--", "bash", "-c", client, "bash", family.culvert);
        try (Program program = Program.start(listen)) {
            final Outcome outcome = program.says(file(DOWN)).endInput().await();

            assertEquals(
                    Workspace.get().sha256(DOWN) + "  -\n", outcome.succeeds().out(), outcome::toString);
            assertTrue(outcome.err().contains("ESTABLISHED -> FIN_WAIT_1"), outcome::toString);
        }
    }

    /** The client closes its half first and still gets what we say afterwards. */
    @ParameterizedTest
    @EnumSource
    void thePeerMayCloseItsHalfFirst(final Family family) throws Exception {
        final ProcessBuilder listen = Home.of(Somebody.STRANGER)
                .culvert(
                        "listen",
                        "-vv",
                        "9000",
                        "--",
                        "sh",
                        "-c",
                        "echo question | nc -N \"$1\" 9000",
                        "sh",
                        family.culvert);
        try (Program program = Program.start(listen)) {
            program.awaitOut("question\n");
            program.awaitErr("ESTABLISHED -> CLOSE_WAIT");

            final Outcome outcome = program.says("answer\n").endInput().await();

            assertTrue(outcome.succeeds().err().contains("answer\n"), outcome::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedPortOfTheKernelRefuses(final Family family) throws Exception {
        final Outcome outcome = Program.run(Home.of(Somebody.STRANGER).culvert("connect", family.kernel, "9000"));

        assertEquals(ExitCode.FAILURE, outcome.exit(), outcome::toString);
        assertTrue(outcome.err().contains("Connection refused"), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
    }

    /** Nobody has that address, and the kernel does not forward. */
    @Test
    void silenceIsGivenUp() throws Exception {
        final Outcome outcome =
                Program.run(Home.of(Somebody.STRANGER).culvert("connect", "-w", "0.5", "198.51.100.1", "9000"));

        assertEquals(ExitCode.FAILURE, outcome.exit(), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
        assertTrue(outcome.err().contains("timed out"), outcome::toString);
    }

    @Test
    void ourSideHasThePortThatWasAskedFor() throws Exception {
        final Outcome outcome = Program.run(Home.of(Somebody.STRANGER)
                .culvert("connect", "-4", "-p", "7777", Family.V4.kernel, "9000", "--", "nc", "-lnvN", "9000"));

        assertTrue(outcome.succeeds().err().contains("10.83.0.2 7777"), outcome::toString);
    }

    @Test
    void listenOnOneFamilyOnly() throws Exception {
        final String both = "! nc -z 10.83.0.2 9000; nc -N fd83::2 9000";
        final Outcome outcome =
                Program.run(Home.of(Somebody.STRANGER).culvert("listen", "-6", "9000", "--", "sh", "-c", both));

        outcome.succeeds();
    }

    @ParameterizedTest
    @CsvSource({"ROOT,V4", "STRANGER,V6"})
    void pingIsAnsweredByTheKernel(final Somebody owner, final Family family) throws Exception {
        final Outcome outcome = Program.run(Home.of(owner).culvert("ping", "-c", "2", "-i", "0.1", family.kernel));

        assertTrue(outcome.succeeds().out().contains("2 packets transmitted, 2 received"), outcome::toString);
    }

    @Test
    void pingWithoutAnAnswerFails() throws Exception {
        final Outcome outcome =
                Program.run(Home.of(Somebody.STRANGER).culvert("ping", "-c", "1", "-W", "0.2", "198.51.100.1"));

        assertTrue(
                outcome.exits(ExitCode.FAILURE).out().contains("1 packets transmitted, 0 received"), outcome::toString);
    }
}
