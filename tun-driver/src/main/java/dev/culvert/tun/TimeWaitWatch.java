package dev.culvert.tun;

import dev.culvert.counters.Counters;
import dev.culvert.counters.StackCounter;
import dev.culvert.shard.ShardConfig;

/** Tells a monitor that TIME-WAIT is full, but not more often than every 10 s, and then of how many together. Loop's thread. */
final class TimeWaitWatch {
    static final long INTERVAL_NS = 10_000_000_000L;

    private final ShardConfig config;
    private final StackMonitor monitor;
    private long told;
    private long toldNs;

    TimeWaitWatch(final ShardConfig config, final StackMonitor monitor) {
        this.config = config;
        this.monitor = monitor;
    }

    void look(final Counters counters, final long nowNs) {
        final long count = counters.get(StackCounter.TcpExtTCPTimeWaitOverflow);
        if (count == told || told > 0 && nowNs - toldNs < INTERVAL_NS) {
            return;
        }
        final long untold = count - told;
        told = count;
        toldNs = nowNs;
        monitor.onTimeWaitFull(untold, config.maxTimeWait(), config.timeWaitOverflow());
    }
}
