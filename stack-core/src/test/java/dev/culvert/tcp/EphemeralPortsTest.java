package dev.culvert.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Secrets;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EphemeralPortsTest {
    private static final int LOW = 32_768;
    private static final int HIGH = 60_999;
    private static final int COUNT = HIGH - LOW + 1;

    private final BitSet used = new BitSet();
    private final WantedFlow flow = new WantedFlow();
    private EphemeralPorts ports;
    private FlowOwner owner;
    private long looks;

    @BeforeEach
    void build() {
        build(0, 1);
    }

    private void build(final int shard, final int shards) {
        final Secrets secrets = new Secrets(new SplittableRandom(1)::nextLong);
        owner = new FlowOwner(secrets, shard, shards);
        ports = new EphemeralPorts(secrets, owner, LOW, HIGH, 0);
        flow.set(0, 1, 0, 2, 80);
    }

    private int look(final int port) {
        looks++;
        return used.get(port) ? EphemeralPorts.USED : EphemeralPorts.FREE;
    }

    private int take() {
        final int port = ports.choose(flow, this::look, 0);
        if (port != 0) {
            assertFalse(used.get(port), "a free one");
            flow.localPort(port);
            assertTrue(owner.isHere(flow), "one of its own");
            used.set(port);
        }
        return port;
    }

    private void give(final int port) {
        used.clear(port);
        flow.localPort(port);
        ports.ended(flow);
    }

    /** Looks for each choice, while as many ports are given back as are taken. */
    @ParameterizedTest
    @CsvSource({"1, 0", "1, 50", "1, 90", "1, 99", "1, 100", "8, 0", "8, 50", "8, 99", "8, 100"})
    void aChoiceCostsTheSameAtAnyOccupancy(final int shards, final int percent) {
        build(shards / 2, shards);
        final SplittableRandom random = new SplittableRandom(percent);
        final int own = COUNT / shards;
        final int standing = Math.min(own - own / 1_000, own * percent / 100); // the rest are 99.9 % in use
        final int[] taken = new int[standing + 1];
        for (int i = 0; i < standing; i++) {
            taken[i] = take();
        }
        looks = 0;
        final int rounds = 3 * own;
        for (int i = 0; i < rounds; i++) {
            taken[standing] = take();
            assertNotEquals(0, taken[standing]);
            final int which = random.nextInt(standing + 1);
            give(taken[which]);
            taken[which] = taken[standing];
        }
        assertTrue(looks <= 12L * rounds, (double) looks / rounds + " looks for each");
    }

    @Test
    void everyPortIsFoundAndThenNoneAtOnce() {
        for (int i = 0; i < COUNT; i++) {
            assertNotEquals(0, take());
        }
        assertEquals(0, take());
        looks = 0;
        assertEquals(0, take());
        assertTrue(looks <= 8, looks + " looks to know that there is none");
        give(40_000);
        assertEquals(40_000, take());
    }

    @Test
    void restingPortsAreAskedAgainWhenTheirTimeHasCome() {
        final int[] freeAtMs = new int[1 << 16];
        for (int port = LOW; port <= HIGH; port++) {
            freeAtMs[port] = 1 + port % 1_000;
        }
        looks = 0;
        for (int nowMs = 0; nowMs <= 1_100; nowMs++) {
            final int now = nowMs;
            final EphemeralPorts.Verdict verdict = port -> {
                looks++;
                return Math.max(0, freeAtMs[port] - now);
            };
            for (int port = ports.choose(flow, verdict, now); port != 0; port = ports.choose(flow, verdict, now)) {
                assertTrue(freeAtMs[port] <= now);
                freeAtMs[port] = Integer.MAX_VALUE / 2;
            }
        }
        for (int port = LOW; port <= HIGH; port++) {
            assertEquals(Integer.MAX_VALUE / 2, freeAtMs[port], "port " + port + " was had");
        }
        assertTrue(looks < 20L * COUNT, looks + " looks");
    }

    @Test
    void excludedPortsAreNeverChosenAndComeBack() {
        final BitSet excluded = new BitSet();
        excluded.set(LOW, HIGH);
        ports.exclude(excluded);
        assertEquals(HIGH, take());
        assertEquals(0, take());
        ports.exclude(new BitSet());
        assertNotEquals(0, take());
    }

    @Test
    void anotherRangeHoldsAtOnce() {
        take();
        ports.range(2_000, 2_001);
        assertEquals(4_001, take() + take());
        assertEquals(0, take());
    }

    @Test
    void theShardsShareTheRangeWithoutAGapOrAnOverlap() {
        for (final int shards : new int[] {2, 3, 8, 16}) {
            used.clear();
            for (int shard = 0; shard < shards; shard++) {
                build(shard, shards);
                while (take() != 0) {} // until its share is used up
            }
            assertEquals(COUNT, used.cardinality(), shards + " shards");
        }
    }

    @Test
    void aShardWithoutAPortInTheRangeHasNone() {
        int found = 0;
        for (int shard = 0; shard < 4; shard++) {
            build(shard, 4);
            ports.range(5_000, 5_000);
            found += take() == 5_000 ? 1 : 0;
        }
        assertEquals(1, found, "shards with the only port");
    }

    @Test
    void destinationsDoNotCountForEachOther() {
        ports.range(LOW, LOW);
        assertEquals(LOW, take());
        assertEquals(0, take());
        flow.set(0, 1, 0, 2, 81);
        used.clear();
        assertEquals(LOW, take());
    }
}
