package dev.culvert.kit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.tcp.TcpState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Thousands of conversations over bad links. {@code -Dculvert.seed=N} repeats the world of one seed alone,
 * {@code -Dculvert.connections=N} changes how many connections are played, {@code -Dculvert.firstSeed=N} where the seeds
 * begin.
 */
class SimulationTest {
    private static final int CONNECTIONS = Integer.getInteger("culvert.connections", 10_000);
    private static final long FIRST_SEED = Long.getLong("culvert.firstSeed", 1L);
    private static final int WIRES = 60;
    private static final Long ONLY_SEED = Long.getLong("culvert.seed");

    private final FramePool frames = new FramePool();

    /** How many conversations share the world of a seed: often few, so that a failure is easy to read. */
    private static int conversations(final long seed) {
        return new SplittableRandom(seed).nextInt(3) == 0 ? 1 : new SplittableRandom(~seed).nextInt(2, 40);
    }

    @Test
    @Rfc(number = 9293, section = "3.4")
    @Rfc(number = 9293, section = "3.6")
    void everyByteArrivesOnceAndInOrderAndBothEndsEndClosed() {
        if (ONLY_SEED != null) {
            new RandomWorld(ONLY_SEED, conversations(ONLY_SEED), frames).run();
            return;
        }
        final long begin = System.nanoTime();
        long played = 0;
        long packets = 0;
        for (long seed = FIRST_SEED; played < CONNECTIONS; seed++) {
            final int count = conversations(seed);
            final RandomWorld world = new RandomWorld(seed, count, frames);
            world.run();
            played += count;
            packets += world.simulation().packets();
        }
        System.out.printf(
                Locale.ROOT,
                "simulation: %,d connections, %,d packets in %.1f s%n",
                played,
                packets,
                (System.nanoTime() - begin) / 1e9);
        assertTrue(played >= CONNECTIONS);
    }

    /**
     * Over the same bad wires the same bytes arrive, and connections pass the same states, whether the stacks or their devices
     * cut super-segments. Where a window grew otherwise (RFC 9406 §4.2) times differ, and with them now and then who closes first.
     */
    @Test
    void superSegmentsChangeNeitherTextNorStates() {
        int alike = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WIRES; seed++) {
            final Map<String, List<TcpState>> plain = states(seed, false);
            final Map<String, List<TcpState>> offload = states(seed, true);
            alike += plain.equals(offload) ? 1 : 0;
            assertEquals(ends(plain), ends(offload), "seed " + seed);
        }
        assertTrue(alike >= WIRES * 9 / 10, alike + " of " + WIRES);
    }

    private Map<String, List<TcpState>> states(final long seed, final boolean offload) {
        final RandomWorld world = RandomWorld.overWires(seed, 1, frames, offload);
        world.run();
        return world.states();
    }

    /** The state that each end of each connection is left in. */
    private static Map<String, TcpState> ends(final Map<String, List<TcpState>> states) {
        return states.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        way -> way.getValue().get(way.getValue().size() - 1)));
    }

    @Test
    void theSameSeedGivesTheSamePackets() {
        long previous = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + 10; seed++) {
            final long once = hash(seed);
            assertEquals(once, hash(seed), "seed " + seed + " gave two different runs");
            assertNotEquals(previous, once, "seed " + seed + " gave the run of another seed");
            previous = once;
        }
    }

    private long hash(final long seed) {
        final RandomWorld world = new RandomWorld(seed, 8, frames);
        world.run();
        return world.simulation().packetHash();
    }
}
