package dev.culvert.tcp.loss;

import static dev.culvert.counters.StackCounter.TcpExtTCPDSACKUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPLossUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPSACKReorder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is only late (RFC 8985 §6.2), how late it comes, and what timestamps make a peer refuse of it (RFC 7323 §5.3). */
class ReorderingTest extends TenInFlight {
    @Test
    void whatIsOnlyLateIsReorderingAndNoLoss() {
        ack(0, 1, 2);
        ack(2, 0, 0);
        counted(1, TcpExtTCPSACKReorder);
        ack(2, 3, 7);
        assertEquals(LossPhase.DISORDER, recovery.phase());
        assertTrue(recovery.reorderingDeadlineNs() > nowNs);
    }

    /** The first segment comes 60 ms behind the second, which was sent 1 ms later: 61 ms late, so that up to twice as much is likely. */
    private void sixtyMillisecondsLate() {
        ack(0, 1, 2);
        nowNs += 60 * MS;
        facts.echoedNs = nowNs - RTT - 60 * MS;
        ack(2, 0, 0);
        assertEquals(122 * MS, facts.reorderingNs);
    }

    @Test
    void whatHasComeLateOnceIsWaitedForAsLong() {
        sixtyMillisecondsLate();
        ack(2, 9, 10); // a round trip of 151 ms
        final long seventhNs = nowNs - RTT - 60 * MS + 8 * MS;
        assertEquals(
                seventhNs + 151 * MS + 122 * MS,
                recovery.reorderingDeadlineNs(),
                "a quarter of the round trip is 25 ms");
    }

    @Test
    void whatARepairMayHaveMadeThePeerRefuseIsNoCongestion() { // RFC 7323 §5.3 R1
        sixtyMillisecondsLate();
        ack(2, 3, 4);
        ack(2, 5, 10);
        loseWhatIsMissing();
        resend();
        send(); // behind the recovery point, and before the repair of the second hole
        nowNs += MS;
        resend();
        facts.echoedNs = nowNs;
        nowNs += MS;
        send();
        nowNs += RTT;
        ack(10, 11, 12);
        nowNs += 2 * RTT;
        recovery.onReorderingTimeout(una, nxt, nowNs);
        assertEquals(10, resend());
        assertEquals(1, recovery.reductions());
        assertEquals(LossPhase.DISORDER, recovery.phase());
    }

    @Test
    void whereSegmentsOvertakeEachOtherTheFirstThatCameTwiceTakesTheReductionBack() {
        sixtyMillisecondsLate();
        ack(2, 4, 10);
        loseWhatIsMissing();
        resend();
        resend();
        nowNs += RTT;
        facts.echoedNs = nowNs - RTT;
        ack(3, 0, 0);
        dsack(3, 3);
        counted(0, TcpExtTCPDSACKUndo);
        dsack(3, 2);
        counted(1, TcpExtTCPDSACKUndo);
        assertEquals(Integer.MAX_VALUE, congestion.slowStartThresholdBytes());
    }

    /** Four segments count as lost, two repairs are sent, and the first one arrives 50 ms before what it has overtaken. */
    private void repairInVain(final boolean timestamps) {
        ack(0, 4, 10);
        resend();
        resend();
        nowNs += RTT;
        facts.echoedNs = timestamps ? nowNs - RTT : Long.MAX_VALUE;
        ack(1, 0, 0);
        nowNs += 50 * MS;
        dsack(1, 0);
    }

    @Test
    void aRepairThatCameBeforeWhatItRepairsTellsHowLateThatIs() {
        repairInVain(true);
        // Sent 9 ms before what has overtaken it, which was known to have arrived 159 ms ago; as the only one it counts
        // twice.
        assertEquals(2 * 159 * MS, facts.reorderingNs);
        counted(1, TcpExtTCPDSACKUndo);
        assertEquals(Integer.MAX_VALUE, congestion.slowStartThresholdBytes());
    }

