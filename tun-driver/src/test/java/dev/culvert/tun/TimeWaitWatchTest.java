package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.counters.Counters;
import dev.culvert.counters.StackCounter;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeWaitWatchTest {
    private static final long START_NS = -5_000_000_000L;

    private final List<Long> told = new ArrayList<>();
    private final Counters counters = new Counters();
    private final TimeWaitWatch watch =
            new TimeWaitWatch(ShardConfig.of(IpAddress.parse("10.83.0.2")), new StackMonitor() {
                @Override
                public void onTimeWaitFull(final long connections, final int cap, final TimeWaitOverflow policy) {
                    told.add(connections);
                }
            });

    private void overflows(final int more, final long nowNs, final Long... expected) {
        counters.add(StackCounter.TcpExtTCPTimeWaitOverflow, more);
        watch.look(counters, nowNs);
        assertEquals(List.of(expected), told);
    }

    @Test
    void theFirstIsToldAtOnceTheNextAfterTheInterval() {
        overflows(0, START_NS);
        overflows(2, START_NS, 2L);
        overflows(5, START_NS + TimeWaitWatch.INTERVAL_NS - 1, 2L);
        overflows(1, START_NS + TimeWaitWatch.INTERVAL_NS, 2L, 6L);
        overflows(0, START_NS + 3 * TimeWaitWatch.INTERVAL_NS, 2L, 6L);
        overflows(1, START_NS + 3 * TimeWaitWatch.INTERVAL_NS, 2L, 6L, 1L);
    }
}
