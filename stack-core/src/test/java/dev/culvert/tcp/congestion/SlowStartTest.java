package dev.culvert.tcp.congestion;

import static dev.culvert.tcp.congestion.AckStream.MS;
import static dev.culvert.tcp.congestion.AckStream.MSS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow start with HyStart++ against {@link HyStartModel}, and its limits per ACK. */
class SlowStartTest {
    private final NewReno reno = new NewReno();

    /** Plays rounds whose round-trip time in ms depends on their number; returns that in which avoidance began, or −1. */
    private int play(final int rounds, final IntUnaryOperator rttMs) {
        final AckStream acks = new AckStream(reno, 10);
        final HyStartModel model = new HyStartModel(10);
        acks.facts.nxt = 1 + 10 * MSS;
        int end = acks.facts.nxt;
        for (int round = 0; round < rounds; round++) {
            acks.rtt(rttMs.applyAsInt(round) * MS).at(acks.nowNs() + rttMs.applyAsInt(round) * MS);
            final int thisEnd = end;
            while (acks.facts.una - thisEnd < 0) {
                end = acks.facts.nxt;
                acks.ack(MSS);
                model.ack(rttMs.applyAsInt(round), acks.facts.una - thisEnd >= 0);
                if (model.avoidance) {
                    assertEquals(model.cwnd * MSS, reno.slowStartThresholdBytes(), MSS);
                    return round;
                }
                assertEquals(model.cwnd * MSS, reno.windowBytes(), 1, "round " + round);
                assertEquals(Integer.MAX_VALUE, reno.slowStartThresholdBytes());
            }
        }
        return -1;
    }

    @Test
    @Rfc(number = 9438, id = "7", section = "4.10")
    @Rfc(number = 9406, id = "7", section = "4.2")
    void delayThatGrowsEndsSlowStartAfterFiveConservativeRounds() {
        assertEquals(4 + 4, play(20, round -> round < 4 ? 40 : 45)); // rounds 4 to 8 are conservative
    }

    @Test
    @Rfc(number = 9406, section = "4.2")
    void delayThatGrowsALittleDoesNot() {
        assertEquals(-1, play(10, round -> 40 + round * 4)); // each time by less than the larger of an eighth and 4 ms
    }

    @Test
    @Rfc(number = 9406, section = "4.2")
    void aFalseAlarmIsTakenBack() {
        assertEquals(-1, play(10, round -> round == 3 ? 80 : 40));
    }

    @Test
    @Rfc(number = 9406, section = "4.2")
    void eachSampleOfALongRoundCountsFromTheEighthOn() {
        for (int late = 8; late < 400; late++) {
            final AckStream acks = new AckStream(reno, 500);
            acks.facts.nxt = 1 + 500 * MSS;
            acks.rtt(40 * MS);
            for (int i = 0; i < 500; i++) {
                acks.ack(MSS);
            }
            acks.rtt(45 * MS);
            for (int i = 0; i < late; i++) {
                acks.ack(MSS);
            }
            final int before = reno.windowBytes();
            acks.ack(MSS);
            assertEquals(before + MSS / 4, reno.windowBytes(), "conservative after " + late + " samples");
            acks.rtt(40 * MS).ack(MSS); // a false alarm
            assertEquals(before + MSS / 4 + MSS, reno.windowBytes(), "after " + late + " samples");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 20, 200, 1_000})
    @Rfc(number = 9406, section = "4.3")
    void theThresholdIsAnEighthOfTheRoundTripBetween4And16Ms(final int rttMs) {
        final int threshold = Math.max(4, Math.min(rttMs / 8, 16));
        assertEquals(-1, play(8, round -> round < 2 ? rttMs : rttMs + threshold - 1));
        assertEquals(2 + 4, play(8, round -> round < 2 ? rttMs : rttMs + threshold));
    }

    /** ACKs of a segment each, 1 ms apart, on a path of 40 ms; returns the bytes that the window has grown by. */
    private int train(final AckStream acks, final int segments) {
        final int before = reno.windowBytes();
        for (int i = 0; i < segments; i++) {
            acks.facts.inFlightBytes = reno.windowBytes();
            acks.at(acks.nowNs() + MS).ack(MSS);
        }
        return reno.windowBytes() - before;
    }

    private AckStream onAPathOf40Ms() {
        final AckStream acks = new AckStream(reno, 20);
        acks.facts.nxt = 1 + 20 * MSS;
        acks.facts.minRttNs = 40 * MS;
        return acks.at(1_000 * MS).rtt(40 * MS);
    }