    @Test
    void thatIsMeasuredAgainWhenMoreIsKnown() {
        sixtyMillisecondsLate();
        final long knownNs = sent.latenessNs();
        ack(2, 4, 10);
        loseWhatIsMissing();
        assertEquals(2, resend());
        nowNs += RTT;
        facts.echoedNs = nowNs - RTT;
        ack(3, 0, 0);
        nowNs += 300 * MS;
        dsack(3, 2);
        assertTrue(facts.reorderingNs > 300 * MS, knownNs + " ns before, now " + facts.reorderingNs);
        counted(1, TcpExtTCPDSACKUndo);
    }

    @Test
    void whichCameFirstIsOnlyKnownOfTheOldestSegment() {
        ack(0, 2, 6);
        resend();
        resend();
        facts.echoedNs = nowNs - 1;
        nowNs += 5 * MS;
        ack(1, 0, 0); // segment 0 comes after all, and the repair of the next one stays at SND.UNA
        ack(1, 7, 10);
        loseWhatIsMissing();
        assertEquals(6, resend());
        nowNs += RTT;
        ack(1, 6, 7);
        final long before = sent.latenessNs();
        nowNs += 50 * MS;
        dsack(1, 6);
        assertEquals(before, sent.latenessNs());
    }

    @Test
    void norOfTwoWithOneTimestamp() {
        ack(0, 4, 10);
        final long sentNs = sent.sentOnceNs(sent.firstLost());
        sent.splitAt(sent.firstLost(), MSS);
        sent.retransmitted(sent.firstLost(), sentNs, nowNs);
        recovery.onRetransmitted(0, MSS, sentNs, sentNs);
        nowNs += RTT;
        facts.echoedNs = sentNs;
        ack(1, 0, 0);
        nowNs += 50 * MS;
        dsack(1, 0);
        assertEquals(0, facts.reorderingNs);
    }

    @Test
    void withoutTimestampsItMayBeTheRepairThatIsLate() {
        repairInVain(false);
        assertEquals(0, facts.reorderingNs);
        counted(0, TcpExtTCPDSACKUndo);
    }

    @Test
    void whatComesAfterATimeoutHasBeenOvertakenByNothing() {
        timeout();
        facts.echoedNs = nowNs;
        resend();
        ack(1, 0, 0);
        nowNs += 50 * MS;
        dsack(1, 0);
        assertEquals(0, facts.reorderingNs);
    }

    @Test
    void whatWasRepairedTwiceMayHaveComeTwiceWithoutTheOriginal() {
        ack(0, 4, 10);
        resend();
        resend();
        timeout();
        facts.echoedNs = nowNs;
        resend();
        ack(1, 0, 0);
        dsack(1, 0);
        assertEquals(0, facts.reorderingNs);
        counted(0, TcpExtTCPLossUndo);
    }

    @Test
    void norDoesWhatALossProbeHadSentBefore() {
        ack(9, 0, 0);
        sent.retransmitted(sent.lastSegment(MSS), nowNs, nowNs); // the tenth
        nowNs += MS;
        for (int i = 0; i < 3; i++) {
            send();
        }
        nowNs += RTT;
        ack(9, 10, 13);
        resend();
        nowNs += RTT;
        facts.echoedNs = nowNs - RTT;
        ack(13, 0, 0);
        dsack(13, 9);
        assertEquals(0, facts.reorderingNs);
    }

    @Test
    void whatThePeerRefusesWasNotLost() { // RFC 7323 §5.3 R1
        sixtyMillisecondsLate();
        ack(2, 5, 10);
        loseWhatIsMissing();
        resend();
        resend();
        resend();
        facts.echoedNs = nowNs;
        nowNs += RTT;
        facts.overtaken = true;
        ack(2, 0, 0); // an ACK that came late
        facts.overtaken = false;
        ack(2, 0, 0);
        ack(2, 0, 0);
        counted(0, TcpExtTCPDSACKUndo);
        ack(2, 0, 0);
        counted(1, TcpExtTCPDSACKUndo);
        assertEquals(Integer.MAX_VALUE, congestion.slowStartThresholdBytes());
    }

    @Test
    void duplicatesOnAPathInOrderSayNothing() {
        ack(0, 1, 10);
        resend();
        facts.echoedNs = nowNs;
        ack(0, 0, 0);
        ack(0, 0, 0);
        counted(0, TcpExtTCPDSACKUndo);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
    }
}
