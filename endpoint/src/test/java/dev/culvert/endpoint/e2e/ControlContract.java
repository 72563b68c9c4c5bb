package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A second terminal: {@code exec}, {@code ctl} and {@code ss} on an endpoint that runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ControlContract {
    private final Somebody owner;
    private Serving serving;

    ControlContract(final Somebody owner) {
        this.owner = owner;
    }

    @BeforeAll
    void start() throws Exception {
        Tools.check();
        serving = Serving.start(owner);
    }

    @AfterAll
    void stop() {
        if (serving != null) {
            serving.close();
        }
    }

    private Outcome culvert(final String... args) throws Exception {
        return Program.run(serving.home().culvertAsItIs(args));
    }

    @Test
    void execRunsACommandInTheSameNetwork() throws Exception {
        final Outcome outcome = culvert(
                "exec",
                "--",
                "sh",
                "-c",
                "curl -sS --fail http://$CULVERT_ADDR4/ && curl -sS --fail \"http://[$CULVERT_ADDR6]/\"; exit 6");

        assertEquals(3, outcome.exits(6).out().split("It works", -1).length, outcome::toString);
        assertEquals("", outcome.err(), outcome::toString);
    }

    @Test
    void execHasItsInput() throws Exception {
        try (Program program =
                Program.start(serving.home().culvertAsItIs("exec", "--", "nc", "-N", Family.V4.culvert, "7"))) {
            program.says("to and fro\n").awaitOut("to and fro\n");

            program.endInput().await().succeeds();
        }
    }

    /** The JDK's selectors over epoll(7) want an eventfd(2), which not every kernel gives. */
    @Test
    void theControlSocketNeedsNoEpoll() throws Exception {
        try (Stream<Path> descriptors =
                Files.list(Path.of("/proc/" + serving.program().pid() + "/fd"))) {
            final List<String> files = descriptors.map(ControlContract::file).toList();
            assertTrue(files.stream().anyMatch(file -> file.startsWith("socket:")), files::toString);
            assertTrue(files.stream().noneMatch(file -> file.contains("[eventpoll]")), files::toString);
        }
    }

    private static String file(final Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (final IOException closedSince) {
            return "";
        }
    }

    @Test
    void settingsCanBeReadAndChanged() throws Exception {
        final Outcome all = culvert("ctl", "get");
        final var names = all.succeeds()
                .out()
                .lines()
                .map(line -> line.replaceFirst(" .*", ""))
                .toList();
        assertTrue(names.containsAll(List.of("ephemeral-ports", "msl-ms", "verbosity")), all::toString);

        culvert("ctl", "set", "ephemeral-ports", "50000-50010").succeeds();

        assertEquals(
                "ephemeral-ports 50000-50010\n",
                culvert("ctl", "get", "ephemeral-ports").succeeds().out());
    }

    @Test
    void timeWaitIsListedAndAShorterMslShortensIt() throws Exception {
        serving.sh("nc -d -N -p 40123 \"$1\" 13", Family.V4.culvert).succeeds(); // daytime closes first
        final Outcome stats = culvert("ctl", "stats");
        assertTrue(stats.succeeds().out().contains("time-wait 1\n"), "60 s of TIME-WAIT have begun: " + stats);
        final String row = "TIME-WAIT +0 +0 +10\\.83\\.0\\.2:13 +10\\.83\\.0\\.1:40123 +"
                + "timer:\\(timewait,(1min|[1-5]?[0-9]sec),0\\)";
        final Outcome rows = culvert("ss", "-a");
        assertTrue(rows.succeeds().out().lines().anyMatch(line -> line.matches(row)), rows::toString);
        assertTrue(rows.out().lines().anyMatch(line -> line.matches("LISTEN .* 0\\.0\\.0\\.0:\\*")), rows::toString);
        final Outcome peers = culvert("ss", "--by-peer", "--json", "state", "time-wait");
        final String peer = "{\"peerAddress\":\"10.83.0.1\",\"sockets\":1,\"timeWait\":1,\"earliestMs\":";
        assertTrue(peers.succeeds().out().startsWith(peer), peers::toString);

        culvert("ctl", "set", "msl-ms", "1").succeeds();
        serving.sh("nc -d -N \"$1\" 13", Family.V4.culvert).succeeds();

        serving.awaitStatistic("time-wait", 1); // the second one is over, the first one is not
    }

    @Test
    void countersAreNamedAsNstatNamesThem() throws Exception {
        serving.sh("curl -sS --fail -o /dev/null \"$1\"", Family.V4.url("")).succeeds();

        final Outcome counters = culvert("ctl", "counters", "TcpIn");

        assertTrue(
                counters.succeeds().out().lines().allMatch(line -> line.matches("TcpIn[A-Za-z]+ [0-9]+")),
                counters::toString);
        assertTrue(counters.out().lines().anyMatch(line -> line.matches("TcpInSegs [1-9][0-9]*")), counters::toString);
    }

    @Test
    void whatIsRefusedIsSaidInOneLine() throws Exception {
        for (final String words : List.of(
                "ctl get no-such-setting", "ctl set msl-ms soon", "ctl --name nobody stats", "ss --name nobody")) {
            final Outcome outcome = culvert(words.split(" "));
            assertEquals(ExitCode.FAILURE, outcome.exit(), outcome::toString);
            assertEquals(1, outcome.err().lines().count(), outcome::toString);
            assertEquals("", outcome.out(), outcome::toString);
        }
    }

    @Test
    void theSocketIsTheOwnersAlone() throws Exception {
        final Path directory = serving.home().controlDirectory();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        try (Stream<Path> sockets = Files.list(directory)) {
            for (final Path socket : sockets.toList()) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            }
        }
    }

    @Test
    void whereNothingRunsThatIsSaid() throws Exception {
        final Home empty = Home.of(owner);
        for (final String words : List.of("ctl stats", "exec true", "ss")) {
            final Outcome outcome = Program.run(empty.culvertAsItIs(words.split(" ")));
            assertEquals(ExitCode.FAILURE, outcome.exit(), outcome::toString);
            assertTrue(outcome.err().contains("no endpoint is running"), outcome::toString);
            assertFalse(outcome.err().contains("\tat "), outcome::toString);
        }
    }
}