    @Test
    void anUnbrokenTrainOfHalfARoundTripMakesSlowStartConservative() {
        final AckStream acks = onAPathOf40Ms();
        assertEquals(20 * MSS, train(acks, 20));
        assertEquals(10 * MSS / 4, train(acks, 10));
        assertEquals(Integer.MAX_VALUE, reno.slowStartThresholdBytes());
    }

    /** A control goes on to the next connection with the control block that it belongs to. */
    @Test
    void theTrainOfOneConnectionIsNotThatOfTheNext() {
        final AckStream first = onAPathOf40Ms();
        assertEquals(15 * MSS, train(first, 15));
        final AckStream next = onAPathOf40Ms().at(first.nowNs());
        assertEquals(19 * MSS, train(next, 19));
    }

    @Test
    void delayThatGrowsAfterATrainEndsSlowStartAtOnce() {
        final AckStream acks = onAPathOf40Ms();
        train(acks, 50); // the round that has seen the train is over
        acks.rtt(45 * MS);
        train(acks, 60);
        assertTrue(reno.slowStartThresholdBytes() < 60 * MSS, "ssthresh " + reno.slowStartThresholdBytes());
    }

    @Test
    void fiveRoundsAfterATrainEndSlowStartWithoutDelay() {
        final AckStream acks = onAPathOf40Ms();
        train(acks, 400);
        assertTrue(reno.slowStartThresholdBytes() < 150 * MSS, "ssthresh " + reno.slowStartThresholdBytes());
    }

    @Test
    void aTrainThatIsBrokenPacedOrOfSomebodyElsesMakingSaysNothing() {
        final AckStream broken = onAPathOf40Ms();
        for (int i = 0; i < 5; i++) {
            assertEquals(15 * MSS, train(broken, 15));
            broken.at(broken.nowNs() + 5 * MS); // an eighth of the round trip, and the next ACK
        }
        final AckStream paced = onAPathOf40Ms();
        paced.facts.paced = true;
        assertEquals(60 * MSS, train(paced, 60));
        final AckStream reordered = onAPathOf40Ms();
        reordered.facts.reorderingNs = 5 * MS; // as long as a silence that breaks it
        assertEquals(60 * MSS, train(reordered, 60));
        final AckStream gathered = onAPathOf40Ms();
        gathered.facts.minRttNs = MS - 1;
        assertEquals(60 * MSS, train(gathered, 60));
        final AckStream few = onAPathOf40Ms();
        for (int i = 0; i < 60; i++) {
            few.facts.inFlightBytes = 16 * MSS - 1;
            few.at(few.nowNs() + MS).ack(MSS);
        }
        assertEquals(80 * MSS, reno.windowBytes());
    }

    /** The last ACK of a burst is delayed by 40 ms, which is less than an eighth of the round trip. */
    @Test
    void whatADelayedAckWaitsBreaksATrainOnALongPath() {
        final AckStream acks = onAPathOf40Ms();
        acks.facts.minRttNs = 400 * MS;
        for (int i = 0; i < 10; i++) {
            assertEquals(30 * MSS, train(acks, 30));
            acks.at(acks.nowNs() + 40 * MS);
        }
        acks.at(acks.nowNs() - 40 * MS + 29 * MS);
        assertEquals(
                141 * MSS,
                train(acks, 141),
                "a silence of 30 ms does not: 200 ms after the last burst began it is one train");
        assertEquals(10 * MSS / 4, train(acks, 10));
    }

    /** Segments come up to 300 ms late: a segment and an ACK per ms, each with a round trip by chance. */
    private static void jitter(final AckStream acks, final Random random, final int segments, final long leastNs) {
        jitter(acks, random, segments, leastNs, MS);
    }

    private static void jitter(
            final AckStream acks, final Random random, final int segments, final long leastNs, final long segmentNs) {
        acks.facts.reorderingNs = 300 * MS;
        acks.facts.minRttNs = 40 * MS;
        for (int i = 0; i < segments; i++) {
            acks.rtt(leastNs + (long) (random.nextDouble() * 300 * MS));
            acks.facts.srttNs = leastNs + 150 * MS;
            acks.at(acks.nowNs() + segmentNs).sack(MSS);
        }
    }

    @Test
    void whereSegmentsOvertakeEachOtherTheLeastOfManyRoundTripsShowsTheDelay() {
        final Random random = new Random(1);
        final AckStream acks = new AckStream(reno, 10);
        jitter(acks, random, 40_000, 42 * MS);
        assertEquals(Integer.MAX_VALUE, reno.slowStartThresholdBytes(), "jitter is no delay");
        assertEquals(40_010 * MSS, reno.windowBytes());
        final int enough = 8 * (1 + 300 / 4);
        jitter(acks, random, 3 * enough, 46 * MS);
        assertEquals(Integer.MAX_VALUE, reno.slowStartThresholdBytes(), "conservative");
        final int before = reno.windowBytes();
        jitter(acks, random, enough, 46 * MS);
        assertEquals(enough * MSS / 4, reno.windowBytes() - before);
        jitter(acks, random, 3 * enough, 46 * MS);
        assertTrue(reno.slowStartThresholdBytes() < 43_000 * MSS, "ssthresh " + reno.slowStartThresholdBytes());
    }

