package dev.culvert.tun;

import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.MemoryLevels;
import dev.culvert.tcp.PortRanges;
import dev.culvert.tcp.TcpConfig;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/** What can be changed while a stack runs: every loop takes it over in its next round. Any thread. */
final class LiveSettings {
    private final List<StackLoop> loops;
    private volatile TcpConfig tcpConfig;
    private volatile String ephemeralPorts;
    private volatile String reservedPorts = "";
    private volatile long memoryLimitBytes;
    private volatile MemoryLevels memoryLevels = MemoryLevels.DEFAULT;

    LiveSettings(final List<StackLoop> loops, final ShardConfig config) {
        this.loops = loops;
        tcpConfig = config.tcp();
        ephemeralPorts = config.ephemeralLow() + "-" + config.ephemeralHigh();
        memoryLimitBytes = config.memoryLimitBytes();
    }

    private void everywhere(final Consumer<Shard> change) {
        loops.forEach(loop -> loop.executeNow(() -> change.accept(loop.shard)));
    }

    TcpConfig tcpConfig() {
        return tcpConfig;
    }

    void tcpConfig(final TcpConfig config) {
        tcpConfig = config;
        everywhere(shard -> shard.configure(config));
    }

    String ephemeralPorts() {
        return ephemeralPorts;
    }

    void ephemeralPorts(final int low, final int high) {
        if (low < 1 || high > 65_535 || low > high) {
            throw new IllegalArgumentException("ports " + low + "-" + high + " are not a range within 1-65535");
        }
        ephemeralPorts = low + "-" + high;
        everywhere(shard -> shard.ephemeralPorts(low, high));
    }

    String reservedPorts() {
        return reservedPorts;
    }

    void reservedPorts(final String text) {
        final BitSet ports = PortRanges.parse(text);
        reservedPorts = PortRanges.toString(ports);
        everywhere(shard -> shard.reservedPorts(ports));
    }

    long memoryLimitBytes() {
        return memoryLimitBytes;
    }

    void memoryLimitBytes(final long bytes) {
        final long share = bytes / loops.size();
        ShardConfig.checkMemory(share);
        memoryLimitBytes = bytes;
        everywhere(shard -> shard.memoryLimit(share));
    }

    MemoryLevels memoryLevels() {
        return memoryLevels;
    }

    void memoryLevels(final MemoryLevels levels) {
        memoryLevels = levels;
        everywhere(shard -> shard.memoryLevels(levels));
    }
}
