package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.tcp.congestion.AckFacts;
import org.junit.jupiter.api.Test;

/** Samples of the delivery rate on segments of 1,000 bytes, times in ms. */
class DeliveryRateTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;

    private final SentSegments sent = new SentSegments(new SentStore());
    private final AckFacts facts = new AckFacts();
    private int nxt = 1;

    DeliveryRateTest() {
        sent.rate.open();
    }

    private void send(final int segments, final long atMs) {
        for (int i = 0; i < segments; i++) {
            sent.append(nxt, nxt + MSS, false, atMs * MS);
            nxt += MSS;
        }
    }

    /** Acknowledges so many segments; returns the sample in bytes per ms. */
    private long ack(final int segments, final long atMs, final long minRttMs) {
        sent.beginAck(Long.MAX_VALUE, Long.MAX_VALUE);
        sent.acknowledge(una() + segments * MSS, atMs * MS);
        sent.endAck(facts, minRttMs == 0 ? Long.MAX_VALUE : minRttMs * MS);
        return facts.deliveryRateBytesPerSecond / 1_000;
    }

    private int una() {
        return nxt - sent.outstandingBytes();
    }

    @Test
    void theRateIsWhatArrivedSinceTheSegmentWasSent() {
        send(10, 1_000);
        assertEquals(10, ack(1, 1_100, 100)); // one segment in 100 ms
        assertEquals(1, sent.deliveredBytes() / MSS);
        ack(8, 1_190, 100);
        send(10, 1_190);
        ack(1, 1_200, 100);
        assertEquals(11_000 / 190, ack(10, 1_290, 100)); // 11 since they were sent; sending them took the longer time
        assertEquals(11 * MSS, facts.rateDeliveredBytes);
        assertEquals(190 * MS, facts.rateIntervalNs);
    }

    @Test
    void acknowledgementsInABunchAreNoFasterPath() {
        for (int i = 0; i < 10; i++) {
            send(1, 1_000 + 10 * i); // a segment every 10 ms
        }
        for (int i = 0; i < 9; i++) {
            ack(1, 1_200, 100);
        }
        assertEquals(10_000 / 200, ack(1, 1_200, 100)); // nothing had arrived when they were sent
        send(1, 1_210);
        assertEquals(1_000 / 100, ack(1, 1_310, 100));
    }

    @Test
    void silenceDoesNotCount() {
        send(1, 1_000);
        ack(1, 1_100, 100);
        send(10, 60_000);
        assertEquals(100, ack(10, 60_100, 100));
    }

    @Test
    void aSampleShorterThanARoundTripIsNone() {
        send(2, 1_000);
        assertEquals(0, ack(1, 1_050, 100));
        assertEquals(20, ack(1, 1_100, 100));
    }

    @Test
    void whatWasSentAfterAGapOfTheApplicationIsMarked() {
        send(2, 1_000);
        sent.rate.onAppLimited(2 * MSS);
        send(1, 1_010);
        ack(2, 1_100, 100);
        assertFalse(facts.rateAppLimited);
        assertEquals(20_000, sent.rate.latestBytesPerSecond());
        ack(1, 1_110, 100);
        assertTrue(facts.rateAppLimited);
        assertEquals(3_000_000 / 110, sent.rate.latestBytesPerSecond()); // more than was known: it counts all the same
        send(1, 1_200);
        ack(1, 1_300, 100);
        assertFalse(facts.rateAppLimited); // the gap has passed through
        assertEquals(10_000, sent.rate.latestBytesPerSecond());
    }

    @Test
    void partOfASegmentCountsOnce() {
        send(2, 1_000);
        sent.beginAck(Long.MAX_VALUE, Long.MAX_VALUE);
        sent.acknowledge(501, 1_100 * MS);
        sent.endAck(facts, Long.MAX_VALUE);
        assertEquals(500, sent.deliveredBytes());
        sent.beginAck(Long.MAX_VALUE, Long.MAX_VALUE);
        sent.acknowledge(2_001, 1_100 * MS);
        sent.endAck(facts, Long.MAX_VALUE);
        assertEquals(1_500, sent.deliveredBytes());
        assertEquals(2_000, sent.rate.deliveredBytes());
    }

    @Test
    void aSegmentSentAgainIsMeasuredFromThen() {
        send(2, 1_000);
        sent.markHeadLost(MSS);
        sent.retransmitted(sent.firstLost(), 1_300 * MS, 1_300 * MS);
        assertEquals(2_000 / 400, ack(2, 1_400, 100));
    }
}
