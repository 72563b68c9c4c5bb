package dev.culvert.kit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Conversations with a host of eight shards over bad links. {@code -Dculvert.seed=N} repeats the world of one seed alone,
 * {@code -Dculvert.firstSeed=N} says where the seeds begin, {@code -Dculvert.worlds=N} how many there are.
 */
class ShardedSimulationTest {
    private static final int WORLDS = Integer.getInteger("culvert.worlds", 24);
    private static final long FIRST_SEED = Long.getLong("culvert.firstSeed", 1L);
    private static final Long ONLY_SEED = Long.getLong("culvert.seed");

    private final FramePool frames = new FramePool();

    private ShardedWorld play(final long seed, final QueueChoice choice) {
        final int conversations = 1 + new SplittableRandom(~seed).nextInt(seed % 3 == 0 ? 1 : 30);
        final ShardedWorld world = new ShardedWorld(seed, conversations, choice, frames);
        world.run();
        return world;
    }

    @ParameterizedTest
    @EnumSource
    void whereverPacketsComeToEveryByteArrivesOnceAndEverythingEndsClosed(final QueueChoice choice) {
        if (ONLY_SEED != null) {
            play(ONLY_SEED, choice);
            return;
        }
        final long[] sums = new long[3];
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            final ShardedWorld world = play(seed, choice);
            sums[0] += world.counters().get(StackCounter.IpTakenOver);
            sums[1] += world.counters().get(StackCounter.IpReasmOKs);
            sums[2] += world.counters().get(DropReason.HANDOVER_FULL);
        }
        assertTrue(sums[0] > WORLDS, "packets taken over");
        assertTrue(sums[1] > WORLDS, "packets put together");
        assertTrue(sums[2] > 0, "full rings");
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSamePackets(final QueueChoice choice) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + 2; seed++) {
            final long once = play(seed, choice).simulation().packetHash();
            assertEquals(once, play(seed, choice).simulation().packetHash(), "seed " + seed);
        }
    }
}
