package dev.culvert.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import dev.culvert.env.Secrets;
import dev.culvert.wire.ParsedPacket;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowOwnerTest {
    private final Secrets secrets = new Secrets(new SplittableRandom(1)::nextLong);
    private final WantedFlow flow = new WantedFlow();

    private FlowOwner owner(final int shard, final int shards) {
        return new FlowOwner(secrets, shard, shards);
    }

    @Test
    void allShardsAgreeAndNeighbouringPortsGoRound() {
        final SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 1_000; i++) {
            flow.set(0, random.nextLong(), random.nextLong(), random.nextLong(), random.nextInt(1 << 16));
            final int port = random.nextInt(60_000);
            flow.localPort(port);
            final int of = owner(0, 8).of(flow);
            for (int shard = 0; shard < 8; shard++) {
                assertEquals(of, owner(shard, 8).of(flow));
                assertEquals(of == shard, owner(shard, 8).isHere(flow));
            }
            flow.localPort(port + 1);
            assertEquals((of + 1) % 8, owner(3, 8).of(flow));
        }
    }

    /** A server's connections differ in the remote address and port only. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 16})
    void theConnectionsOfAServerAreSpreadEvenly(final int shards) {
        final int[] had = new int[shards];
        final int all = 20_000;
        for (int i = 0; i < all; i++) {
            flow.set(0, 0xffff_0a53_0002L, 0, 0xffff_0a53_0001L, 32_768 + i);
            flow.localPort(80);
            had[owner(0, shards).of(flow)]++;
        }
        for (final int count : had) {
            assertTrue(Math.abs(count - all / shards) < all / shards / 5, count + " of " + all);
        }
    }

    @Test
    void fragmentsOfOnePacketMeetWhateverElseTheySay() {
        final ParsedPacket first = new ParsedPacket();
        first.srcLo = 1;
        first.dstLo = 2;
        first.fragmentId = 77;
        first.protocol = 6;
        final ParsedPacket second = new ParsedPacket();
        second.srcLo = 1;
        second.dstLo = 2;
        second.fragmentId = 77;
        second.fragmentOffset = 800;
        assertEquals(owner(0, 16).ofFragment(first), owner(5, 16).ofFragment(second));

        final BitSet homes = new BitSet();
        for (int id = 0; id < 200; id++) {
            second.fragmentId = id;
            homes.set(owner(0, 16).ofFragment(second));
        }
        assertEquals(16, homes.cardinality(), "shards that share the work");
    }

    @Test
    @Rfc(number = 6864, section = "4.3")
    void noTwoShardsUseTheSameIdentifications() {
        final BitSet used = new BitSet();
        for (int shard = 0; shard < 5; shard++) {
            for (int counter = -1; counter < 65_536 / 5 - 1; counter++) {
                final int id = owner(shard, 5).identification(counter);
                assertTrue(id >= 0 && id < 65_536 && !used.get(id), "identification " + id);
                used.set(id);
            }
        }
        assertEquals(123_456, owner(0, 1).identification(123_456), "one shard counts as it likes");
    }

    @Test
    void impossibleNumbersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> owner(0, 0));
        assertThrows(IllegalArgumentException.class, () -> owner(0, 17));
        assertThrows(IllegalArgumentException.class, () -> owner(2, 2));
        assertThrows(IllegalArgumentException.class, () -> owner(-1, 2));
    }
}
