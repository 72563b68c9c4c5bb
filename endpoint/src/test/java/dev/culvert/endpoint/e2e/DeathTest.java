package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.GIB;
import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Culvert killed with SIGKILL, so that nothing of it can clean up. */
@Tag("e2e")
class DeathTest {
    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @ParameterizedTest
    @EnumSource
    void clientsInMidTransferEndAndSoDoesTheNetwork(final Somebody owner) throws Exception {
        final String http = "http:80=" + Workspace.get().www();
        final String url = Family.V4.url(Workspace.get().file(GIB));
        try (Serving serving = Serving.start(owner, http, "echo");
                Program curl = Program.startUnread(serving.inside("curl", "-sS", url));
                Program nc = Program.start(serving.inside("nc", Family.V6.culvert, "7"))) {
            assertEquals(MIB, curl.unreadOutput().readNBytes(MIB).length);
            nc.says("hello\n").awaitOut("hello");

            serving.program().signal("KILL");

            assertEquals(
                    Outcome.SIGNALLED + Outcome.SIGKILL,
                    serving.program().await().exit());
            assertNotEquals(0, curl.await().exit());
            assertNotEquals(0, nc.await().exit());
            assertEnds(serving.holder());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCommandAndItsChildrenEnd(final Somebody owner) throws Exception {
        final Home home = Home.of(owner);
        final ProcessBuilder serve = home.culvert("serve", "--", "sh", "-c", "sleep 1000 & echo $$ $!; wait");
        try (Program program = Program.start(serve)) {
            final var pids = program.awaitOut("([0-9]+) ([0-9]+)\n");

            program.signal("KILL");

            program.await(); // the streams are closed: nobody holds them any more
            assertEnds(Long.parseLong(pids.group(1)));
            assertEnds(Long.parseLong(pids.group(2)));
        }
    }

    private static void assertEnds(final long pid) throws Exception {
        final var process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().onExit().get(Program.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), "process " + pid);
    }
}
