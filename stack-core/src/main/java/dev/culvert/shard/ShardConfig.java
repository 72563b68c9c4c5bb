package dev.culvert.shard;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
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
 * @param maxTimeWait TIME-WAIT rows at most
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
        int maxHalfOpen,
        TcpConfig tcp) {

    /** Refuses values out of range; the message names the field, the value and the range. */
    public ShardConfig {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a stack needs at least one address");
        }
        final boolean v6 = addresses.stream().anyMatch(address -> !address.isV4());
        range("mtuBytes", mtuBytes, v6 ? 1_280 : 576, 65_535);
        range("maxPacketBytes", maxPacketBytes, mtuBytes, 65_535);
        range("ephemeralLow", ephemeralLow, 1, 65_535);
        range("ephemeralHigh", ephemeralHigh, ephemeralLow, 65_535);
        range("maxTimeWait", maxTimeWait, 1, Integer.MAX_VALUE);
        range("maxHalfOpen", maxHalfOpen, 1, 1 << 24);
        if (memoryLimitBytes < 1 << 20) {
            throw new IllegalArgumentException("memoryLimitBytes " + memoryLimitBytes + " is below 1 MiB");
        }
    }

    private static void range(final String name, final int value, final int least, final int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + " is outside " + least + " to " + most);
        }
    }

    /** The defaults for these addresses, at MTU 1,500 and without offload. */
    public static ShardConfig of(final IpAddress... addresses) {
        return new ShardConfig(
                List.of(addresses), 1_500, 1_500, false, 1L << 30, 32_768, 60_999, 262_144, 4_096, TcpConfig.DEFAULT);
    }

    /** A copy with another MTU and packet size. */
    public ShardConfig withMtu(final int mtu, final int maxPacket) {
        return new ShardConfig(
                addresses,
                mtu,
                maxPacket,
                checksumOffload,
                memoryLimitBytes,
                ephemeralLow,
                ephemeralHigh,
                maxTimeWait,
                maxHalfOpen,
                tcp);
    }

    /** A copy with another TCP configuration. */
    public ShardConfig withTcp(final TcpConfig config) {
        return new ShardConfig(
                addresses,
                mtuBytes,
                maxPacketBytes,
                checksumOffload,
                memoryLimitBytes,
                ephemeralLow,
                ephemeralHigh,
                maxTimeWait,
                maxHalfOpen,
                config);
    }

    /** A copy with another memory limit. */
    public ShardConfig withMemoryLimit(final long bytes) {
        return new ShardConfig(
                addresses,
                mtuBytes,
                maxPacketBytes,
                checksumOffload,
                bytes,
                ephemeralLow,
                ephemeralHigh,
                maxTimeWait,
                maxHalfOpen,
                tcp);
    }
}
