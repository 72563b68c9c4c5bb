package dev.culvert.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimeWaitLoadTest {
    @ParameterizedTest
    @CsvSource({"true, 1000", "true, 30000", "false, 30000"})
    void asManyRecordsStandAsWereAskedForAndAllGoInTheEnd(final boolean v4, final int standing) {
        try (TimeWaitLoad load = new TimeWaitLoad(v4, standing)) {
            load.fill();
            assertEquals(standing, load.size());
            for (int i = 0; i < 5_000; i++) {
                load.cycles();
                load.reopening();
                assertTrue(load.hit() != 0);
                assertTrue(load.miss() < 0);
            }
            load.check();
            load.drain();
            assertEquals(0, load.bytes());
        }
    }
}
