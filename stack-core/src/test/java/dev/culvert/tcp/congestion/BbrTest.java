package dev.culvert.tcp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What BBR makes of facts; the gain by which it paces tells its state. */
class BbrTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    /** Bytes per second: a segment each millisecond. */
    private static final long RATE = 1_000_000;

    private static final long RTT = 100 * MS;
    private static final int PRODUCT = 100 * MSS;

    private final Bbr bbr = new Bbr();
    private final AckFacts facts = new AckFacts();
    private long rttNs = RTT;

    BbrTest() {
        bbr.onOpen(MSS, 10 * MSS, 0);
        facts.mssBytes = MSS;
        facts.minRttNs = RTT;
    }

    /** An ACK of a segment, at this rate in segments per millisecond, with so many bytes found lost. */
    private void ack(final double rate, final int lostBytes, final int inFlightBytes) {
        facts.nowNs += (long) (MS / rate);
        facts.deliveredBytes = MSS;
        facts.lostBytes = lostBytes;
        facts.rttNs = rttNs;
        facts.srttNs = rttNs;
        facts.deliveryRateBytesPerSecond = (long) (RATE * rate);
        facts.rateIntervalNs = rttNs;
        facts.rateDeliveredBytes = (long) (RATE * rate * rttNs / SECOND);
        facts.inFlightBytes = inFlightBytes;
        facts.inFlightAfterBytes = inFlightBytes - MSS;
        bbr.onDelivery(facts);
    }

    private void rounds(final int count, final int inFlightBytes) {
        for (int i = 0; i < count * PRODUCT / MSS; i++) {
            ack(1, 0, inFlightBytes);
        }
    }

    private double gain() {
        return bbr.pacingBytesPerSecond() / 0.99 / RATE;
    }

    private void expectGain(final double expected) {
        assertEquals(expected, gain(), 0.02);
    }

    /** Startup is over, and what it has queued has left. */
    private void cruise() {
        rounds(5, PRODUCT);
        expectGain(1);
    }

    /** Round trips that deliver less, with a loss in each. */
    private void lossyRounds(final double rate) {
        for (int i = 0; i < 300; i++) {
            ack(rate, i % 80 == 0 ? MSS : 0, PRODUCT);
        }
    }

    private void untilItProbes() {
        for (int i = 0; i < 5_000 && gain() < 1.2; i++) {
            ack(1, 0, PRODUCT / 2);
        }
        expectGain(1.25);
    }

    @Test
    void startupEndsWhenTheRateHasNotGrownForThreeRounds() { // §5.3.1.2
        rounds(2, 3 * PRODUCT);
        expectGain(2.77);
        rounds(2, 3 * PRODUCT);
        expectGain(0.5);
        rounds(1, PRODUCT);
        expectGain(1);
    }

    @Test
    void startupEndsWhenMoreThanTwoPercentOfARoundAreLostInSixPieces() { // §5.3.1.3
        rounds(1, PRODUCT);
        growWithLosses(1.3, 5);
        assertTrue(gain() > 2.7 * 1.3, "five pieces: " + gain());
        growWithLosses(1.7, 6);
        assertEquals(1.7, gain(), 0.02, "six pieces, and nothing left to drain");
    }

    /** A round trip and a bit, with so many pieces lost in its first half. */
    private void growWithLosses(final double rate, final int pieces) {
        for (int i = 0; i < 180; i++) {
            ack(rate, i % 12 == 0 && i / 12 < pieces ? MSS : 0, PRODUCT);
        }
    }

    @Test
    void lossesOfWhatWasInFlightWhenStartupEndedAreAnsweredByDrain() {
        rounds(4, 3 * PRODUCT);
        expectGain(0.5);
        lossyRounds(0.8); // of the three products
        expectGain(1);
        lossyRounds(0.8);
        expectGain(0.8);
    }

    @Test
    void lossesWhileItCruisesCutTheRateToWhatIsDelivered() { // §5.5.10.3
        cruise();
        lossyRounds(0.8);
        expectGain(0.8);
        lossyRounds(0.4);
        expectGain(0.4);
    }

    @Test
    void aRoundWithLossesDoesNotCutTheRateByMoreThanThreeTenths() {
        cruise();
        lossyRounds(0.8);
        for (int i = 0; i < 100; i++) {
            final double before = gain();
            ack(0.1, MSS, PRODUCT);
            assertTrue(gain() >= 0.69 * before, before + " and then " + gain());
        }
        assertTrue(gain() < 0.7, "after ten rounds: " + gain());
    }

    @Test
    void anUndoTakesTheCutBack() { // §5.5.11
        cruise();
        final int window = bbr.windowBytes();
        bbr.onLoss(PRODUCT, facts.nowNs);
        lossyRounds(0.8);
        expectGain(0.8);
        bbr.onUndo(facts.nowNs);
        assertEquals(window, bbr.windowBytes());
        ack(1, 0, PRODUCT);
        expectGain(1);
    }

    @Test
    void anUndoOfTheReductionBeforeChangesNothing() {
        cruise();
        bbr.onLoss(PRODUCT, facts.nowNs);
        bbr.onUndo(facts.nowNs);
        lossyRounds(0.8);
        expectGain(0.8);
        bbr.onUndo(facts.nowNs);
        ack(1, 0, PRODUCT);
        expectGain(0.8);
    }

    @Test
    void aLossWithinTwoPercentOfAProbeDoesNotEndIt() {
        cruise();
        untilItProbes();
        ack(1, MSS, PRODUCT);
        expectGain(1.25);
    }

    @Test
    void moreLossEndsAProbeAndLeavesHeadroomForOthers() { // §5.5.10.2, §5.3.3
        cruise();
        untilItProbes();
        ack(1, 5 * MSS, PRODUCT);
        expectGain(0.9);
        rounds(1, PRODUCT / 2);
        expectGain(1);
        assertTrue(bbr.windowBytes() <= 0.85 * 1.05 * PRODUCT, bbr.windowBytes() + " bytes");
    }

    @Test
    void aProbeGoesOnWhileTheBoundIsWhatHoldsIt() { // §5.3.3.6
        cruise();
        untilItProbes();
        ack(1, 5 * MSS, PRODUCT);
        untilItProbes();
        final int[] windows = new int[7];
        for (int round = 0; round < windows.length; round++) {
            for (int i = 0; i < PRODUCT / MSS; i++) {
                ack(1, 0, bbr.windowBytes());
            }
            expectGain(1.25);
            windows[round] = bbr.windowBytes();
        }
        assertTrue(windows[6] - windows[5] > 8 * MSS, "grows faster and faster: " + Arrays.toString(windows));
    }

    @Test
    void aMarkEndsAProbe() { // RFC 3168 §6.1.2
        cruise();
        untilItProbes();
        bbr.onCongestionMark(PRODUCT, facts.nowNs);
        ack(1, 0, PRODUCT);
        expectGain(0.9);
    }

    @Test
    void aMarkWhileItCruisesIsALoss() {
        cruise();
        for (int round = 0; round < 4; round++) {
            bbr.onCongestionMark(PRODUCT, facts.nowNs);
            for (int i = 0; i < 80; i++) {
                ack(0.8, 0, PRODUCT);
            }
        }
        expectGain(0.8);
    }

    @Test
    void fiveSecondsWithoutTheShortestRoundTripHalveWhatIsInFlightForTwoHundredMilliseconds() { // §5.3.4
        cruise();
        rttNs = RTT + 20 * MS;
        final long from = facts.nowNs;
        while (bbr.windowBytes() > 0.6 * PRODUCT && facts.nowNs - from < 10 * SECOND) {
            ack(1, 0, PRODUCT);
        }
        assertEquals(5.0, (facts.nowNs - from) / 1e9, 0.2);
        assertEquals(PRODUCT / 2, bbr.windowBytes(), 2 * MSS);
        final long begun = facts.nowNs;
        while (bbr.windowBytes() < 0.6 * PRODUCT && facts.nowNs - begun < SECOND) {
            ack(1, 0, PRODUCT / 2);
        }
        assertEquals(0.2, (facts.nowNs - begun) / 1e9, 0.02);
    }

    @Test
    void aProbeForTheRateIsFinishedBeforeTheDelayIsProbedFor() {
        cruise();
        untilItProbes();
        rttNs = RTT + 20 * MS;
        facts.nowNs += 6 * SECOND;
        while (gain() > 1.2) {
            ack(1, 0, PRODUCT);
            assertTrue(bbr.windowBytes() > 0.6 * PRODUCT, "window " + bbr.windowBytes());
        }
        final long over = facts.nowNs;
        while (bbr.windowBytes() > 0.6 * PRODUCT && facts.nowNs - over < SECOND) {
            ack(1, 0, PRODUCT);
        }
        assertEquals(
                1.2 * RTT, (double) (facts.nowNs - over), 20 * MS, "when all is acknowledged that the probe has sent");
    }

    @Test
    void aProbeThatTheApplicationStarvesDoesNotPutThatOff() {
        cruise();
        untilItProbes();
        rttNs = RTT + 20 * MS;
        facts.nowNs += 6 * SECOND;
        facts.rateAppLimited = true;
        ack(1, 0, PRODUCT);
        assertEquals(PRODUCT / 2, bbr.windowBytes(), 2 * MSS);
    }

    @Test
    void theWaitForAProbeGoesOnWhileTheDelayIsProbedFor() {
        cruise();
        final long from = facts.nowNs;
        long probed = from;
        long longest = 0;
        int halved = 0;
        int before = bbr.windowBytes();
        while (facts.nowNs - from < 120 * SECOND) {
            rttNs += 200; // a queue that grows
            ack(1, 0, Math.min(PRODUCT, bbr.windowBytes()));
            halved += before > 0.6 * PRODUCT && bbr.windowBytes() <= 0.6 * PRODUCT ? 1 : 0;
            before = bbr.windowBytes();
            if (gain() > 1.2) {
                longest = Math.max(longest, facts.nowNs - probed);
                probed = facts.nowNs;
            }
        }
        assertTrue(halved > 12, halved + " times");
        assertTrue(longest < 2 * SECOND + 32 * RTT + 10 * RTT, longest / MS + " ms without a probe");
    }

    @Test
    void aRoundTripAsShortAsTheShortestOneNeedsNoProbe() {
        cruise();
        for (int i = 0; i < 12_000; i++) {
            ack(1, 0, PRODUCT);
            assertTrue(bbr.windowBytes() > 0.6 * PRODUCT, "window " + bbr.windowBytes());
        }
    }

    @Test
    void flowsDoNotProbeInStep() { // §5.3.3.5
        final Set<Long> waits = new HashSet<>();
        for (int flow = 0; flow < 8; flow++) {
            final BbrModel model = new BbrModel();
            model.open(MSS, 10 * MSS, 0);
            final BbrProbe probe = new BbrProbe(model);
            final long began = SECOND + flow * MS; // a millisecond after another
            probe.pickWait(began);
            assertEquals(waitMs(model, began), waitMs(model, began), "the same facts");
            final long wait = waitMs(model, began);
            assertTrue(wait >= 2_000 && wait <= 3_000, wait + " ms");
            waits.add(wait / 100);
        }
        assertTrue(waits.size() >= 4, "waits in 100 ms: " + waits);
    }

    @Test
    void aPathThatHoldsLessThanASegmentIsNotProbedInEveryRoundTrip() { // §5.3.3.5, with Linux's least window
        final BbrModel model = new BbrModel();
        model.open(MSS, 10 * MSS, 0);
        measure(model, MS, MSS, MSS / 2);
        final BbrProbe probe = new BbrProbe(model);
        probe.pickWait(MS);
        int rounds = 0;
        while (!probe.isTime(4 * MSS, MSS, MS)) {
            probe.onRound();
            rounds++;
        }
        assertEquals(3.5, rounds, 0.5);
    }

    private static long waitMs(final BbrModel model, final long beganNs) {
        final BbrProbe probe = new BbrProbe(model);
        probe.pickWait(beganNs);
        long now = beganNs;
        while (!probe.isTime(100 * MSS, MSS, now)) {
            now += MS;
        }
        return (now - beganNs) / MS;
    }

    @Test
    void aTimeoutLeavesASegmentAndAnUndoBringsTheWindowBack() { // §5.6.4.4
        cruise();
        final int window = bbr.windowBytes();
        bbr.onTimeout(PRODUCT, true, facts.nowNs);
        assertEquals(MSS, bbr.windowBytes());
        bbr.onUndo(facts.nowNs);
        assertEquals(window, bbr.windowBytes());
    }

    @Test
    void aRecoveryDoesNotTouchTheWindow() {
        cruise();
        final int window = bbr.windowBytes();
        assertNotEquals(PRODUCT / 2, window);
        bbr.onLoss(PRODUCT / 2, facts.nowNs);
        assertEquals(window, bbr.windowBytes());
        bbr.onRecovered(PRODUCT / 2, facts.nowNs);
        assertEquals(window, bbr.windowBytes());
    }

    @Test
    void aPauseOfASecondAt100GbitPerSecondDoesNotLookLikeAcksThatComeAtOnce() { // §5.5.9
        final BbrModel model = new BbrModel();
        model.open(MSS, 10 * MSS, 0);
        final int product = 12_500_000; // of a millisecond
        measure(model, MS, product, product);
        measure(model, SECOND, MSS, product);
        assertEquals(product + MSS, model.maxInflight(1));
    }

    /** An ACK of so many bytes on a path of a millisecond that holds {@code product}. */
    private void measure(final BbrModel model, final long nowNs, final int bytes, final int product) {
        facts.nowNs = nowNs;
        facts.deliveredBytes = bytes;
        facts.rateDeliveredBytes = bytes;
        facts.deliveryRateBytesPerSecond = product * SECOND / MS;
        facts.rttNs = MS;
        model.take(facts);
        model.updateMaxBw();
        model.updateMinRtt(facts, false);
        model.updateAckAggregation(1 << 30, nowNs);
    }

    @Test
    void whereMostOfARoundTripIsLatenessWhatComesAtOnceNeedsNoRoomOfItsOwn() {
        final BbrModel model = new BbrModel();
        model.open(MSS, 10 * MSS, 0);
        final int product = 12_500_000;
        measure(model, MS, product, product);
        assertEquals(3 * product, model.maxInflight(2));
        facts.reorderingNs = 2 * MS;
        facts.rateIntervalNs = MS;
        measure(model, MS, product, product);
        assertEquals(4 * product + 2 * product, model.maxInflight(2), "half of the mean round trip is lateness");
        facts.reorderingNs = 4 * MS;
        measure(model, MS, product, product);
        assertEquals(6 * product, model.maxInflight(2), "two thirds");
    }

    /** The bound of the short term came from a few packets that were late, and would hold Startup to it. */
    @Test
    void whereMostOfARoundTripTurnsOutToBeLatenessNothingIsBoundedByLossesThatWereFoundBefore() {
        cruise();
        lossyRounds(0.8);
        expectGain(0.8);
        facts.reorderingNs = 3 * RTT;
        ack(1, 0, PRODUCT);
        expectGain(2.77);
    }

    /** A packet that was sent and delivered within 2 ms, while the others that were in flight with it still are. */
    private void luckyPacket(final int lostBytes) {
        facts.reorderingNs = 150 * MS;
        facts.nowNs += MS;
        facts.deliveredBytes = MSS;
        facts.lostBytes = lostBytes;
        facts.rttNs = -1;
        facts.rateIntervalNs = 2 * MS;
        facts.rateDeliveredBytes = 2 * MSS;
        facts.inFlightBytes = PRODUCT;
        facts.inFlightAfterBytes = PRODUCT;
        bbr.onDelivery(facts);
    }

    @Test
    void aLuckyPacketDoesNotMakeALossALargeShare() {
        cruise();
        untilItProbes();
        luckyPacket(MSS);
        expectGain(1.25);
    }

    @Test
    void luckyPacketsMakeNoLossRoundsOfTheirOwn() {
        cruise();
        for (int i = 0; i < 100; i++) {
            luckyPacket(i % 10 == 0 ? MSS : 0);
        }
        assertTrue(gain() >= 0.69, "cut once at most: " + gain());
    }

    @Test
    void aSegmentInARoundTripLeavesAtAnyRateAlsoAfterAPause() {
        cruise();
        final long least = MSS * SECOND / RTT;
        for (int i = 0; i < 100 && bbr.pacingBytesPerSecond() > least; i++) {
            ack(0.001, 0, MSS);
        }
        assertEquals(least, bbr.pacingBytesPerSecond());
        bbr.onIdle(facts.nowNs);
        assertEquals(least, bbr.pacingBytesPerSecond());
    }
}
