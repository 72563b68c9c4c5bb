package dev.culvert.kit.script;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Reuse of 4-tuples in TIME-WAIT after a millisecond, proven by simulation: whatever ticks and offsets the peer's timestamps
 * have, and also where two hosts share an address, no byte of an old connection gets in and no clean end is spoilt. {@code
 * -Dculvert.reuse.seeds=N} plays more.
 */
class ReuseWorldTest {
    private static final int SEEDS = Integer.getInteger("culvert.reuse.seeds", 3);
    private static final int CONNECTIONS = 60;

    @ParameterizedTest
    @CsvSource({
        "1, false, 1",
        "10, false, 1",
        "500, false, 1",
        "1000, false, 1",
        "1, true, 1",
        "10, true, 1",
        "500, true, 1",
        "1000, true, 1",
        "1, true, 2",
        "10, false, 2",
        "500, true, 2",
        "1000, false, 2"
    })
    void noOldByteGetsInAndNoCleanEndIsSpoilt(final int tickMs, final boolean randomOffsets, final int hosts) {
        final List<String> runs = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            final ReuseWorld world = new ReuseWorld(seed, tickMs, randomOffsets, hosts);
            world.run(CONNECTIONS);
            assertTrue(world.broken.isEmpty(), "seed " + seed + ": " + world.broken);
            assertTrue(world.reused > 0 && world.completed > CONNECTIONS / 4, "seed " + seed + ": " + world.completed);
            runs.add(world.completed + " completed, " + world.failed + " failed, " + world.reused + " reused");
        }
        System.out.println(
                "tick " + tickMs + " ms, random offsets " + randomOffsets + ", " + hosts + " hosts: " + runs);
    }
}
