package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What Wireshark says of a download over a link that loses one segment in a hundred: in our own capture, taken before the link, is
 * what was sent, and in the kernel's, taken behind it, what arrived. On a clean link nothing is sent again: {@link CaptureTest}.
 */
@Tag("e2e")
class LossTest {
    private static final String TEXT = "ip.src == 10.83.0.2 && tcp.len > 0";

    /**
     * In the sender's own capture nothing can be out of order: what Wireshark takes for that, because it comes soon after a later
     * segment, was sent again.
     */
    private static final String SENT_AGAIN =
            TEXT + " && (tcp.analysis.retransmission || tcp.analysis.fast_retransmission"
                    + " || tcp.analysis.spurious_retransmission || tcp.analysis.out_of_order)";

    /** Some 15,000 segments, of which some 150 are lost: a tenth of these are 15, which chance does not reach. */
    private static final int BYTES = 20 * MIB;

    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @Test
    void whatIsSentAgainIsWhatWasLost() throws Exception {
        final Home home = Home.of(Somebody.ROOT);
        final Path ours = home.file("before.pcapng");
        final Path kernels = home.file("behind.pcapng");
        try (Serving serving = Serving.start(
                home,
                "--offload",
                "off",
                "--impair",
                "out:loss=1%,delay=2ms,seed=31",
                "--pcap",
                ours.toString(),
                "http:80=" + Workspace.get().www())) {
            try (KernelCapture kernel = KernelCapture.start(serving, kernels, "-s", "128")) {
                final Outcome sum = serving.sh(
                        "curl -sS --fail -m 80 \"http://10.83.0.2/$1\" | sha256sum",
                        Workspace.get().file(BYTES));
                assertEquals(
                        Workspace.get().sha256(BYTES) + "  -\n", sum.succeeds().out());
                serving.awaitStatistic("connections", 0);
                kernel.end();
            }
            serving.program().signal("INT").await().succeeds();
        }
        final long sent = Tshark.count(ours, TEXT);
        final long lost = sent - Tshark.count(kernels, TEXT);
        final long again = Tshark.count(ours, SENT_AGAIN);

        assertTrue(lost > 100, lost + " of " + sent + " segments lost");
        assertTrue(again >= lost && again * 10 <= lost * 11, again + " segments sent again, " + lost + " lost");
    }
}
