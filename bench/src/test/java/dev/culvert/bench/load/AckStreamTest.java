package dev.culvert.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.congestion.AckFacts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AckStreamTest {
    private int acks;
    private int mostSackedBytes;
    private final Probe probe = new Probe() {
        @Override
        public void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {
            acks++;
            mostSackedBytes = Math.max(mostSackedBytes, tcb.sent.sackedBytes());
        }
    };

    @ParameterizedTest
    @CsvSource({"AT_ONCE,1,0", "IN_ORDER,481,0", "THREE_GAPS,481,962", "MANY_GAPS,481,482"})
    void everyWindowIsAcknowledgedAsThePatternSaysAndNothingIsSentTwice(
            final AckPattern pattern, final int acksForWindow, final int mostSacked) {
        for (final Delivery delivery : Delivery.values()) {
            final AckStream stream = new AckStream(pattern, delivery, probe);
            acks = 0;
            mostSackedBytes = 0;
            for (int i = 0; i < 20; i++) {
                stream.window();
            }
            stream.check();
            assertEquals(20 * acksForWindow, acks);
            assertEquals(mostSacked * SegmentStream.SEGMENT_TEXT, mostSackedBytes);
        }
    }
}
