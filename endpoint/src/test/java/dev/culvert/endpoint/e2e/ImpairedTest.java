package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transfers between the kernel's TCP and Culvert over a link that the impairment device makes bad, both ways at once. */
@Tag("e2e")
class ImpairedTest {
    /** Both families side by side: a download, and an echo that makes data flow in both directions. */
    private static final String TRANSFERS = """
            for host in "$1" "$2"; do
                curl -sS --fail -m 80 "http://$host/$3" | sha256sum &
                jobs="$jobs $!"
                bare=${host#[}
                nc -N "${bare%]}" 7 <"$4" | sha256sum &
                jobs="$jobs $!"
            done
            for job in $jobs; do wait "$job" || exit 1; done
            """;

    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "loss=2%,seed=11 TcpRetransSegs",
                "delay=10ms,jitter=4ms,reorder=5%,seed=12 TcpExtTCPOFOQueue",
                "loss=1%,duplicate=2%,reorder=2%,corrupt=1%,delay=2ms,seed=13 Drop.TCP_CSUM"
            })
    void everyByteArrives(final String impairment, final String evidence) throws Exception {
        final String file = Workspace.get().file(MIB);
        final String http = "http:80=" + Workspace.get().www();
        try (Serving serving = Serving.start(Somebody.STRANGER, "--impair", impairment, "echo", http)) {
            final Outcome all = serving.sh(
                    TRANSFERS,
                    "10.83.0.2",
                    "[fd83::2]",
                    file,
                    Workspace.get().www().resolve(file));

            all.succeeds();
            assertEquals((Workspace.get().sha256(MIB) + "  -\n").repeat(4), all.out(), all::toString);
            assertTrue(serving.number("counters", evidence) > 0, "the link was not bad: " + evidence);
            serving.awaitStatistic("connections", 0);
        }
    }
}
