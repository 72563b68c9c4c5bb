package dev.culvert.tcp.loss;

import static dev.culvert.counters.StackCounter.TcpExtTCPLostRetransmit;
import static dev.culvert.counters.StackCounter.TcpExtTCPSACKReneging;
import static dev.culvert.counters.StackCounter.TcpExtTCPSackFailures;
import static dev.culvert.counters.StackCounter.TcpExtTCPSackRecovery;
import static dev.culvert.counters.StackCounter.TcpExtTCPSackRecoveryFail;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.Rfc;
import dev.culvert.timer.TimerNode;
import org.junit.jupiter.api.Test;

/** How recovery with SACK begins and ends (RFC 8985 §6, RFC 6675 §5), and what a timeout makes of it (RFC 2018 §8). */
class RackRecoveryTest extends TenInFlight {
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

    /**
     * Nothing is sent between the ACKs of one batch: what was in flight before them all and what slow start allows for them is what
     * would have been in flight had each been answered at once.
     */
    @Test
    @Rfc(number = 5681, id = "4", section = "3.1")
    void acksThatComeTogetherDoNotMakeTheFlightSmaller() {
        for (int segment = 1; segment <= 6; segment++) {
            ack(segment, 0, 0);
        }
        final int window = congestion.windowBytes();
        ack(6, 7, 10);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
        assertEquals(16 * MSS, window);
        assertEquals(8 * MSS, congestion.slowStartThresholdBytes(), "half of ten and six, not half of four");
        assertEquals(8 * MSS, recovery.windowBytes(), "nine have left the network, and nothing was sent for them");
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

    /** What the peer has held since before the first timeout, reported again, would pass for a round trip of both timeouts. */
    @Test
    void noTimeoutForgetsWhatThePeerHoldsUnlessItAsksForIt() {
        ack(0, 5, 10);
        resend();
        timeout();
        timeout();
        assertEquals(5 * MSS, sent.sackedBytes());
        assertEquals(5 * MSS, sent.lostBytes());
        resend();
        nowNs += RTT;
        ack(1, 5, 10);
        assertEquals(MSS, sent.deliveredBytes());
        assertEquals(-1, sent.rttNs());
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
}
