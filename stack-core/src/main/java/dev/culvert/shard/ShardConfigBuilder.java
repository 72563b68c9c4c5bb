package dev.culvert.shard;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.wire.IpAddress;
import java.util.List;

/** Collects changes to a {@link ShardConfig}, which says what each value means; not thread-safe. */
public final class ShardConfigBuilder {
    private List<IpAddress> addresses;
    private int mtuBytes = 1_500;
    private int maxPacketBytes = 1_500;
    private boolean checksumOffload;
    private long memoryLimitBytes = ShardConfig.DEFAULT_MEMORY;
    private int ephemeralLow = 32_768;
    private int ephemeralHigh = 60_999;
    private int maxTimeWait = ShardConfig.mostTimeWait(ShardConfig.DEFAULT_MEMORY);
    private TimeWaitOverflow timeWaitOverflow = TimeWaitOverflow.DROP_NEW;
    private int maxHalfOpen = 4_096;
    private TcpConfig tcp = TcpConfig.DEFAULT;

    /** Starts from the defaults: MTU 1,500, no offload. */
    ShardConfigBuilder(final List<IpAddress> addresses) {
        this.addresses = addresses;
    }

    ShardConfigBuilder(final ShardConfig from) {
        addresses = from.addresses();
        mtuBytes = from.mtuBytes();
        maxPacketBytes = from.maxPacketBytes();
        checksumOffload = from.checksumOffload();
        memoryLimitBytes = from.memoryLimitBytes();
        ephemeralLow = from.ephemeralLow();
        ephemeralHigh = from.ephemeralHigh();
        maxTimeWait = from.maxTimeWait();
        timeWaitOverflow = from.timeWaitOverflow();
        maxHalfOpen = from.maxHalfOpen();
        tcp = from.tcp();
    }

    /** Sets {@link ShardConfig#addresses}. */
    public ShardConfigBuilder addresses(final List<IpAddress> value) {
        addresses = value;
        return this;
    }

    /** Sets {@link ShardConfig#mtuBytes}. */
    public ShardConfigBuilder mtuBytes(final int value) {
        mtuBytes = value;
        return this;
    }

    /** Sets {@link ShardConfig#maxPacketBytes}. */
    public ShardConfigBuilder maxPacketBytes(final int value) {
        maxPacketBytes = value;
        return this;
    }

    /** Sets {@link ShardConfig#checksumOffload}. */
    public ShardConfigBuilder checksumOffload(final boolean value) {
        checksumOffload = value;
        return this;
    }

    /** Sets {@link ShardConfig#memoryLimitBytes}. */
    public ShardConfigBuilder memoryLimitBytes(final long value) {
        memoryLimitBytes = value;
        return this;
    }

    /** Sets {@link ShardConfig#ephemeralLow}. */
    public ShardConfigBuilder ephemeralLow(final int value) {
        ephemeralLow = value;
        return this;
    }

    /** Sets {@link ShardConfig#ephemeralHigh}. */
    public ShardConfigBuilder ephemeralHigh(final int value) {
        ephemeralHigh = value;
        return this;
    }

    /** Sets {@link ShardConfig#maxTimeWait}. */
    public ShardConfigBuilder maxTimeWait(final int value) {
        maxTimeWait = value;
        return this;
    }

    /** Sets {@link ShardConfig#timeWaitOverflow}. */
    public ShardConfigBuilder timeWaitOverflow(final TimeWaitOverflow value) {
        timeWaitOverflow = value;
        return this;
    }

    /** Sets {@link ShardConfig#maxHalfOpen}. */
    public ShardConfigBuilder maxHalfOpen(final int value) {
        maxHalfOpen = value;
        return this;
    }

    /** Sets {@link ShardConfig#tcp}. */
    public ShardConfigBuilder tcp(final TcpConfig value) {
        tcp = value;
        return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException naming a value that is out of range
     */
    public ShardConfig build() {
        return new ShardConfig(
                addresses,
                mtuBytes,
                maxPacketBytes,
                checksumOffload,
                memoryLimitBytes,
                ephemeralLow,
                ephemeralHigh,
                maxTimeWait,
                timeWaitOverflow,
                maxHalfOpen,
                tcp);
    }
}
