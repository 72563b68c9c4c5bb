package dev.culvert.tcp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What losses and marks do to BBR's window between two acknowledgements. */
class BbrTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;

    private final Bbr bbr = new Bbr();

    BbrTest() {
        bbr.onOpen(MSS, 10 * MSS, 0);
    }

    @Test
    void theWindowComesBackAfterARecovery() {
        bbr.onLoss(4 * MSS, MS);
        assertEquals(5 * MSS, bbr.windowBytes());
        bbr.onRecovered(4 * MSS, 2 * MS);
        assertEquals(10 * MSS, bbr.windowBytes());
    }

    @Test
    void aRecoveryAfterAMarkBringsNoOlderWindowBack() {
        bbr.onTimeout(10 * MSS, true, MS);
        final int afterTimeout = bbr.windowBytes();
        assertTrue(afterTimeout < 10 * MSS);
        bbr.onCongestionMark(4 * MSS, 2 * MS); // the recovery that follows in the same window reduces nothing
        bbr.onRecovered(4 * MSS, 3 * MS);
        assertEquals(afterTimeout, bbr.windowBytes());
    }
}
