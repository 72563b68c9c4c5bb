package dev.culvert.tcp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DeliveryRateDivisionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long EXACT_BYTES = (1L << 53) / SECOND;

    /** The quotients that a double comes nearest to getting wrong are those just below a whole number. */
    @Test
    void isThatOfWholeNumbers() {
        final Random random = new Random(9438);
        for (int i = 0; i < 1_000_000; i++) {
            final long bytes = EXACT_BYTES - 1 - (random.nextLong() >>> 1) % (1L << random.nextInt(1, 24));
            final long quotient = 1 + (random.nextLong() >>> 1) % (1L << random.nextInt(1, 40));
            final long nearMiss = bytes * SECOND / quotient + random.nextInt(3) - 1;
            final long intervalNs = Math.max(1, random.nextBoolean() ? nearMiss : quotient);
            if (bytes >= 0) {
                assertEquals(
                        bytes * SECOND / intervalNs,
                        DeliveryRate.perSecond(bytes, intervalNs),
                        () -> bytes + " bytes in " + intervalNs + " ns");
            }
        }
    }

    @Test
    void isInCoarserStepsWhereTheProductWouldOverflow() {
        final long bytes = Long.MAX_VALUE / SECOND + 1;
        assertEquals(bytes / 7 * SECOND, DeliveryRate.perSecond(bytes, 7));
    }

    @Test
    void isOfWholeNumbersAboveWhatADoubleHolds() {
        assertEquals(EXACT_BYTES * 3 * SECOND / 7, DeliveryRate.perSecond(EXACT_BYTES * 3, 7));
    }
}
