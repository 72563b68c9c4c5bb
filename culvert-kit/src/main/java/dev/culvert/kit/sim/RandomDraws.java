package dev.culvert.kit.sim;

import dev.culvert.kit.sim.Plan.Ending;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.Ecn;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.util.List;
import java.util.SplittableRandom;

/** Draws links, configurations and plans: mostly ordinary ones, sometimes at the edge. */
final class RandomDraws {
    private static final int[] MTUS = {1_500, 1_500, 1_500, 1_280, 9_000, 65_535, 1_500, 576};
    private static final long MS = 1_000_000;
    private static final int LARGEST = 200_000;
    /** Calls that one stream takes at most, roughly: a byte at a time would only test patience. */
    private static final int MOST_WRITES = 10_000;

    private final SplittableRandom random;

    RandomDraws(final SplittableRandom random) {
        this.random = random;
    }

    long batchNs() {
        return random.nextInt(2) == 0 ? 0 : random.nextLong(300_000);
    }

    LinkConfig link(final boolean noDamage) {
        if (chance(6)) {
            return LinkConfig.clean(random.nextLong(10_000, 80 * MS));
        }
        final long delayNs = random.nextInt(4) == 0 ? 20_000 : random.nextLong(100_000, 60 * MS);
        final LinkConfig link = new LinkConfig.Builder()
                .delayNs(delayNs)
                .jitterNs(chance(2) ? 0 : random.nextLong(delayNs / 2 + 1))
                .loss(new Loss.Random(chance(3) ? 0 : random.nextDouble() * 0.08))
                .duplicate(chance(2) ? 0 : random.nextDouble() * 0.05)
                .reorder(chance(2) ? 0 : random.nextDouble() * 0.2)
                .reorderNs(chance(2) ? MS : 20 * MS)
                .corrupt(chance(2) ? 0 : random.nextDouble() * 0.02)
                .truncate(chance(4) ? random.nextDouble() * 0.01 : 0)
                .refuse(chance(4) ? random.nextDouble() * 0.01 : 0)
                .build();
        final LinkConfig shaped = chance(4) ? withRate(link) : link;
        return noDamage ? shaped.withoutDamage() : shaped;
    }

    private LinkConfig withRate(final LinkConfig link) {
        return link.with()
                .bitsPerSecond(random.nextLong(2_000_000, 1_000_000_000))
                .queueBytes(200_000)
                .markBytes(chance(2) ? Integer.MAX_VALUE : random.nextInt(3_000, 200_000))
                .build();
    }

    ShardConfig shardConfig(final boolean v6) {
        final int mtu = MTUS[random.nextInt(v6 ? MTUS.length - 1 : MTUS.length)];
        final boolean offload = chance(4);
        return ShardConfig.of(v6 ? IpAddress.ANY_V6 : IpAddress.ANY_V4)
                .withMtu(mtu, mtu)
                .withOffload(offload)
                .withTcp(tcp());
    }

    ShardConfig withAddress(final ShardConfig shape, final IpAddress address) {
        return shape.with().addresses(List.of(address)).build();
    }

    private TcpConfig tcp() {
        return TcpConfig.DEFAULT
                .with()
                .mslMs(chance(4) ? random.nextInt(500, 30_000) : 30_000)
                .synAckRetries(15) // a client that waits in silence would wait for ever
                .timestamps(!chance(4))
                .sack(!chance(4))
                .windowScaling(!chance(4))
                .ecn(Ecn.values()[random.nextInt(3)])
                .build();
    }

    /** What one connection changes; when somebody will break off, both ends probe, since a reset can get lost. */
    TcpConfig connection(final TcpConfig base, final boolean keepAlive) {
        return base.with()
                .keepAlive(keepAlive)
                .keepAliveIdleMs(10_000)
                .keepAliveIntervalMs(1_000)
                .nagle(!chance(3))
                .delayedAckMs(chance(4) ? 0 : 40)
                .sendBufferBytes(chance(3) ? random.nextInt(4_096, 40_000) : 4 << 20)
                .receiveBufferBytes(chance(3) ? random.nextInt(4_096, 80_000) : 6 << 20)
                .lingerMs(chance(8) && keepAlive ? 0 : -1)
                .build();
    }

    /** Client's and server's plans, which fit each other. */
    Plan[] plans() {
        final int kind = random.nextInt(10);
        return switch (kind) {
            case 0, 1, 2 -> pair(Ending.HALF_CLOSE, false, Ending.HALF_CLOSE, false);
            case 3 -> pair(Ending.HALF_CLOSE, false, Ending.AFTER_PEER, false);
            case 4 -> pair(Ending.AFTER_PEER, false, Ending.HALF_CLOSE, false);
            case 5, 6 -> pair(Ending.HALF_CLOSE, false, Ending.HALF_CLOSE, true);
            case 7 -> pair(Ending.HALF_CLOSE, true, Ending.HALF_CLOSE, false);
            case 8 -> pair(breakOff(), false, Ending.HALF_CLOSE, false);
            default -> pair(Ending.HALF_CLOSE, false, breakOff(), chance(2));
        };
    }

    private Ending breakOff() {
        return chance(2) ? Ending.ABORT : Ending.CLOSE_EARLY;
    }

    private Plan[] pair(final Ending client, final boolean clientLate, final Ending server, final boolean serverLate) {
        final Plan up = plan(client, clientLate);
        return new Plan[] {up, plan(server, serverLate)};
    }

    private Plan plan(final Ending ending, final boolean late) {
        final int bytes = size();
        final boolean slowWriter = chance(8);
        final boolean slowReader = chance(6);
        return new Plan(
                bytes,
                Math.max(bytes / MOST_WRITES, chunk(bytes, slowWriter)),
                slowWriter ? random.nextLong(100_000, 50 * MS) : 0,
                Math.max(LARGEST / MOST_WRITES, chunk(LARGEST, slowReader)),
                slowReader ? random.nextLong(100_000, 20 * MS) : 0,
                late,
                chance(3),
                ending,
                random.nextLong(bytes + 1L));
    }

    private int size() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1, 20);
            case 2, 3 -> random.nextInt(1, 2_000);
            case 4, 5 -> random.nextInt(1, 20_000);
            default -> random.nextInt(1, LARGEST + 1);
        };
    }

    private int chunk(final int most, final boolean coarse) {
        final int least = coarse ? 500 : 1;
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(least, 2_000);
            case 1 -> random.nextInt(1_000, 10_000);
            default -> random.nextInt(4_000, Math.max(5_000, most));
        };
    }

    private boolean chance(final int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
