package dev.culvert.shard;

import static dev.culvert.env.RefusedValueException.checkRange;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import java.util.List;

/**
 * How one shard is set up. Immutable; any thread.
 *
 * @param addresses the stack's own addresses, at least one
 * @param mtuBytes largest packet of the device, IP header included: 576 to 65,535 (with an IPv6 address at least 1,280)
 * @param maxPacketBytes largest packet the sink takes as a super-segment; equal to the MTU when there is no offload
 * @param checksumOffload whether the sink completes transport checksums
 * @param memoryLimitBytes most off-heap memory for payload and rows
 * @param ephemeralLow first port for connections that name none
 * @param ephemeralHigh last such port
 * @param maxTimeWait TIME-WAIT rows at most, no more than the memory limit can hold
 * @param timeWaitOverflow what happens beyond that
 * @param maxHalfOpen half-open rows at most
 * @param tcp what connections start from
 */
public record ShardConfig(
        List<IpAddress> addresses,
        int mtuBytes,
        int maxPacketBytes,
        boolean checksumOffload,
        long memoryLimitBytes,
        int ephemeralLow,
        int ephemeralHigh,
        int maxTimeWait,
        TimeWaitOverflow timeWaitOverflow,
        int maxHalfOpen,
        TcpConfig tcp) {

    /** Memory that one TIME-WAIT row of an IPv4 connection takes at most, its place in the index included. */
    public static final int TIME_WAIT_BYTES = 48;

    /** The memory limit unless another is asked for, in bytes. */
    public static final long DEFAULT_MEMORY = 1L << 30;

    /** A copy for a sink that takes the largest super-segments there are and completes checksums, or for one that does neither. */
    public ShardConfig withOffload(final boolean on) {
        return with().maxPacketBytes(on ? OutboundPacket.MAX_LENGTH : mtuBytes)
                .checksumOffload(on)
                .build();
    }

    /** Refuses values out of range; the message names the field, the value and the range. */
    public ShardConfig {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a stack needs at least one address");
        }
        final boolean v6 = addresses.stream().anyMatch(address -> !address.isV4());
        checkRange("mtuBytes", mtuBytes, v6 ? 1_280 : 576, 65_535);
        checkRange("maxPacketBytes", maxPacketBytes, mtuBytes, 65_535);
        checkRange("ephemeralLow", ephemeralLow, 1, 65_535);
        checkRange("ephemeralHigh", ephemeralHigh, ephemeralLow, 65_535);
        checkRange("maxHalfOpen", maxHalfOpen, 1, 1 << 24);
        checkMemory(memoryLimitBytes);
        checkTimeWait(maxTimeWait, memoryLimitBytes);
    }

    /**
     * Refuses a memory limit below 1 MiB.
     *
     * @throws IllegalArgumentException with the reason
     */
    public static void checkMemory(final long memoryLimitBytes) {
        if (memoryLimitBytes < 1 << 20) {
            throw new IllegalArgumentException(
                    memoryLimitBytes + " bytes of memory are too little: at least 1 MiB is needed");
        }
    }

    /**
     * Refuses a cap on TIME-WAIT rows that is none, or beyond what so much memory holds.
     *
     * @throws IllegalArgumentException with the reason
     */
    public static void checkTimeWait(final int maxTimeWait, final long memoryLimitBytes) {
        checkRange("maxTimeWait", maxTimeWait, 1, TimeWaitTable.MAX_ROWS);
        if (maxTimeWait > mostTimeWait(memoryLimitBytes)) {
            throw new IllegalArgumentException(
                    maxTimeWait + " connections in TIME-WAIT take " + (long) maxTimeWait * TIME_WAIT_BYTES
                            + " bytes, more than the memory limit of " + memoryLimitBytes);
        }
    }

    /** The most TIME-WAIT rows that fit so much memory: the cap where none is asked for. */
    public static int mostTimeWait(final long memoryLimitBytes) {
        return (int) Math.min(memoryLimitBytes / TIME_WAIT_BYTES, TimeWaitTable.MAX_ROWS);
    }

    /**
     * What each of several shards gets: memory, TIME-WAIT rows and half-open rows are divided, everything else is the same.
     *
     * @throws IllegalArgumentException when there is too little memory for so many
     */
    public ShardConfig shareOf(final int shards) {
        return with().memoryLimitBytes(memoryLimitBytes / shards)
                .maxTimeWait(Math.min(divide(maxTimeWait, shards), mostTimeWait(memoryLimitBytes / shards)))
                .maxHalfOpen(divide(maxHalfOpen, shards))
                .build();
    }

    private static int divide(final int value, final int shards) {
        return (value + shards - 1) / shards;
    }

    /** The defaults for these addresses, at MTU 1,500 and without offload. */
    public static ShardConfig of(final IpAddress... addresses) {
        return new ShardConfigBuilder(List.of(addresses)).build();
    }

    /** A copy with another MTU and packet size. */
    public ShardConfig withMtu(final int mtu, final int maxPacket) {
        return with().mtuBytes(mtu).maxPacketBytes(maxPacket).build();
    }

    /** A copy with another TCP configuration. */
    public ShardConfig withTcp(final TcpConfig config) {
        return with().tcp(config).build();
    }

    /** A copy with another memory limit; the cap on TIME-WAIT rows goes down to what fits. */
    public ShardConfig withMemoryLimit(final long bytes) {
        return with().memoryLimitBytes(bytes)
                .maxTimeWait(Math.min(maxTimeWait, mostTimeWait(bytes)))
                .build();
    }

    /** A builder that starts from this configuration. */
    public ShardConfigBuilder with() {
        return new ShardConfigBuilder(this);
    }
}
