package dev.culvert.tcp.loss;

import static dev.culvert.counters.StackCounter.TcpExtTCPDSACKUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPFullUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPLossUndo;
import static dev.culvert.counters.StackCounter.TcpExtTCPPartialUndo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import org.junit.jupiter.api.Test;

/** What proves that a reduction was for nothing: ACKs that come too early, duplicates (RFC 2883), timestamps (RFC 3522). */
class UndoTest extends TenInFlight {
    @Test
    void whatComesBeforeItIsSentAgainTakesTheReductionBack() {
        ack(0, 2, 6);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
        ack(1, 0, 0);
        assertEquals(LossPhase.RECOVERY, recovery.phase(), "segment 1 still counts as lost");
        ack(6, 0, 0);
        assertEquals(LossPhase.OPEN, recovery.phase());
        counted(1, TcpExtTCPPartialUndo);
        assertEquals(
                10 * MSS + MSS, congestion.windowBytes(), "as before, and slow start goes on with what has come last");
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

    /** A segment counts as lost and is sent again, all comes, and the same again: ten segments become five, and two and a half. */
    private void reduceTwice() {
        ack(0, 1, 10);
        resend();
        nowNs += RTT;
        ack(10, 0, 0);
        assertEquals(5 * MSS, congestion.windowBytes());
        for (int i = 0; i < 5; i++) {
            send();
        }
        nowNs += RTT;
        ack(10, 11, 15);
        assertEquals(10, resend());
        nowNs += RTT;
        ack(15, 0, 0);
        assertEquals(5 * MSS / 2, congestion.windowBytes());
    }

    @Test
    void twoReductionsAreTakenBackOneAfterTheOther() {
        reduceTwice();
        dsack(15, 10);
        assertEquals(5 * MSS, congestion.windowBytes());
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
        dsack(15, 0);
        assertEquals(10 * MSS, congestion.windowBytes());
        assertEquals(Integer.MAX_VALUE, congestion.slowStartThresholdBytes());
        counted(2, TcpExtTCPDSACKUndo);
    }

    /** The window that a real loss has reduced stays so. */
    @Test
    void theProofOfAnEarlierReductionWaitsForThatOfTheLater() {
        reduceTwice();
        dsack(15, 0);
        counted(0, TcpExtTCPDSACKUndo);
        assertEquals(5 * MSS / 2, congestion.windowBytes());
        assertEquals(5 * MSS / 2, congestion.slowStartThresholdBytes());
        dsack(15, 10);
        counted(2, TcpExtTCPDSACKUndo);
        assertEquals(10 * MSS, congestion.windowBytes());
    }

    @Test
    void aRepairOfALaterReductionThatCameTwiceProvesNothingOfTheEarlier() {
        ack(0, 1, 10);
        resend();
        nowNs += RTT;
        ack(10, 0, 0);
        for (int i = 0; i < 5; i++) {
            send();
        }
        nowNs += RTT;
        ack(10, 11, 15);
        assertEquals(10, resend());
        facts.echoedNs = nowNs - 1;
        nowNs += 5 * MS;
        ack(15, 0, 0);
        counted(1, TcpExtTCPFullUndo);
        final int window = congestion.windowBytes();
        dsack(15, 10);
        counted(0, TcpExtTCPDSACKUndo);
        assertEquals(window, congestion.windowBytes());
        assertEquals(5 * MSS, congestion.slowStartThresholdBytes());
    }

    @Test
    void aMarkForbidsBoth() {
        reduceTwice();
        for (int i = 0; i < 2; i++) {
            send();
        }
        nowNs += RTT;
        facts.congestionEchoed = true;
        ack(17, 0, 0);
        facts.congestionEchoed = false;
        dsack(17, 10);
        dsack(17, 0);
        counted(0, TcpExtTCPDSACKUndo);
        assertEquals(2 * MSS, congestion.windowBytes());
    }
}
