package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.NewReno;
import org.junit.jupiter.api.Test;

/** Fast retransmit and recovery on ten segments of 1,000 bytes in flight. */
class NewRenoRecoveryTest {
    private static final int MSS = 1_000;

    private final SentSegments sent = new SentSegments(new SentStore());
    private final NewReno congestion = new NewReno();
    private final NewRenoRecovery recovery = new NewRenoRecovery();
    private final AckFacts facts = new AckFacts();
    private int una = 1;
    private int nxt = 1;

    NewRenoRecoveryTest() {
        congestion.onOpen(MSS, false, 0);
        recovery.open(sent, congestion, 0);
        for (int i = 0; i < 10; i++) {
            send();
        }
    }

    private void send() {
        sent.append(nxt, nxt + MSS, false, 0);
        nxt += MSS;
    }

    private void ack(final int number) {
        facts.nxt = nxt;
        facts.mssBytes = MSS;
        facts.cwndLimited = true;
        facts.inFlightBytes = recovery.inFlightBytes();
        sent.recallFlight(facts, congestion.windowBytes());
        facts.duplicate = number == una;
        sent.beginAck(Long.MAX_VALUE, Long.MAX_VALUE);
        facts.ackedBytes = sent.acknowledge(number, 0);
        facts.una = number;
        una = number;
        recovery.onAck(facts);
    }

    /** As {@link #ack}, with ECE. */
    private void echo(final int number) {
        facts.congestionEchoed = true;
        ack(number);
        facts.congestionEchoed = false;
    }

    private int resend() {
        final int record = sent.firstLost();
        final int seq = sent.start(record);
        sent.retransmitted(record, 0, 0);
        return seq;
    }

    @Test
    @Rfc(number = 5681, id = "4", section = "3.1")
    @Rfc(number = 5681, id = "7", section = "3.2")
    void theThirdDuplicateMarksTheFirstSegmentAndHalvesTheWindow() { // RFC 5681 §3.2, equation (4)
        ack(1);
        ack(1);
        assertEquals(SentSegments.NONE, sent.firstLost());
        assertEquals(8 * MSS, recovery.inFlightBytes()); // limited transmit: two have left (RFC 3042)
        ack(1);
        assertTrue(recovery.isRecovering());
        assertEquals(5 * MSS, congestion.windowBytes());
        assertEquals(1, resend());
        assertEquals(7 * MSS, recovery.inFlightBytes());
    }

    @Test
    @Rfc(number = 6582, id = "2", section = "3.2")
    void aPartialAcknowledgementMarksTheNextHole() { // RFC 6582 §3.2 step 3
        ack(1);
        ack(1);
        ack(1);
        resend();
        ack(1 + 4 * MSS);
        assertTrue(recovery.isRecovering());
        assertEquals(5 * MSS, recovery.inFlightBytes()); // six outstanding, one lost: of three departures none is left
        assertEquals(1 + 4 * MSS, resend());
    }

    @Test
    @Rfc(number = 6582, id = "3", section = "3.2")
    void theFullAcknowledgementEndsRecovery() {
        ack(1);
        ack(1);
        ack(1);
        resend();
        ack(nxt);
        assertFalse(recovery.isRecovering());
        assertEquals(2 * MSS, congestion.windowBytes()); // no burst: FlightSize is 0
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
    }

