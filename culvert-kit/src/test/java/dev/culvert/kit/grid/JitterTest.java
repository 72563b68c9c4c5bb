package dev.culvert.kit.grid;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Jitter of 300 ms on short paths, with the seeds whose first window was once taken for lost and whose congestion window then stayed
 * at a few segments: 24 to 48 % of what the same path carries in order.
 */
class JitterTest {
    @ParameterizedTest
    @CsvSource({
        "newreno, 100us, 2",
        "newreno, 100us, 3",
        "newreno, 10ms, 3",
        "newreno, 10ms, 5",
        "newreno, 100ms, 13",
        "cubic, 100us, 2",
        "cubic, 100us, 3",
        "cubic, 10ms, 3"
    })
    void aWindowThatWasOnlyLateDoesNotStayHalved(final String control, final String rtt, final long seed) {
        final String part = "rate=10mbit,loss=0%,flows=1,reordering=jitter-300ms,control=" + control + ",rtt=" + rtt;
        final CellResult result = CellResult.one(Grid.part(part).get(0), seed, () -> false);
        assertTrue(result.ofInOrder() >= 0.8, () -> result + " is " + result.ofInOrder());
    }
}
