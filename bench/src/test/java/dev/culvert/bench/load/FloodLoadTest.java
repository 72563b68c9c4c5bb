package dev.culvert.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.peer.Flood;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FloodLoadTest {
    private static final int ROUNDS = 300;
    private static final int MSS = 1_448;

    @ParameterizedTest
    @EnumSource
    void theHonestPeerLosesNothingAndMemoryStaysSmall(final Flood flood) {
        final FloodLoad load = new FloodLoad(64 << 20);
        load.begin(flood);
        for (int i = 0; i < ROUNDS; i++) {
            load.round(flood);
        }
        assertEquals((long) ROUNDS * FloodLoad.BATCH * MSS, load.delivered());
        assertTrue(load.memoryBytes() <= 2 << 20, load.memoryBytes() + " bytes for " + flood);
        load.shortConnection();
        assertTrue(load.connections() <= 2, "the short connection is over");
        load.drain();
    }
}
