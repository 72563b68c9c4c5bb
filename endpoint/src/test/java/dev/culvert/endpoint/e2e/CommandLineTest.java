package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.ExitCode;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a shell sees it: exit codes, streams, environment. */
@Tag("e2e")
class CommandLineTest {
    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    /** What the README begins with, by the launcher itself. */
    @Test
    void theLauncherServesACommand() throws Exception {
        final Home home = Home.of(Somebody.ROOT);
        final String launcher =
                Path.of(System.getProperty("culvert.root"), "culvert").toString();
        final ProcessBuilder serve = home.command(List.of(launcher, "serve", "--", "curl", "-s", Family.V4.url("")));
        serve.environment().put("CULVERT_JAR", Workspace.get().jar().toString());

        final Outcome outcome = Program.run(serve);

        assertTrue(outcome.succeeds().out().startsWith("<!doctype html>"), outcome::toString);
    }

    @ParameterizedTest
    @EnumSource
    void standardOutputIsTheCommandsAndItFindsTheAddresses(final Somebody owner) throws Exception {
        final Outcome outcome = Program.run(Home.of(owner)
                .culvert("serve", "-v", "--", "sh", "-c", "echo $CULVERT_ADDR4 $CULVERT_ADDR6; echo to err >&2"));

        assertEquals("10.83.0.2 fd83::2\n", outcome.succeeds().out(), outcome::toString);
        assertTrue(outcome.err().contains("to err\n"), outcome::toString);
        outcome.err().lines().filter(line -> !line.equals("to err")).forEach(CommandLineTest::assertOurs);
    }

    private static void assertOurs(final String line) {
        assertTrue(line.startsWith("culvert: "), line);
    }

    @ParameterizedTest
    @EnumSource
    void standardInputIsTheCommands(final Somebody owner) throws Exception {
        try (Program program = Program.start(Home.of(owner).culvert("serve", "--", "cat"))) {
            program.says("a line\n").awaitOut("a line\n");

            final Outcome outcome = program.says("another\n").endInput().await();

            assertEquals("a line\nanother\n", outcome.succeeds().out(), outcome::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"exit 7,7", "kill -KILL $$,137"})
    void theCommandsExitCodeIsOurs(final String script, final int exit) throws Exception {
        Program.run(Home.of(Somebody.STRANGER).culvert("serve", "--", "sh", "-c", script))
                .exits(exit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--plot", "--trace", "--pcap"})
    void aFileThatCannotBeWrittenIsOneLineBeforeTheStart(final String option) throws Exception {
        final Outcome outcome = Program.run(
                Home.of(Somebody.STRANGER).culvert("serve", option, "/nowhere/run", "--", "echo", "started"));

        assertEquals(
                "culvert: cannot write /nowhere/run (there is no such directory)\n",
                outcome.exits(ExitCode.FAILURE).err());
        assertEquals("", outcome.out());
    }

    @Test
    void aCommandThatIsNotThereIsSaidInOneLine() throws Exception {
        final Outcome outcome = Program.run(Home.of(Somebody.STRANGER).culvert("serve", "--", "no-such-command"));

        assertEquals(127, outcome.exit(), outcome::toString);
        assertTrue(outcome.err().contains("no-such-command"), outcome::toString);
        assertNoStackTrace(outcome);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve --no-such-option",
                "serve --mtu 10",
                "serve echo:7 discard:7",
                "connect 10.83.0.1 70000",
                "no-such-command"
            })
    void whatCannotBeUnderstoodIsAUsageError(final String arguments) throws Exception {
        final Outcome outcome = Program.run(Home.of(Somebody.STRANGER).culvertAsItIs(arguments.split(" ")));

        assertEquals(ExitCode.USAGE, outcome.exit(), outcome::toString);
        assertEquals("", outcome.out(), outcome::toString);
        assertTrue(outcome.err().contains("Help: culvert"), outcome::toString);
        assertNoStackTrace(outcome);
    }

    @Test
    void aNameThatIsTakenIsSaidInOneLine() throws Exception {
        final Home home = Home.of(Somebody.STRANGER);
        try (Serving serving = Serving.start(home, "--name", "twice")) {
            final Outcome second = Program.run(home.culvert("serve", "--name", "twice"));

            assertEquals(ExitCode.FAILURE, second.exit(), second::toString);
            assertTrue(second.err().contains("twice"), second::toString);
            assertNoStackTrace(second);
            assertTrue(serving.program().isAlive());
        }
    }

    @Test
    void helpAndVersionAreStandardOutput() throws Exception {
        final Home home = Home.of(Somebody.STRANGER);
        for (final String option : List.of("--help", "--version")) {
            final Outcome outcome = Program.run(home.culvertAsItIs(option));
            assertTrue(outcome.succeeds().out().contains("culvert"), outcome::toString);
            assertEquals("", outcome.err(), outcome::toString);
        }
    }

    @Test
    void withoutTheNativeShimEverythingWorksThroughLibc() throws Exception {
        final String script =
                "curl -sS --fail \"http://$CULVERT_ADDR4/\" && curl -sS --fail \"http://[$CULVERT_ADDR6]/\"";
        final Outcome outcome = Program.run(
                Home.of(Somebody.STRANGER).culvert(List.of("-Dculvert.shim=off"), "serve", "--", "sh", "-c", script));

        assertEquals(3, outcome.succeeds().out().split("It works", -1).length, outcome::toString);
    }

    /** As on a machine that lacks a tool: the PATH holds none of util-linux. */
    @Test
    void withoutUnshareItNamesThePackage() throws Exception {
        final Home home = Home.of(Somebody.ROOT);
        final ProcessBuilder serve = home.culvertAsItIs("serve");
        serve.command().set(0, new File(serve.command().get(0)).getAbsolutePath());
        serve.environment().put("PATH", home.file("").toString());

        final Outcome outcome = Program.run(serve);

        assertEquals(ExitCode.ENVIRONMENT, outcome.exit(), outcome::toString);
        assertTrue(outcome.err().contains("apt-get install util-linux"), outcome::toString);
        assertNoStackTrace(outcome);
    }

    private static void assertNoStackTrace(final Outcome outcome) {
        assertFalse(outcome.err().contains("\tat "), outcome::toString);
        assertFalse(outcome.err().contains("Exception"), outcome::toString);
    }
}
