package dev.culvert.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentStreamTest {
    private static final int BATCHES = 100;

    private final List<TcpState> states = new ArrayList<>();
    private final Probe probe = new Probe() {
        @Override
        public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
            states.add(to);
        }
    };

    @ParameterizedTest
    @EnumSource
    void everySegmentIsTakenInOrderAndReadWholeOverIpv4(final Delivery delivery) {
        everySegmentIsTakenInOrderAndReadWhole(true, delivery);
    }

    @ParameterizedTest
    @EnumSource
    void everySegmentIsTakenInOrderAndReadWholeOverIpv6(final Delivery delivery) {
        everySegmentIsTakenInOrderAndReadWhole(false, delivery);
    }

    private void everySegmentIsTakenInOrderAndReadWhole(final boolean v4, final Delivery delivery) {
        final SegmentStream stream = new SegmentStream(v4, delivery, !v4, probe);
        for (int i = 0; i < BATCHES; i++) {
            stream.batch();
        }
        stream.check();
        assertEquals(List.of(TcpState.SYN_RECEIVED, TcpState.ESTABLISHED), states);
        final long packets = (long) BATCHES * SegmentStream.BATCH;
        assertEquals(
                (packets * delivery.wireSegments + 1) * SegmentStream.SEGMENT_TEXT, stream.bytesRead(), "bytes read");
    }

    @Test
    void theTextThatIsReadIsTheTextThatWasSent() {
        final SegmentStream stream = new SegmentStream(true, Delivery.WIRE);
        for (int i = 0; i < SegmentStream.SEGMENT_TEXT; i++) {
            assertEquals((byte) (i * 31), stream.lastText().getByte(i), "byte " + i);
        }
    }

    @Test
    void aBatchThatNeverReachedTheStackIsNoticed() {
        final SegmentStream stream = new SegmentStream(true, Delivery.VERIFIED);
        stream.batchWithoutStack();
        stream.batch();
        assertThrows(IllegalStateException.class, stream::check);
    }
}
