package dev.culvert.tcp.loss;

import static dev.culvert.counters.StackCounter.TcpExtTCPDSACKUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPFullUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPLossProbeRecovery;
import static dev.culvert.counters.StackCounter.TcpExtTCPLossProbes;
import static dev.culvert.counters.StackCounter.TcpExtTCPLossUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPLostRetransmit;
import static dev.culvert.counters.StackCounter.TcpExtTCPPartialUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPSACKReneging;
import static dev.culvert.counters.StackCounter.TcpExtTCPSACKReorder;
import static dev.culvert.counters.StackCounter.TcpExtTCPSackFailures;
import static dev.culvert.counters.StackCounter.TcpExtTCPSackRecovery;
import static dev.culvert.counters.StackCounter.TcpExtTCPSackRecoveryFail;
import static dev.culvert.counters.StackCounter.TcpExtTCPSpuriousRTOs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import dev.culvert.counters.Counters;
import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.NewReno;
import dev.culvert.timer.TimerNode;
import org.junit.jupiter.api.Test;

/** Recovery with SACK on ten segments of 1,000 bytes in flight, sent 1 ms apart on a path of 100 ms. Segments are counted from 0. */
class RackRecoveryTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;
    private static final long RTT = 100 * MS;

    private final SentSegments sent = new SentSegments(new SentStore());
    private final Counters counters = new Counters();
    private final NewReno congestion = new NewReno();
    private final RackRecovery recovery = new RackRecovery(counters);
    private final AckFacts facts = new AckFacts();
    private long nowNs = 1_000 * MS;
    private int una;
    private int nxt;

    RackRecoveryTest() {
        congestion.onOpen(MSS, false, 0);
        recovery.open(sent, congestion, -1);
        facts.minRttNs = RTT;
        facts.srttNs = RTT;
        facts.echoedNs = Long.MAX_VALUE;
        facts.mssBytes = MSS;
        facts.canSendNew = true;
        for (int i = 0; i < 10; i++) {
            nowNs += MS;
            send();
        }
        nowNs += RTT - 9 * MS; // the answer to the first one is due
    }

    private void send() {
        sent.append(nxt, nxt + MSS, false, nowNs);
        recovery.onSent(MSS);
        nxt += MSS;
    }

    /** An ACK: everything below segment {@code to}, and the segments from {@code left} up to {@code right}. */
    private void ack(final int to, final int left, final int right) {
        facts.nowNs = nowNs;
        facts.inFlightBytes = recovery.inFlightBytes();
        sent.recallFlight(facts);
        facts.cwndLimited = true;
        facts.duplicate = to * MSS == una;
        facts.una = to * MSS;
        facts.nxt = nxt;
        sent.beginAck(facts.echoedNs, RTT);
        facts.ackedBytes = sent.acknowledge(facts.una, nowNs);
        facts.sackedBytes = left < right ? sent.sack(left * MSS, right * MSS, true, MSS, nowNs) : 0;
        facts.deliveredBytes = sent.deliveredBytes();
        facts.rttNs = sent.rttNs();
        una = facts.una;
        recovery.onAck(facts);
    }

    private void dsack(final int to, final int duplicate) {
        facts.dsack = true;
        facts.dsackLeft = duplicate * MSS;
        facts.dsackRight = facts.dsackLeft + MSS;
        ack(to, 0, 0);
        facts.dsack = false;
    }

    private int resend() {
        final int record = sent.firstLost();
        assertNotEquals(SentSegments.NONE, record, "something counts as lost");
        sent.splitAt(record, MSS);
        final int segment = sent.start(record) / MSS;
        final long sentNs = sent.sentOnceNs(record);
        sent.retransmitted(record, nowNs, nowNs);
        recovery.onSent(MSS);
        recovery.onRetransmitted(segment * MSS, MSS, sentNs, nowNs);
        return segment;
    }

    private void counted(final int times, final StackCounter counter) {
        assertEquals(times, counters.get(counter), counter.name());
    }

    private void timeout() {
        nowNs += 300 * MS;
        recovery.onTimeout(una, nxt, nowNs);
    }

    @Test
    @Rfc(number = 6675, id = "2", section = "5")
    void threeSegmentsBehindAHoleBeginRecoveryOnce() {
        ack(0, 1, 3);
        assertEquals(LossPhase.DISORDER, recovery.phase());
        assertEquals(SentSegments.NONE, sent.firstLost());
        ack(0, 1, 4);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
        assertEquals(0, resend());
        ack(0, 1, 6);
        assertEquals(SentSegments.NONE, sent.firstLost());
        counted(1, TcpExtTCPSackRecovery);
        assertEquals(1, recovery.reductions());
    }

    @Test
    @Rfc(number = 6675, id = "4", section = "5")
    void recoveryEndsAtTheRecoveryPointWithTheWindowAtSsthresh() {
        ack(0, 1, 10);
        resend();
        nowNs += RTT;
        ack(10, 0, 0);
        assertEquals(LossPhase.OPEN, recovery.phase());
        assertEquals(5 * MSS, recovery.windowBytes());
        assertEquals(5 * MSS, congestion.windowBytes());
    }

    /** Nothing is sent between the ACKs of one batch: what was in flight before them all is what the path was carrying. */
    @Test
    @Rfc(number = 5681, id = "4", section = "3.1")
    void acksThatComeTogetherDoNotMakeTheFlightSmaller() {
        for (int segment = 1; segment <= 6; segment++) {
            ack(segment, 0, 0);
        }
        final int window = congestion.windowBytes();
        ack(6, 7, 10);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes(), "half of ten, not half of four");
        assertEquals(16 * MSS, window);
        assertEquals(5 * MSS, recovery.windowBytes(), "nine have left the network, and nothing was sent for them");
        assertEquals(6, resend());
    }

    @Test
    void acksOfAnotherMomentAreAnsweredByThemselves() {
        ack(4, 0, 0);
        nowNs += MS;
        ack(4, 5, 8);
        assertEquals(3 * MSS, congestion.slowStartThresholdBytes(), "half of six");
    }

    @Test
    @Rfc(number = 8985, id = "4", section = "6.2")
    void oneSegmentBehindAHoleArmsTheTimerForAQuarterOfTheRoundTrip() {
        ack(0, 1, 2);
        // RACK.rtt is that of segment 1; segment 0 was sent 1 ms before it.
        assertEquals(nowNs - MS + RTT / 4, recovery.reorderingDeadlineNs());
        nowNs = recovery.reorderingDeadlineNs();
        recovery.onReorderingTimeout(una, nxt, nowNs);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
        assertEquals(0, resend());
        assertEquals(TimerNode.NEVER, recovery.reorderingDeadlineNs());
    }

    @Test
    void theNextAckTellsOnceOfWhatATimerHasFoundLost() {
        ack(0, 1, 2);
        assertEquals(0, facts.lostBytes);
        nowNs = recovery.reorderingDeadlineNs();
        recovery.onReorderingTimeout(una, nxt, nowNs);
        resend();
        nowNs += MS;
        ack(0, 2, 3);
        assertEquals(MSS, facts.lostBytes);
        nowNs += MS;
        ack(0, 3, 4);
        assertEquals(0, facts.lostBytes);
    }

    @Test
    void theNextAckTellsOnceOfWhatATimeoutHasTakenForLost() {
        ack(1, 0, 0);
        nowNs += 2 * RTT;
        recovery.onTimeout(una, nxt, nowNs);
        assertEquals(9 * MSS, sent.lostBytes());
        resend();
        nowNs += RTT;
        ack(2, 0, 0);
        assertEquals(9 * MSS, facts.lostBytes);
        nowNs += MS;
        ack(3, 0, 0);
        assertEquals(0, facts.lostBytes);
    }

    @Test
    void whatIsOnlyLateIsReorderingAndNoLoss() {
        ack(0, 1, 2);
        ack(2, 0, 0);
        counted(1, TcpExtTCPSACKReorder);
        ack(2, 3, 7);
        assertEquals(LossPhase.DISORDER, recovery.phase());
        assertTrue(recovery.reorderingDeadlineNs() > nowNs);
    }

    @Test
    @Rfc(number = 8985, id = "8", section = "6.2")
    void aLostRetransmissionIsFoundByWhatWasSentAfterIt() {
        ack(0, 1, 4);
        resend();
        nowNs += MS;
        send();
        nowNs += RTT;
        ack(0, 1, 11);
        assertEquals(0, resend());
        counted(1, TcpExtTCPLostRetransmit);
        counted(1, TcpExtTCPSackRecovery);
    }

    @Test
    void whatComesBeforeItIsSentAgainTakesTheReductionBack() {
        ack(0, 2, 6);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
        ack(1, 0, 0);
        assertEquals(LossPhase.RECOVERY, recovery.phase(), "segment 1 still counts as lost");
        ack(6, 0, 0);
        assertEquals(LossPhase.OPEN, recovery.phase());
        counted(1, TcpExtTCPPartialUndo);
        assertEquals(10 * MSS + 5 * MSS, congestion.windowBytes(), "as before, and slow start goes on");
        assertEquals(Integer.MAX_VALUE, congestion.slowStartThresholdBytes());
    }

    @Test
    void whatComesAfterItWasSentAgainDoesNot() {
        ack(0, 1, 4);
        resend();
        ack(4, 0, 0);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
        counted(0, TcpExtTCPPartialUndo);
    }

    @Test
    @Rfc(number = 2883, id = "6", section = "5")
    void aDuplicateForEachRetransmissionTakesTheReductionBack() {
        ack(0, 2, 6);
        resend();
        resend();
        ack(10, 0, 0);
        dsack(10, 0);
        counted(0, TcpExtTCPDSACKUndo);
        assertEquals(5 * MSS, congestion.windowBytes());
        dsack(10, 1);
        counted(1, TcpExtTCPDSACKUndo);
        assertEquals(10 * MSS, congestion.windowBytes());
        assertEquals(Integer.MAX_VALUE, congestion.slowStartThresholdBytes());
    }

    @Test
    void anEchoFromBeforeTheRetransmissionTakesTheReductionBack() { // RFC 3522 §3.2
        ack(0, 1, 4);
        resend();
        facts.echoedNs = nowNs - 1;
        nowNs += 5 * MS;
        ack(4, 0, 0);
        counted(1, TcpExtTCPPartialUndo);
        assertEquals(LossPhase.OPEN, recovery.phase());
        assertTrue(recovery.windowBytes() >= 10 * MSS);
    }

    @Test
    void anEchoOfTheSameTickSaysNothing() { // RFC 3522 §3.2
        ack(0, 1, 4);
        resend();
        facts.echoedNs = nowNs;
        nowNs += 5 * MS;
        ack(10, 0, 0);
        counted(0, TcpExtTCPFullUndo);
        assertEquals(5 * MSS, congestion.windowBytes());
    }

    @Test
    void anEchoThatEndsRecoveryUndoesItToo() {
        ack(0, 1, 4);
        resend();
        facts.echoedNs = nowNs - 1;
        nowNs += 5 * MS;
        ack(10, 0, 0);
        counted(1, TcpExtTCPFullUndo);
    }

    @Test
    void anEchoAfterATimeoutUndoesIt() {
        timeout();
        assertEquals(MSS, recovery.windowBytes());
        resend();
        facts.echoedNs = nowNs - 1;
        nowNs += MS;
        ack(1, 0, 0);
        counted(1, TcpExtTCPLossUndo);
        assertEquals(0, sent.lostBytes());
        assertTrue(recovery.windowBytes() >= 10 * MSS);
    }

    @Test
    @Rfc(number = 5682, id = "3", section = "3.1")
    void twoAcksThatAdvanceAfterATimeoutMeanThatItWasSpurious() {
        timeout();
        assertEquals(0, resend());
        nowNs += MS;
        ack(1, 0, 0);
        assertTrue(recovery.wantsNewData());
        send();
        recovery.onNewDataTried(nxt);
        ack(2, 0, 0);
        counted(1, TcpExtTCPSpuriousRTOs);
        assertFalse(recovery.wantsNewData());
        assertEquals(LossPhase.OPEN, recovery.phase());
        assertTrue(recovery.windowBytes() >= 10 * MSS);
        assertEquals(SentSegments.NONE, sent.firstLost());
    }

    @Test
    @Rfc(number = 5682, id = "3", section = "3.1")
    void aSpuriousTimeoutDoesNotTakeBackTheAnswerToAMark() {
        ack(1, 0, 0);
        facts.congestionEchoed = true;
        ack(2, 0, 0);
        facts.congestionEchoed = false;
        final int threshold = congestion.slowStartThresholdBytes();
        timeout();
        resend();
        ack(3, 0, 0);
        send();
        recovery.onNewDataTried(nxt);
        ack(4, 0, 0);
        counted(1, TcpExtTCPSpuriousRTOs);
        assertEquals(threshold, congestion.slowStartThresholdBytes());
        assertTrue(recovery.windowBytes() <= threshold, "the queue was there, whatever became of the timeout");
    }

    @Test
    void aLossProbeThatCameTwiceIsNotTheRepairThatCameTwice() {
        ack(0, 1, 4);
        assertEquals(0, resend());
        nowNs += RTT;
        ack(10, 0, 0);
        final int window = recovery.windowBytes();
        send();
        sent.retransmitted(sent.lastSegment(MSS), nowNs, nowNs);
        recovery.onProbeSent(nxt, MSS);
        ack(11, 0, 0);
        dsack(11, 10);
        counted(0, TcpExtTCPDSACKUndo);
        assertTrue(recovery.windowBytes() <= window + MSS, "the loss was one");
    }

    @Test
    void norIsOneThatWasSentBeforeTheRepair() {
        sent.retransmitted(sent.lastSegment(MSS), nowNs, nowNs);
        recovery.onProbeSent(nxt, MSS);
        ack(5, 6, 10);
        assertEquals(5, resend());
        dsack(5, 9);
        counted(0, TcpExtTCPDSACKUndo);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
    }

    @Test
    void onlyNewDataThatArrivesAfterATimeoutMeansThatItWasRight() { // RFC 5682 §3.1, step 3 a
        timeout();
        resend();
        nowNs += RTT;
        ack(1, 0, 0);
        send();
        recovery.onNewDataTried(nxt);
        nowNs += RTT;
        ack(1, 10, 11);
        counted(0, TcpExtTCPSpuriousRTOs);
        assertEquals(LossPhase.LOSS, recovery.phase());
        assertEquals(1, resend());
    }

    @Test
    void whatTheTimeoutDidNotTakeForLostSaysNothingAboutIt() {
        ack(1, 0, 0);
        nowNs += 280 * MS;
        send();
        nowNs += 20 * MS;
        recovery.onTimeout(una, nxt, nowNs);
        assertEquals(9 * MSS, sent.lostBytes(), "the last one has not had its round trip");
        resend();
        nowNs += RTT / 2; // too soon for RACK to learn from it
        ack(2, 0, 0);
        send();
        recovery.onNewDataTried(nxt);
        ack(2, 10, 11);
        counted(0, TcpExtTCPSpuriousRTOs);
        assertEquals(LossPhase.LOSS, recovery.phase());
    }

    @Test
    void anAckOfEverythingAfterATimeoutSaysNothingAboutIt() { // RFC 5682 §3.1, step 2 a
        timeout();
        resend();
        nowNs += RTT;
        ack(10, 0, 0);
        counted(0, TcpExtTCPSpuriousRTOs);
        assertFalse(recovery.wantsNewData());
        assertEquals(LossPhase.OPEN, recovery.phase());
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
    }

    @Test
    void newDataThatCannotGoDoesNotHoldTheRepairUp() {
        timeout();
        resend();
        nowNs += RTT;
        ack(1, 0, 0);
        assertTrue(recovery.wantsNewData());
        recovery.onNewDataTried(nxt);
        assertFalse(recovery.wantsNewData());
    }

    @Test
    void aTimeoutDuringRecoveryDoesNotLowerSsthreshAgain() {
        ack(0, 1, 4);
        resend();
        timeout();
        counted(1, TcpExtTCPSackRecoveryFail);
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
        assertEquals(MSS, recovery.windowBytes());
    }

    @Test
    void aTimeoutForWhatThePeerReportedTooLittleOfIsCounted() {
        ack(0, 1, 2);
        timeout();
        counted(1, TcpExtTCPSackFailures);
        assertEquals(MSS, sent.sackedBytes());
    }

    @Test
    @Rfc(number = 2018, id = "4", section = "8")
    void aTimeoutAfterThePeerHasRenegedSendsAllAgain() {
        ack(0, 1, 10);
        resend();
        nowNs += RTT;
        ack(1, 0, 0);
        timeout();
        counted(1, TcpExtTCPSACKReneging);
        assertEquals(9 * MSS, sent.lostBytes());
        assertEquals(1, resend());
    }

    @Test
    void theSecondTimeoutForgetsWhatThePeerHolds() { // RFC 2018 §8
        ack(0, 1, 10);
        resend();
        timeout();
        assertEquals(9 * MSS, sent.sackedBytes());
        timeout();
        assertEquals(0, sent.sackedBytes());
        assertEquals(10 * MSS, sent.lostBytes());
    }

    @Test
    @Rfc(number = 8985, id = "7", section = "7.4")
    void aProbeThatHasRepairedTheLossCostsOneReduction() {
        ack(9, 0, 0);
        final int before = congestion.windowBytes();
        assertTrue(recovery.mayProbe());
        sent.retransmitted(sent.lastSegment(MSS), nowNs, nowNs);
        recovery.onProbeSent(nxt, MSS);
        counted(1, TcpExtTCPLossProbes);
        assertFalse(recovery.mayProbe(), "one at a time");
        nowNs += RTT;
        ack(10, 0, 0);
        send();
        nowNs += RTT;
        ack(11, 0, 0);
        counted(1, TcpExtTCPLossProbeRecovery);
        assertTrue(congestion.windowBytes() < before);
        assertEquals(LossPhase.OPEN, recovery.phase());
    }

    /** The first segment comes 60 ms behind the second, which was sent 1 ms later: 61 ms late, so that up to twice as much is likely. */
    private void sixtyMillisecondsLate() {
        ack(0, 1, 2);
        nowNs += 60 * MS;
        facts.echoedNs = nowNs - RTT - 60 * MS;
        ack(2, 0, 0);
        assertEquals(122 * MS, facts.reorderingNs);
    }

    private void loseWhatIsMissing() {
        nowNs += 2 * RTT;
        recovery.onReorderingTimeout(una, nxt, nowNs);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
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

    @Test
    @Rfc(number = 8985, id = "7", section = "7.4")
    void aProbeThatCameTwiceCostsNothing() {
        ack(9, 0, 0);
        sent.retransmitted(sent.lastSegment(MSS), nowNs, nowNs);
        recovery.onProbeSent(nxt, MSS);
        ack(10, 0, 0);
        dsack(10, 9);
        send();
        nowNs += RTT;
        ack(11, 0, 0);
        counted(0, TcpExtTCPLossProbeRecovery);
        assertEquals(Integer.MAX_VALUE, congestion.slowStartThresholdBytes());
    }

    @Test
    void aProbeThatCameTwiceDoesNotWidenTheReorderingWindow() {
        sent.retransmitted(sent.lastSegment(MSS), nowNs, nowNs);
        recovery.onProbeSent(nxt, MSS);
        dsack(0, 9);
        sent.rack().seeReordering();
        assertEquals(RTT / 4, sent.rack().reorderingWindowNs(true, 9, RTT, RTT));
        dsack(1, 0);
        assertEquals(RTT / 2, sent.rack().reorderingWindowNs(true, 9, RTT, RTT));
    }

    @Test
    void whatTheSecondTimeoutForgetsIsNoSignThatItWasSpurious() { // RFC 5682 §3.1, step 1
        ack(0, 1, 3);
        timeout();
        resend();
        timeout();
        resend();
        ack(1, 0, 0);
        send();
        recovery.onNewDataTried(nxt);
        ack(1, 1, 3); // what it had before the first timeout already
        counted(0, TcpExtTCPSpuriousRTOs);
        assertEquals(LossPhase.LOSS, recovery.phase());
    }

    @Test
    void theReorderingTimerMetersOneSegmentOnlyWhenRecoveryBegins() {
        sent.rack().seeReordering();
        ack(0, 1, 4);
        loseWhatIsMissing();
        resend();
        ack(0, 5, 6); // the fourth may be late
        final int window = recovery.windowBytes();
        nowNs += 2 * RTT;
        recovery.onReorderingTimeout(una, nxt, nowNs);
        assertEquals(4 * MSS, sent.start(sent.firstLost()));
        assertEquals(window, recovery.windowBytes(), "no ACK has come");
    }

    @Test
    void noProbeWhileSomethingIsKnownToBeMissing() { // RFC 8985 §7.2
        assertTrue(recovery.mayProbe());
        ack(0, 1, 2);
        assertFalse(recovery.mayProbe());
        ack(0, 1, 4);
        assertFalse(recovery.mayProbe());
    }

    @Test
    @Rfc(number = 8985, id = "5", section = "7.2")
    void theProbeTimeoutIsTwoRoundTripsAndWhatAnAckMayBeDelayed() {
        assertEquals(2 * RTT + 200 * MS, TailLossProbe.timeoutNs(RTT, true));
        assertEquals(2 * RTT + 2 * MS, TailLossProbe.timeoutNs(RTT, false));
        assertEquals(1_000 * MS, TailLossProbe.timeoutNs(0, false));
        assertEquals(10 * MS, TailLossProbe.timeoutNs(50_000, false));
    }
}
