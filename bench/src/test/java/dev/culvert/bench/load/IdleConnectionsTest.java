package dev.culvert.bench.load;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdleConnectionsTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyConnectionStandsAndHasBeenServed(final boolean v4) {
        final IdleConnections idle = new IdleConnections(v4, 1_000);
        for (int i = 0; i < 1_000; i++) {
            idle.open();
        }
        idle.segments(2_000);
        idle.rest();
        idle.check();
    }
}
