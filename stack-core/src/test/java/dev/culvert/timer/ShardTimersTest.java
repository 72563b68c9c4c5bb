package dev.culvert.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The wheel against a list of deadlines that is searched from end to end. */
class ShardTimersTest {
    private static final long MS = 1_000_000L;
    private static final long START = -5_000 * MS; // a monotonic clock may be negative

    private final ShardTimers timers = new ShardTimers(START);
    private final List<String> fired = new ArrayList<>();

    private void expireAt(final long nowNs) {
        timers.expire(nowNs, (node, kind, now) -> fired.add(node.owner() + " " + kind));
    }

    @Test
    void firesAtTheDeadlineAndNotOneNanosecondEarlier() {
        final TimerNode node = new TimerNode("a");
        timers.set(node, TimerKind.RETRANSMIT, START + 200 * MS + 7);

        assertEquals(START + 200 * MS + 7, timers.nextDeadlineNs());
        expireAt(START + 200 * MS + 6);
        assertEquals(List.of(), fired);
        expireAt(START + 200 * MS + 7);
        assertEquals(List.of("a RETRANSMIT"), fired);
        assertEquals(TimerNode.NEVER, timers.nextDeadlineNs());
        assertEquals(0, timers.nodes());
    }

    @Test
    void aDeadlineThatMovedLaterFiresOnlyThere() {
        final TimerNode node = new TimerNode("a");
        timers.set(node, TimerKind.RETRANSMIT, START + 200 * MS);
        timers.set(node, TimerKind.RETRANSMIT, START + 900 * MS);

        expireAt(START + 899 * MS);
        assertEquals(List.of(), fired);
        expireAt(START + 900 * MS);
        assertEquals(List.of("a RETRANSMIT"), fired);
    }

    @Test
    void aCancelledTimerNeverFires() {
        final TimerNode node = new TimerNode("a");
        timers.set(node, TimerKind.DELAYED_ACK, START + 40 * MS);
        node.cancel(TimerKind.DELAYED_ACK);

        expireAt(START + 10_000 * MS);
        assertEquals(List.of(), fired);
        assertEquals(0, timers.nodes());
    }

    @Test
    void severalTimersOfOneConnectionFireEachAtItsTime() {
        final TimerNode node = new TimerNode("a");
        timers.set(node, TimerKind.KEEPALIVE, START + 7_200_000 * MS);
        timers.set(node, TimerKind.RETRANSMIT, START + 1_000 * MS);
        timers.set(node, TimerKind.DELAYED_ACK, START + 40 * MS);

        expireAt(START + 40 * MS);
        expireAt(START + 1_000 * MS);
        assertEquals(List.of("a DELAYED_ACK", "a RETRANSMIT"), fired);
        assertTrue(timers.nextDeadlineNs() <= START + 7_200_000 * MS);
        expireAt(START + 7_200_000 * MS);
        assertEquals(List.of("a DELAYED_ACK", "a RETRANSMIT", "a KEEPALIVE"), fired);
    }

    @Test
    void aHandlerMayStartItsOwnTimersAgain() {
        final TimerNode node = new TimerNode("a");
        timers.set(node, TimerKind.KEEPALIVE, START + 10_000 * MS);
        timers.set(node, TimerKind.RETRANSMIT, START + 100 * MS);
        final List<Long> times = new ArrayList<>();
        final TimerHandler handler = (n, kind, now) -> {
            times.add(now);
            if (times.size() < 4) {
                timers.set(n, TimerKind.RETRANSMIT, now + 100 * MS);
            }
        };
        long nowNs = START;
        while (times.size() < 5) {
            nowNs = Math.max(nowNs, timers.nextDeadlineNs());
            timers.expire(nowNs, handler);
        }
        assertEquals(
                List.of(START + 100 * MS, START + 200 * MS, START + 300 * MS, START + 400 * MS, START + 10_000 * MS),
                times);
    }

