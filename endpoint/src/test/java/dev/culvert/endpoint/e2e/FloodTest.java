package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Honest peers beside one that floods: they get what they ask for, and the stack keeps no more than it may. */
@Tag("e2e")
class FloodTest {
    private static final long SEED = 20_261_122;
    private static final int HALF_OPEN_AT_MOST = 4_096;
    private static final int ROUNDS = 4;

    private static final String ROUTE = "echo 1 >/proc/sys/net/ipv4/ip_forward";

    private static final String TRANSFERS = """
            for i in $(seq "$1"); do
                curl -sS --fail -m 80 "http://10.83.0.2/$2" | sha256sum || exit 1
                nc -N 10.83.0.2 7 <"$3" | sha256sum || exit 1
            done
            """;

    @Test
    void honestPeersAreServedBesideAFlood() throws Exception {
        Tools.check();
        final Home home = Home.of(Somebody.ROOT);
        final Path www = Workspace.get().www();
        final String file = Workspace.get().file(2 * MIB);
        try (Serving serving = Serving.start(home, "echo", "discard", "chargen", "http:80=" + www)) {
            serving.sh(ROUTE).succeeds();
            try (Program flooder = Program.start(serving.inside(FloodProgram.command(SEED)))) {
                flooder.awaitErr("flooding");
                final Outcome honest = serving.sh(TRANSFERS, ROUNDS, file, www.resolve(file));
                flooder.says("enough\n");
                final Outcome flood = flooder.await().succeeds();
                final long halfOpen = serving.number("stats", "half-open");

                honest.succeeds();
                assertEquals(
                        (Workspace.get().sha256(2 * MIB) + "  -\n").repeat(2 * ROUNDS), honest.out(), "seed " + SEED);
                assertTrue(halfOpen <= HALF_OPEN_AT_MOST, "half-open " + halfOpen);
                assertTrue(Long.parseLong(flood.out().strip()) > 10L * HALF_OPEN_AT_MOST, flood::toString);
            }
            for (final String evidence : List.of("TcpExtSyncookiesSent", "TcpExtTCPOFOQueue", "TcpExtTCPSACKDiscard")) {
                assertTrue(serving.number("counters", evidence) > 0, evidence + " is 0, seed " + SEED);
            }
        }
    }
}
