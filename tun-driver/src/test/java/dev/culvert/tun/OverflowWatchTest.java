package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OverflowWatchTest {
    private static final long START_NS = -5_000_000_000L;

    private final OverflowWatch watch = new OverflowWatch();

    @Test
    void theFirstIsToldAtOnceTheNextAfterTheInterval() {
        assertEquals(0, watch.due(0, START_NS));
        assertEquals(2, watch.due(2, START_NS));
        assertEquals(0, watch.due(7, START_NS + OverflowWatch.INTERVAL_NS - 1));
        assertEquals(6, watch.due(8, START_NS + OverflowWatch.INTERVAL_NS));
        assertEquals(0, watch.due(8, START_NS + 3 * OverflowWatch.INTERVAL_NS));
        assertEquals(1, watch.due(9, START_NS + 3 * OverflowWatch.INTERVAL_NS));
    }
}
