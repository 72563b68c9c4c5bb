package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.Counters;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.NewReno;
import dev.culvert.timer.TimerNode;
import org.junit.jupiter.api.Test;

/** What is lost, and what was needless, where each packet is late by itself: five segments of 1,000 bytes, sent 1 ms apart. */
class JitterRecoveryTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;
    private static final long START = -7_000 * MS; // the clock may be negative

    private final SentSegments sent = new SentSegments(new SentStore());
    private final Rack rack = sent.rack();

    JitterRecoveryTest() {
        for (int i = 0; i < 5; i++) {
            sent.append(i * MSS, (i + 1) * MSS, false, START + i * MS);
        }
    }

    private void arrives(final int segment, final long echoedNs, final long nowNs) {
        sent.beginAck(echoedNs, MS);
        sent.sack(segment * MSS, (segment + 1) * MSS, true, MSS, nowNs);
    }

    /** Segment 0 is sent again, what was sent behind that arrives, and the peer's TS.Recent stands for {@code echoedNs}. */
    private void loseARepair(final long stampNs, final long echoedNs) {
        rack.onLateArrival(START, START + 60 * MS);
        sent.markHeadLost(MSS);
        sent.retransmitted(sent.head(), stampNs, START + 100 * MS);
        sent.append(5 * MSS, 6 * MSS, false, START + 103 * MS);
        arrives(5, echoedNs, START + 110 * MS);
        rack.detectLosses(sent, 0, START + 500 * MS);
        assertEquals(5 * MSS, sent.lostBytes());
    }

    /** RFC 7323 section 5.3 R1 throws away a repair as well that a later one has overtaken. */
    @Test
    void aRepairThatALaterOneHasMadeThePeerRefuseIsNoCongestion() {
        loseARepair(START + 100 * MS, START + 102 * MS);
        assertFalse(sent.hasCongestionLoss());
    }

    @Test
    void aRepairThatNothingNewerHasPassedIsLost() {
        loseARepair(START + 100 * MS, START + 100 * MS);
        assertTrue(sent.hasCongestionLoss());
        assertEquals(0, sent.start(sent.firstLost()));
    }

    @Test
    void aShortRoundTripSaysLittleWhereSegmentsOvertakeEachOther() {
        arrives(4, Long.MAX_VALUE, START + 14 * MS);
        assertEquals(2 * MS, rack.waitNs(false, 1, 8 * MS, 100 * MS), "RACK.reo_wnd");
        arrives(2, Long.MAX_VALUE, START + 14 * MS);
        assertTrue(rack.sawReordering());
        assertEquals(88 * MS, rack.waitNs(false, 1, 8 * MS, 100 * MS));
        assertEquals(4 * MS, rack.reorderingWindowNs(false, 1, 8 * MS, 100 * MS), "twice what one has shown");
        assertEquals(4 * MS, rack.waitNs(false, 1, 8 * MS, 11 * MS), "longer than most: the window is enough");
    }

    /** Mean and largest lateness are a half and all of what one measures: the smoothed round trip is no more than the half. */
    @Test
    void whatWasMeasuredIsWaitedForUpToThreeSmoothedRoundTrips() {
        rack.onLateArrival(START, START + 150 * MS);
        rack.seeReordering();
        assertEquals(300 * MS, rack.latenessNs());
        assertEquals(300 * MS, rack.reorderingWindowNs(true, 9, MS, 140 * MS));
        assertEquals(240 * MS, rack.reorderingWindowNs(true, 9, MS, 80 * MS));
    }

    /** An ACK that only reports what has come ahead of a gap makes the window grow, as far as segments overtake each other. */
    @Test
    void theWindowGrowsByWhatComesInAnyOrder() {
        final NewReno control = new NewReno();
        final RackRecovery recovery = new RackRecovery(new Counters());
        control.onOpen(MSS, 10 * MSS, START);
        recovery.open(sent, control, -1);
        assertEquals(10 * MSS, windowAfter(recovery, control, 2, 20), "nothing has come late yet");
        assertEquals(11 * MSS, windowAfter(recovery, control, 1, 30));
        assertEquals(12 * MSS, windowAfter(recovery, control, 4, 31));
    }

    private int windowAfter(final RackRecovery recovery, final NewReno control, final int segment, final long ms) {
        final AckFacts facts = new AckFacts();
        facts.mssBytes = MSS;
        facts.packetBytes = MSS;
        facts.minRttNs = 80 * MS;
        facts.srttNs = 100 * MS;
        facts.echoedNs = Long.MAX_VALUE;
        facts.cwndLimited = true;
        facts.rttNs = -1;
        facts.nxt = 5 * MSS;
        facts.nowNs = START + ms * MS;
        arrives(segment, facts.echoedNs, facts.nowNs);
        facts.deliveredBytes = sent.deliveredBytes();
        recovery.onAck(facts);
        return control.windowBytes();
    }

    @Test
    void theTimestampOfWhatWasSentAgainAtSndUnaIsKnown() {
        sent.markHeadLost(MSS);
        sent.retransmitted(sent.head(), START + 40 * MS, START + 60 * MS);
        sent.beginAck(START, MS);
        sent.acknowledge(MSS, START + 90 * MS);
        assertEquals(START + 40 * MS, sent.delivery().headStampNs);
        sent.beginAck(START, MS);
        sent.acknowledge(2 * MSS, START + 90 * MS);
        assertEquals(TimerNode.NEVER, sent.delivery().headStampNs);
    }

    /** RFC 3522 section 3.2: the repairs of a recovery that was taken back arrive in the next one, older than its first repair. */
    @Test
    void theEchoOfARepairFromBeforeTheReductionTakesNothingBack() {
        final Undo undo = new Undo();
        final AckFacts facts = new AckFacts();
        undo.begin(0, 0);
        undo.onRetransmitted(0, MSS, TimerNode.NEVER, START + 100 * MS);
        facts.echoedNs = START + 90 * MS;
        assertFalse(undo.isEarlierEcho(facts, START + 90 * MS));
        assertTrue(undo.isEarlierEcho(facts, START + 100 * MS), "the original of what is sent again since");
        assertTrue(undo.isEarlierEcho(facts, TimerNode.NEVER), "what was not sent again at all");
        facts.echoedNs = START + 100 * MS;
        assertFalse(undo.isEarlierEcho(facts, START + 100 * MS));
    }
}
