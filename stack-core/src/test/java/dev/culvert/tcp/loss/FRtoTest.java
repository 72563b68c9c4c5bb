package dev.culvert.tcp.loss;

import static dev.culvert.counters.StackCounter.TcpExtTCPSpuriousRTOs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import org.junit.jupiter.api.Test;

/** What the ACKs after a timeout say about it (RFC 5682 §3.1). */
class FRtoTest extends TenInFlight {
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
}
