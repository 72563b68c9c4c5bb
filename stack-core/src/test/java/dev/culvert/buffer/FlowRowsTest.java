package dev.culvert.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.wire.Flow;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Rows against a hash map of deadlines. */
class FlowRowsTest {
    private record Tuple(long localHi, long localLo, int localPort, long remoteHi, long remoteLo, int remotePort)
            implements Flow {
        int weakHash() {
            return (int) (remoteLo % 7) * 64 + remotePort % 3; // few values: runs and collisions
        }
    }

    private final Memory memory = new Memory(64 << 20);
    private final FlowRows rows = new FlowRows(memory, 8, 0);
    private final Map<Tuple, Long> model = new HashMap<>();

    @Test
    void findsAndExpiresLikeAMapOfDeadlines() {
        for (long seed = 1; seed <= 10; seed++) {
            run(seed);
        }
    }

    private int walked() {
        final int[] count = {0};
        for (int next = 0; next >= 0; next = rows.walk(next, 7, row -> count[0]++)) {
            assertTrue(count[0] <= model.size());
        }
        return count[0];
    }

    private long nowNs;

    private void run(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < 5_000; step++) {
            final Tuple tuple = new Tuple(0, 9, 80, random.nextInt(2), random.nextInt(60), random.nextInt(5));
            final long deadline = nowNs + random.nextLong(1L << random.nextInt(20, 38));
            final int row = rows.find(tuple.weakHash(), tuple);
            assertEquals(model.containsKey(tuple), row >= 0, "seed " + seed);
            if (row < 0) {
                rows.insert(tuple.weakHash(), tuple, deadline);
                model.put(tuple, deadline);
            } else if (random.nextBoolean()) {
                rows.remove(row);
                model.remove(tuple);
            } else {
                rows.deadlineNs(row, deadline);
                model.put(tuple, deadline);
            }
            assertEquals(model.size(), rows.size());
            assertEquals(model.size(), walked());
            if (random.nextInt(20) == 0) {
                expire(nowNs + random.nextLong(1L << random.nextInt(20, 38)), seed);
            }
        }
        expire(nowNs + (1L << 60) / 10, seed); // years of sleep cost one turn of the wheel
        assertEquals(0, rows.size());
        assertEquals(Long.MAX_VALUE, rows.nextDeadlineNs());
    }

    private void expire(final long until, final long seed) {
        final long earliest =
                model.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
        assertTrue(rows.nextDeadlineNs() <= earliest, () -> "seed " + seed);
        nowNs = until;
        for (int row = rows.due(until); row >= 0; row = rows.due(until)) {
            final Flow flow = rows.flow(row);
            final Tuple tuple = new Tuple(
                    flow.localHi(),
                    flow.localLo(),
                    flow.localPort(),
                    flow.remoteHi(),
                    flow.remoteLo(),
                    flow.remotePort());
            assertTrue(model.remove(tuple) <= until, "too early, seed " + seed);
            rows.remove(row);
        }
        assertTrue(model.values().stream().allMatch(deadline -> deadline > until), () -> "missed one, seed " + seed);
    }

    @Test
    void refusesARowWhenMemoryHasRunOut() {
        final FlowRows small = new FlowRows(new Memory(100_000), 8, 0);
        int inserted = 0;
        for (int i = 0; i < 10_000; i++) {
            inserted += small.insert(i, new Tuple(0, 0, 0, 0, i, 0), 1) >= 0 ? 1 : 0;
        }
        assertEquals(1_024, inserted);
        assertEquals(1_024, small.size());
    }
}