    @Test
    void aDeadlineThatOnlyMovesLaterIsLookedAtOnceWhenItsFirstTimeComes() {
        final TimerNode node = new TimerNode("a");
        for (int i = 0; i < 1_000; i++) {
            timers.set(node, TimerKind.RETRANSMIT, START + 200 * MS + i * MS);
            expireAt(START + i * MS / 10);
        }
        assertEquals(0, timers.looks());
        expireAt(START + 200 * MS);
        assertEquals(1, timers.looks());
        expireAt(START + 1_199 * MS);
        assertEquals(List.of("a RETRANSMIT"), fired);
        assertEquals(2, timers.looks());
    }

    @Test
    void oneCallCatchesUpWithHoursAndLooksAtEachTimerAFewTimes() {
        final int count = 10_000;
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            timers.set(new TimerNode(i), TimerKind.KEEPALIVE, START + random.nextLong(14_400_000) * MS);
        }
        expireAt(START + 14_400_000 * MS);
        assertEquals(count, fired.size());
        assertEquals(0, timers.nodes());
        assertTrue(
                timers.looks() <= 2L * count,
                timers.looks() + " looks"); // out of the coarse wheel, out of the fine one
    }

    @Test
    void deadlinesAtOneMomentCostOneLookEach() {
        final int count = 10_000;
        for (int i = 0; i < count; i++) {
            timers.set(new TimerNode(i), TimerKind.RETRANSMIT, START + 200 * MS);
        }
        expireAt(START + 200 * MS);
        assertEquals(count, fired.size());
        assertEquals(count, timers.looks());
    }

    @Test
    void behavesLikeAListOfDeadlinesOverRandomOperations() {
        for (int seed = 1; seed <= 20; seed++) {
            new RandomRun(seed).run();
        }
    }

    /** Random sets, cancels, removals and sleeps; the wheel is woken only when it asks for it. */
    private static final class RandomRun {
        private final long seed;
        private final SplittableRandom random;
        private final ShardTimers wheel = new ShardTimers(START);
        private final TimerNode[] nodes = new TimerNode[50];
        private final long[][] expected = new long[nodes.length][TimerKind.COUNT];
        private long nowNs = START;

        RandomRun(final long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            for (int i = 0; i < nodes.length; i++) {
                nodes[i] = new TimerNode(i);
                Arrays.fill(expected[i], TimerNode.NEVER);
            }
        }

        void run() {
            for (int step = 0; step < 5_000; step++) {
                final int i = random.nextInt(nodes.length);
                final TimerKind kind = TimerKind.values()[random.nextInt(TimerKind.COUNT)];
                switch (random.nextInt(10)) {
                    case 0 -> {
                        wheel.remove(nodes[i]);
                        Arrays.fill(expected[i], TimerNode.NEVER);
                    }
                    case 1 -> {
                        nodes[i].cancel(kind);
                        expected[i][kind.ordinal()] = TimerNode.NEVER;
                    }
                    default -> {
                        final long delay = random.nextLong(1L << random.nextInt(20, 46));
                        wheel.set(nodes[i], kind, nowNs + delay);
                        expected[i][kind.ordinal()] = nowNs + delay;
                    }
                }
                if (random.nextInt(3) == 0) {
                    sleep();
                }
            }
        }

        private void sleep() {
            final long until = nowNs + random.nextLong(1L << random.nextInt(20, 40));
            assertTrue(wheel.nextDeadlineNs() <= earliest(), () -> "seed " + seed);
            nowNs = until;
            wheel.expire(nowNs, (node, kind, now) -> {
                final int i = (int) node.owner();
                assertTrue(expected[i][kind.ordinal()] <= nowNs, () -> "too early, seed " + seed);
                expected[i][kind.ordinal()] = TimerNode.NEVER;
            });
            assertTrue(earliest() > nowNs, () -> "missed one, seed " + seed);
        }

        private long earliest() {
            long earliest = TimerNode.NEVER;
            for (final long[] deadlines : expected) {
                for (final long deadline : deadlines) {
                    earliest = Math.min(earliest, deadline);
                }
            }
            return earliest;
        }
    }
}
