package dev.culvert.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortConnectionsTest {
    private static final int TIME_WAIT = 1_000;
    private static final List<TcpState> SERVER_CLOSES_FIRST = List.of(
            TcpState.SYN_RECEIVED,
            TcpState.ESTABLISHED,
            TcpState.FIN_WAIT_1,
            TcpState.FIN_WAIT_2,
            TcpState.TIME_WAIT,
            TcpState.CLOSED);

    private final Map<Long, List<TcpState>> states = new HashMap<>();
    private final Probe probe = new Probe() {
        @Override
        public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
            states.computeIfAbsent(flow.remoteLo() << 16 | flow.remotePort(), key -> new ArrayList<>())
                    .add(to);
        }
    };

    @ParameterizedTest
    @CsvSource({"true, WIRE", "true, VERIFIED", "false, WIRE", "false, VERIFIED"})
    void everyConnectionGoesThroughEveryStateOfAnActiveCloser(final boolean v4, final Delivery delivery) {
        final ShortConnections load = new ShortConnections(v4, delivery, TIME_WAIT, probe);
        load.fill();
        load.check();
        assertEquals(load.connections(), states.size(), "4-tuples");
        int waiting = 0;
        for (final List<TcpState> seen : states.values()) {
            assertEquals(SERVER_CLOSES_FIRST.subList(0, seen.size()), seen);
            assertTrue(seen.size() >= SERVER_CLOSES_FIRST.size() - 1, seen::toString);
            waiting += seen.size() < SERVER_CLOSES_FIRST.size() ? 1 : 0;
        }
        assertEquals(load.timeWaitCount(), waiting);
    }

    @Test
    void theNumberOfTimeWaitRowsIsWhatWasAskedForAndStays() {
        final ShortConnections load = new ShortConnections(true, Delivery.VERIFIED, 10 * TIME_WAIT);
        load.fill();
        final int rows = load.timeWaitCount();
        assertEquals(10.0 * TIME_WAIT, rows, TIME_WAIT, "rows");
        for (int i = 0; i < 1_000; i++) {
            load.batch();
        }
        load.check();
        assertEquals(rows, load.timeWaitCount(), ShortConnections.BATCH);
    }

    @Test
    void connectionsThatNeverReachedTheStackAreNoticed() {
        final ShortConnections load = new ShortConnections(true, Delivery.VERIFIED, TIME_WAIT);
        load.batchWithoutStack();
        assertThrows(IllegalStateException.class, load::check);
    }
}