    @Test
    @Rfc(number = 5681, id = "5", section = "3.1")
    void aTimeoutMarksEverythingAndRestartsFromOneSegment() { // RFC 5681 §3.1
        recovery.onTimeout(una, nxt, 0);
        assertEquals(MSS, congestion.windowBytes());
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
        assertEquals(0, recovery.inFlightBytes());
        assertEquals(1, resend());
        recovery.onTimeout(una, nxt, 0);
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes()); // kept: nothing new was acknowledged
    }

    @Test
    @Rfc(number = 6582, id = "5", section = "3.2")
    void noSecondFastRetransmitForWhatWasOutstandingAtATimeout() { // RFC 6582 §3.2 step 2, §4
        recovery.onTimeout(una, nxt, 0);
        ack(nxt);
        send();
        send();
        for (int i = 0; i < 5; i++) {
            ack(una);
        }
        assertEquals(SentSegments.NONE, sent.firstLost());
    }

    @Test
    @Rfc(number = 6298, id = "6", section = "3")
    void aSegmentThatWasSentTwiceGivesNoRoundTrip() { // RFC 6298 §3, Karn
        sent.markHeadLost(MSS);
        resend();
        sent.beginAck(Long.MAX_VALUE, Long.MAX_VALUE);
        assertEquals(MSS, sent.acknowledge(1 + MSS, 5));
        assertEquals(-1, sent.rttNs());
        sent.beginAck(Long.MAX_VALUE, Long.MAX_VALUE);
        sent.acknowledge(1 + 2 * MSS, 7);
        assertEquals(7, sent.rttNs());
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void anEchoHalvesTheWindowOnceForAllThatWasInFlight() {
        echo(1 + 2 * MSS);
        assertEquals(5 * MSS, congestion.windowBytes());
        assertEquals(LossPhase.CWR, recovery.phase());
        send();
        echo(1 + 5 * MSS);
        echo(1 + 10 * MSS); // everything from before the reduction; the peer has not seen CWR yet
        assertEquals(5 * MSS, congestion.windowBytes());
        assertEquals(1, recovery.reductions());
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void anEchoOfWhatWasSentAfterTheReductionHalvesAgain() {
        echo(1 + 10 * MSS);
        for (int i = 0; i < 5; i++) {
            send();
        }
        echo(nxt);
        assertEquals(2 * MSS + MSS / 2, congestion.windowBytes());
        assertEquals(2, recovery.reductions());
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void theWindowGrowsAgainOnceWhatWasSentAfterTheReductionHasArrived() {
        echo(1 + 4 * MSS);
        send();
        ack(1 + 10 * MSS);
        assertEquals(5 * MSS, congestion.windowBytes());
        for (int i = 0; i < 5; i++) {
            send();
        }
        ack(nxt);
        assertEquals(LossPhase.OPEN, recovery.phase());
        assertEquals(6 * MSS, congestion.windowBytes());
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void aLossInAWindowThatAMarkHasReducedIsOnlyRepaired() {
        echo(1 + 2 * MSS);
        for (int i = 0; i < 3; i++) {
            ack(una);
        }
        assertEquals(1 + 2 * MSS, resend());
        assertEquals(LossPhase.RECOVERY, recovery.phase());
        assertEquals(5 * MSS, congestion.windowBytes());
        assertEquals(1, recovery.reductions());
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void aLossBehindThatWindowIsNewCongestion() {
        echo(1 + 10 * MSS);
        for (int i = 0; i < 5; i++) {
            send();
        }
        for (int i = 0; i < 3; i++) {
            ack(una);
        }
        assertEquals(1 + 10 * MSS, resend());
        assertEquals(2 * MSS + MSS / 2, congestion.windowBytes());
        assertEquals(2, recovery.reductions());
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void anEchoInAWindowThatALossHasReducedMeansNothingNew() {
        ack(1);
        ack(1);
        ack(1);
        resend();
        echo(1 + 4 * MSS);
        resend();
        echo(1 + 10 * MSS);
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
        assertEquals(LossPhase.OPEN, recovery.phase());
        assertEquals(1, recovery.reductions());
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void aTimeoutInAWindowThatAMarkHasReducedKeepsTheThreshold() {
        echo(1 + 2 * MSS);
        recovery.onTimeout(una, nxt, 0);
        assertEquals(MSS, congestion.windowBytes());
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
        assertEquals(2, recovery.reductions()); // each is announced by CWR
    }

    @Test
    @Rfc(number = 3168, section = "6.1.2")
    void aMarkNeverMakesTheWindowLarger() {
        congestion.onOpen(MSS, true, 0);
        echo(1 + MSS);
        assertEquals(MSS, congestion.windowBytes());
    }

    @Test
    void factsTellOfTheLossesThatDuplicatesAndPartialAcknowledgementsShow() {
        ack(1);
        ack(1);
        assertEquals(0, facts.lostBytes);
        ack(1);
        assertEquals(MSS, facts.lostBytes);
        ack(1);
        assertEquals(0, facts.lostBytes);
        resend();
        ack(1 + 4 * MSS);
        assertEquals(MSS, facts.lostBytes);
    }

    @Test
    void theNextAcknowledgementsFactsTellOfTheLossesOfATimeout() {
        recovery.onTimeout(una, nxt, 0);
        resend();
        ack(1 + MSS);
        assertEquals(10 * MSS, facts.lostBytes);
        ack(1 + MSS);
        assertEquals(0, facts.lostBytes);
    }
}