    /** On a fast path so many samples are a small part of a round trip, and a burst makes a queue for that long. */
    @Test
    void whereSegmentsOvertakeEachOtherADelayOfLessThanARoundTripDoesNotEndSlowStart() {
        final Random random = new Random(3);
        final AckStream acks = new AckStream(reno, 10);
        jitter(acks, random, 40_000, 42 * MS, MS / 100);
        jitter(acks, random, 19_000, 46 * MS, MS / 100); // 190 ms
        assertEquals(Integer.MAX_VALUE, reno.slowStartThresholdBytes());
        jitter(acks, random, 3_000, 46 * MS, MS / 100);
        assertTrue(reno.slowStartThresholdBytes() < 48_000 * MSS, "ssthresh " + reno.slowStartThresholdBytes());
    }

    @Test
    void aDelayThatDoesNotLastIsTakenBackWhereSegmentsOvertakeEachOtherToo() {
        final Random random = new Random(2);
        final AckStream acks = new AckStream(reno, 10);
        for (int i = 0; i < 10; i++) {
            jitter(acks, random, 2_000, 46 * MS);
            jitter(acks, random, 2_000, 40 * MS);
        }
        assertEquals(Integer.MAX_VALUE, reno.slowStartThresholdBytes());
    }

    @Test
    void aWindowGrowsByWhatIsDeliveredOnlyWhereSegmentsOvertakeEachOther() {
        final AckStream acks = new AckStream(reno, 10);
        acks.sack(MSS);
        assertEquals(10 * MSS, reno.windowBytes());
        acks.facts.reorderingNs = MS;
        acks.sack(MSS);
        assertEquals(11 * MSS, reno.windowBytes());
    }

    @Test
    void aTrainBeginsWhereTheApplicationStopsBeingTheLimit() {
        final AckStream acks = onAPathOf40Ms().limited(false);
        assertEquals(0, train(acks, 40));
        acks.limited(true);
        assertEquals(19 * MSS, train(acks, 19));
    }

    @Test
    @Rfc(number = 9406, section = "4.2")
    void anAckCountsForEightSegmentsAtMost() {
        final AckStream acks = new AckStream(reno, 100);
        acks.ack(5 * MSS);
        assertEquals(105 * MSS, reno.windowBytes());
        acks.ack(100 * MSS);
        assertEquals(113 * MSS, reno.windowBytes());
        acks.facts.packetBytes = 64 * MSS; // offload: one of our packets is acknowledged at once
        acks.ack(64 * MSS);
        assertEquals((113 + 64) * MSS, reno.windowBytes());
    }

    @Test
    @Rfc(number = 3042, id = "2", section = "2")
    void afterATimeoutAnAckCountsForOneSegmentUntilAvoidanceAndThenForTwo() { // RFC 3465 §2.3
        final AckStream acks = new AckStream(reno, 40);
        acks.facts.packetBytes = 64 * MSS; // a window of one segment is no larger packet
        reno.onTimeout(40 * MSS, true, 0);
        acks.ack(30 * MSS);
        assertEquals(2 * MSS, reno.windowBytes());
        acks.facts.packetBytes = MSS;
        acks.ack(10 * MSS);
        assertEquals(3 * MSS, reno.windowBytes());
        while (reno.windowBytes() < 20 * MSS) {
            acks.ack(MSS);
        }
        reno.onIdle(0);
        assertEquals(20 * MSS, reno.windowBytes()); // no more than the initial window
        final AckStream again = new AckStream(reno, 10);
        reno.onLoss(100 * MSS, 0);
        reno.onIdle(0);
        assertEquals(10 * MSS, reno.windowBytes());
        again.ack(8 * MSS);
        assertEquals(12 * MSS, reno.windowBytes());
    }

    @Test
    @Rfc(number = 7661, section = "4.4.3")
    void anUnusedWindowIsHalvedAndRemembered() {
        new AckStream(reno, 10);
        reno.onLoss(200 * MSS, 0);
        reno.onUnvalidated(0);
        assertEquals(50 * MSS, reno.windowBytes());
        assertEquals(100 * MSS, reno.slowStartThresholdBytes());
        for (int i = 0; i < 5; i++) {
            reno.onUnvalidated(0);
        }
        assertEquals(10 * MSS, reno.windowBytes());
        assertTrue(reno.slowStartThresholdBytes() >= 75 * MSS);
    }
}
