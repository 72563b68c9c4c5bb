package dev.culvert.tcp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
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
        losses.add(5, 10, FLIGHT); // of the next connection
        assertEquals(5, losses.lostSince(0));
        assertEquals(0, losses.lostSince(10));
    }

    /** Whatever the pattern: what is told is never too much, and lacks at most what the next sixteenth had. */
    @Test
    void theLossesOfTwoFlightsAreRememberedToASixteenthOfAFlight() {
        final int step = (int) FLIGHT / 16;
        final Random random = new Random(1);
        final long[] lostAt = new long[20_000];
        for (int delivered = 0;
                delivered < lostAt.length;
                delivered += random.nextInt(random.nextBoolean() ? 7 : step)) {
            final int lost = 1 + random.nextInt(9);
            lostAt[delivered] += lost;
            losses.add(lost, delivered, FLIGHT);
            final int sent = delivered - random.nextInt(2 * (int) FLIGHT);
            final String when = "delivered " + delivered + ", sent at " + sent;
            assertTrue(losses.lostSince(sent) <= after(lostAt, sent), when);
            assertTrue(losses.lostSince(sent) >= after(lostAt, sent + step), when);
            assertTrue(losses.lostSince(-1) >= after(lostAt, delivered - 2 * (int) FLIGHT), when);
        }
    }

    private static long after(final long[] lostAt, final int delivered) {
        long sum = 0;
        for (int i = Math.max(0, delivered + 1); i < Math.min(lostAt.length, delivered + 1 + 3 * FLIGHT); i++) {
            sum += lostAt[i];
        }
        return sum;
    }
}
