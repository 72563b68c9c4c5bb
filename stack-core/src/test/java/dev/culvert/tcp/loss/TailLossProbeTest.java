package dev.culvert.tcp.loss;

import static dev.culvert.counters.StackCounter.TcpExtTCPLossProbeRecovery;
import static dev.culvert.counters.StackCounter.TcpExtTCPLossProbes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import org.junit.jupiter.api.Test;

/** When a probe is sent, and what the answers to it cost (RFC 8985 §7). */
class TailLossProbeTest extends TenInFlight {
    @Test
    @Rfc(number = 8985, id = "5", section = "7.2")
    void theProbeTimeoutIsTwoRoundTripsAndWhatAnAckMayBeDelayed() {
        assertEquals(2 * RTT + 200 * MS, TailLossProbe.timeoutNs(RTT, true));
        assertEquals(2 * RTT + 2 * MS, TailLossProbe.timeoutNs(RTT, false));
        assertEquals(1_000 * MS, TailLossProbe.timeoutNs(0, false));
        assertEquals(10 * MS, TailLossProbe.timeoutNs(50_000, false));
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
}
