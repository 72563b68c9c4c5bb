package dev.culvert.bench.load;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Entropy;
import dev.culvert.env.Secrets;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketSink;

/**
 * A shard with a clock that only the load moves, driven in the rounds of a TUN queue's agent: packets, timers, end of batch.
 * One thread.
 */
final class DrivenShard {
    /** First of the ports that the shard chooses from. */
    static final int EPHEMERAL_LOW = 32_768;
    /** Last of these. */
    static final int EPHEMERAL_HIGH = 60_999;

    private static final long NS_PER_MS = 1_000_000L;
    private static final long MEMORY_LIMIT = 8L << 30;
    private static final int MAX_TIME_WAIT = 16_000_000;

    /** The stack's address of this family. */
    static IpAddress stackAddress(final boolean v4) {
        return IpAddress.parse(v4 ? "10.83.0.2" : "fd83::2");
    }

    /** The first of the peer's addresses of this family. */
    static IpAddress peerAddress(final boolean v4) {
        return IpAddress.parse(v4 ? "10.84.0.0" : "fd84::");
    }

    final Shard shard;
    final PacketMetadata metadata = new PacketMetadata();
    long nowNs;
    /** The peer's timestamp clock: 1 ms per tick, as ours. */
    int peerClock = 1;

    DrivenShard(
            final IpAddress address,
            final Delivery delivery,
            final TcpConfig tcp,
            final PacketSink sink,
            final ApplicationEvents events,
            final Probe probe) {
        metadata.checksum = delivery.checksumState();
        final ShardConfig config = ShardConfig.of(address)
                .with()
                .maxPacketBytes(delivery.wireSegments > 1 ? OutboundPacket.MAX_LENGTH : 1_500)
                .checksumOffload(delivery.offload)
                .memoryLimitBytes(MEMORY_LIMIT)
                .ephemeralLow(EPHEMERAL_LOW)
                .ephemeralHigh(EPHEMERAL_HIGH)
                .maxTimeWait(MAX_TIME_WAIT)
                .tcp(tcp)
                .build();
        shard = new Shard(config, new Secrets(seeds()), sink, events, token -> {}, probe, 0);
    }

    /** Always the same keys, so that runs differ in nothing but the machine's mood. */
    static Entropy seeds() {
        final long[] state = {0x9e3779b97f4a7c15L};
        return () -> {
            state[0] = state[0] * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            return state[0] ^ state[0] >>> 29;
        };
    }

    /** A packet of the peer comes in. */
    void arrive(final PeerFrame frame) {
        shard.onPacket(frame.buffer(), 0, frame.buffer().capacity(), metadata, nowNs);
    }

    /** Ends the round: timers that are due, then everything that the batch has caused; then time passes. */
    void endRound(final long stepNs) {
        if (shard.nextDeadlineNs() <= nowNs) {
            shard.onTimeout(nowNs);
        }
        shard.endBatch(nowNs);
        advance(stepNs);
    }

    /** Time passes. */
    void advance(final long ns) {
        nowNs += ns;
        peerClock = (int) (nowNs / NS_PER_MS) + 1;
    }

    /** Packets dropped for any reason. */
    long drops() {
        long drops = 0;
        for (final DropReason reason : DropReason.values()) {
            drops += shard.counters().get(reason);
        }
        return drops;
    }

    /** The value of a counter. */
    long count(final StackCounter counter) {
        return shard.counters().get(counter);
    }

    /** Fails when the load was not what it claims to be: a figure for something else is worse than none. */
    static void require(final String what, final long expected, final long actual) {
        if (expected != actual) {
            throw new IllegalStateException(what + ": expected " + expected + ", got " + actual);
        }
    }
}
