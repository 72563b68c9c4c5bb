package dev.culvert.tcp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LossHistoryTest {
    private static final long FLIGHT = 1_600;

    private final LossHistory losses = new LossHistory();

    @Test
    void onlyWhatWasLostAfterTheSegmentWasSentCounts() {
        losses.add(10, 1_000, FLIGHT);
        losses.add(20, 2_000, FLIGHT);
        assertEquals(30, losses.lostSince(999));
        assertEquals(20, losses.lostSince(1_000)); // sent in answer to the ACK that showed the first loss
        assertEquals(20, losses.lostSince(1_999));
        assertEquals(0, losses.lostSince(2_000));
        losses.reset();
        assertEquals(0, losses.lostSince(0));
    }

    @Test
    void aFlightInWhichEverythingIsLostIsRemembered() {
        for (long delivered = 0; delivered < 100_000; delivered += 10) {
            losses.add(1, delivered, FLIGHT);
        }
        final long newest = 100_000 - 10;
        final long exact = FLIGHT / 10;
        final long told = losses.lostSince(newest - FLIGHT);
        assertTrue(Math.abs(told - exact) <= exact / 16 + 1, told + " instead of " + exact);
    }
}
