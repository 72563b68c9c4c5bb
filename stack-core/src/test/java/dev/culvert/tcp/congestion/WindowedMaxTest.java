package dev.culvert.tcp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WindowedMaxTest {
    private final WindowedMax filter = new WindowedMax();

    @Test
    void theLargestSampleIsForgottenWhenItIsTooOld() {
        filter.add(100, 0, 10);
        filter.add(50, 4, 10);
        filter.add(30, 8, 10);
        assertEquals(100, filter.max());
        filter.add(10, 11, 10);
        assertEquals(50, filter.max());
        filter.add(10, 15, 10);
        assertEquals(30, filter.max());
        filter.add(60, 16, 10);
        assertEquals(60, filter.max());
        filter.add(1, 100, 10);
        assertEquals(1, filter.max());
        filter.reset();
        assertEquals(0, filter.max());
    }

    @Test
    void itIsNeverBelowWhatTheWindowsNewerHalfHolds() {
        final long seed = 7;
        final SplittableRandom random = new SplittableRandom(seed);
        final long[] samples = new long[2_000];
        for (int now = 0; now < samples.length; now++) {
            samples[now] = random.nextLong(1, 1_000);
            filter.add(samples[now], now, 20);
            long least = 0;
            long most = 0;
            for (int i = Math.max(0, now - 20); i <= now; i++) {
                most = Math.max(most, samples[i]);
                least = i > now - 5 ? Math.max(least, samples[i]) : least;
            }
            assertTrue(filter.max() >= least && filter.max() <= most, "at " + now + " of seed " + seed);
        }
    }
}
