package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_2;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.Readiness;
import org.junit.jupiter.api.Test;

/** Retransmission by timer and by duplicate ACKs: RFC 6298, RFC 5681 §3.2, RFC 6582, RFC 3042, RFC 9293 §3.8.3. */
class RetransmissionTest extends ScriptTest {
    /** A connection whose round trip was measured as 100 ms: RTO is 100 + 4 · 50 = 300 ms (RFC 6298 §2.2). */
    private Script measured() {
        return given(s -> s.rttMs(100).config(c -> c.nagle(false)), ESTABLISHED);
    }

    @Test
    @Rfc(number = 6298, id = "2", section = "2.2")
    @Rfc(number = 9293, id = "MUST-18", section = "3.8.1")
    void firstSampleSetsTheTimeout() {
        final Script tcp = measured();
        tcp.send(100).expect(data(100).seq(1));
        tcp.expectAfter(ms(300), data(100).seq(1));
        tcp.inject(ack().ack(101));
    }

    @Test
    @Rfc(number = 6298, id = "3", section = "2.3")
    void furtherSamplesMoveTheTimeout() {
        final Script tcp = given(s -> s.rttMs(100).config(c -> c.minRtoMs(1)), ESTABLISHED);
        tcp.send(100)
                .expect(data(100).seq(1))
                .expectAfter(ms(300), data(100).seq(1))
                .inject(ack());
        final Script second = given(s -> s.rttMs(100).config(c -> c.minRtoMs(1)), ESTABLISHED);
        second.send(100).expect(data(100).seq(1)).advance(ms(180)).inject(ack().ack(101));
        // RTTVAR = 3/4 * 50 + 1/4 * 80 = 57.5; SRTT = 7/8 * 100 + 1/8 * 180 = 110
        second.send(100)
                .expect(data(100).seq(101))
                .expectAfter(ms(340), data(100).seq(101))
                .inject(ack());
    }

    @Test
    @Rfc(number = 6298, id = "8", section = "5.5")
    @Rfc(number = 9293, id = "MUST-19", section = "3.8.2")
    @Rfc(number = 2525, id = "7", section = "2.10")
    void timeoutDoublesEachTime() {
        final Script tcp = measured();
        tcp.send(100).expect(data(100).seq(1));
        for (int wait = 300; wait <= 38_400; wait *= 2) {
            tcp.expectAfter(ms(wait), data(100).seq(1));
        }
        tcp.inject(ack().ack(101)).expectNothingFor(seconds(300));
    }

    @Test
    @Rfc(number = 6298, id = "5", section = "2.5")
    void timeoutIsCapped() {
        final Script tcp = given(s -> s.config(c -> c.maxRtoMs(60_000)), ESTABLISHED);
        tcp.send(100).expect(data(100));
        long last = 0;
        for (int i = 0; i < 12; i++) {
            final long before = tcp.elapsedNs();
            tcp.expectWithin(seconds(61), data(100).seq(1));
            last = tcp.elapsedNs() - before;
        }
        assertTrue(last == seconds(60), "interval " + last);
        tcp.inject(ack().ack(101));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-20", section = "3.8.3")
    @Rfc(number = 9293, id = "SHLD-9", section = "3.8.3")
    @Rfc(number = 9293, id = "SHLD-10", section = "3.8.3")
    @Rfc(number = 9293, id = "SHLD-11", section = "3.8.3")
    void troubleIsReportedAtR1AndTheConnectionGivenUpAtR2() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100));
        for (int i = 0; i < 3; i++) {
            tcp.expectNoEvent(Readiness.SOFT_ERROR)
                    .expectWithin(seconds(10), data(100).seq(1));
        }
        tcp.expectWithin(seconds(10), data(100).seq(1)).expectEvent(Readiness.SOFT_ERROR);
        final long limit = seconds(100);
        while (tcp.elapsedNs() < limit) {
            tcp.expectWithin(seconds(121), data(100).seq(1)).expectState(ESTABLISHED);
        }
        tcp.advance(seconds(3_600)).takeAll().expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-12", section = "3.6")
    void troubleThatIsOverIsNotTheReasonOfTheEnd() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100));
        for (int i = 0; i < 5; i++) {
            tcp.expectWithin(seconds(10), data(100).seq(1));
        }
        tcp.expectError(Errno.ETIMEDOUT).inject(ack().ack(101)).expectError(0);
        tcp.inject(fin().seq(1)).expect(ack().ack(2)).shutdownWrite().expect(fin().seq(101));
        tcp.inject(ack().seq(2).ack(102)).expectClosed(0);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-21", section = "3.8.3")
    void r2IsSettablePerConnection() {
        final Script tcp = given(ESTABLISHED);
        tcp.configure(c -> c.retries2(2)).send(100).expect(data(100));
        tcp.expectWithin(seconds(1), data(100).seq(1))
                .expectWithin(seconds(1), data(100).seq(1));
        tcp.expectNothingFor(seconds(2)).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    @Rfc(number = 6298, id = "8", section = "5.4")
    @Rfc(number = 5681, id = "5", section = "3.1")
    @Rfc(number = 2525, id = "7", section = "2.2")
    @Rfc(number = 2525, id = "7", section = "2.14")
    void timeoutResendsTheFirstSegmentOnlyThenSlowStarts() {
        final Script tcp = measured();
        tcp.send(5000).takeAll();
        tcp.expectAfter(ms(300), data(1000).seq(1)).expectNothing();
        tcp.inject(ack().ack(1001))
                .expect(data(1000).seq(1001), data(1000).seq(2001))
                .expectNothing();
        tcp.inject(ack().ack(5001)).expectNothingFor(seconds(10));
    }

    @Test
    @Rfc(number = 6298, id = "7", section = "5.3")
    void ackOfNewTextRestartsTheTimer() {
        final Script tcp = measured();
        tcp.send(2000).takeAll();
        tcp.advance(ms(100)).inject(ack().ack(1001));
        tcp.expectNothingFor(ms(200)); // 300 ms after the first transmission
        tcp.expectWithin(ms(200), data(1000).seq(1001));
        tcp.inject(ack().ack(2001));
    }

    @Test
    @Rfc(number = 6298, id = "7", section = "5.2")
    void timerStopsWhenEverythingIsAcknowledged() {
        final Script tcp = measured();
        tcp.send(1000).takeAll();
        tcp.inject(ack().ack(1001)).expectNothingFor(seconds(100));
    }

    @Test
    @Rfc(number = 6298, id = "6", section = "3")
    @Rfc(number = 9293, id = "MUST-18", section = "3.8.1")
    @Rfc(number = 2525, id = "7", section = "2.7")
    void retransmittedTextGivesNoSample() {
        final Script tcp = measured();
        tcp.send(100).expect(data(100).seq(1));
        tcp.expectAfter(ms(300), data(100).seq(1));
        tcp.advance(ms(500)).inject(ack().ack(101)); // ambiguous: 500 or 800 ms
        tcp.send(100).expect(data(100).seq(101));
        tcp.expectAfter(ms(600), data(100).seq(101)); // the backed-off timeout stays until there is a sample
        tcp.inject(ack().ack(201));
    }

    @Test
    @Rfc(number = 5681, id = "7", section = "3.2")
    void thirdDuplicateAckTriggersFastRetransmit() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(6000).takeAll();
        tcp.advance(ms(10)).inject(ack().ack(1001)).takeAll();
        tcp.inject(ack().ack(1001)).takeAll().inject(ack().ack(1001)).takeAll();
        tcp.inject(ack().ack(1001)).expect(data(1000).seq(1001));
        tcp.inject(ack().ack(6001)).expectNothingFor(seconds(5));
    }

    @Test
    @Rfc(number = 3042, id = "2", section = "2")
    @Rfc(number = 5681, id = "8", section = "3.2")
    void firstTwoDuplicateAcksReleaseNewText() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(20_000).takeAll();
        tcp.advance(ms(10)).inject(ack().ack(1)).expect(data(1000).seq(10_001)).expectNothing();
        tcp.inject(ack().ack(1)).expect(data(1000).seq(11_001)).expectNothing();
        tcp.inject(ack().ack(1)).expect(data(1000).seq(1));
    }

    @Test
    @Rfc(number = 5681, id = "10", section = "2")
    void onlyTrueDuplicatesCount() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(6000).takeAll();
        tcp.advance(ms(10));
        for (int i = 0; i < 5; i++) { // each changes the window
            tcp.inject(ack().ack(1).win(60_000 + i)).expectNothing();
        }
        for (int i = 0; i < 5; i++) { // each carries text
            tcp.inject(data(10).ack(1).win(60_004)).expect(ack()).receive(10);
        }
        tcp.inject(ack().ack(3001).win(60_004));
        for (int i = 0; i < 5; i++) { // each is older than SND.UNA
            tcp.inject(ack().ack(2001).win(60_004)).expectNothing();
        }
        tcp.inject(ack().ack(6001).win(60_004));
        for (int i = 0; i < 5; i++) { // nothing is outstanding
            tcp.inject(ack().ack(6001).win(60_004));
        }
        tcp.send(3000).expect(data(1000), data(1000), data(1000));
        tcp.inject(ack().ack(6001).win(60_004)).expectNothing().inject(ack());
    }

    @Test
    @Rfc(number = 6582, id = "1", section = "3.2")
    @Rfc(number = 6582, id = "2", section = "3.2")
    void partialAckRepairsTheNextHoleWithoutWaiting() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(10_000).takeAll();
        tcp.advance(ms(10));
        dupAcks(tcp, 3);
        tcp.takeAll();
        tcp.inject(ack().ack(3001)).expect(data(1000).seq(3001)); // the second loss of the same window
        tcp.takeAll().inject(ack().ack(7001)).expect(data(1000).seq(7001));
        tcp.takeAll().inject(ack().ack(10_001)).expectNothingFor(seconds(5));
    }

    private static void dupAcks(final Script tcp, final int count) {
        for (int i = 0; i < count; i++) {
            tcp.inject(ack().ack(1));
        }
    }

    @Test
    @Rfc(number = 6582, id = "1", section = "3.2")
    void duplicateAcksAfterTheRepairDoNotRepairAgain() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(10_000).takeAll();
        tcp.advance(ms(10));
        dupAcks(tcp, 3);
        tcp.expect(data(1000).seq(1));
        dupAcks(tcp, 6);
        tcp.expectNothing().inject(ack().ack(10_001)).expectNothing();
    }

    @Test
    @Rfc(number = 5681, id = "4", section = "3.1")
    @Rfc(number = 2525, id = "7", section = "2.8")
    void recoveryHalvesTheWindow() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(60_000).takeAll();
        tcp.advance(ms(10));
        dupAcks(tcp, 3);
        tcp.takeAll();
        final int sent = tcp.localNxt() - 1;
        tcp.inject(ack().ack(sent + 1)).takeAll();
        final int flight = tcp.localNxt() - 1 - sent;
        assertTrue(flight <= 7_000, "after recovery " + flight + " bytes are in flight, of 10,000 before");
        tcp.abort().takeAll();
    }

    @Test
    void finIsRepeatedWithItsText() {
        final Script tcp = measured();
        tcp.together(t -> t.send(100).shutdownWrite()).expect(fin().seq(1).len(100));
        tcp.expectAfter(ms(300), fin().seq(1).len(100));
        tcp.inject(ack().ack(102)).expectState(FIN_WAIT_2);
    }

    @Test
    void finAloneIsRepeatedAfterAPartialAck() {
        final Script tcp = given(ESTABLISHED);
        tcp.together(t -> t.send(100).shutdownWrite()).expect(fin().seq(1).len(100));
        tcp.inject(ack().ack(101)).expectWithin(seconds(1), fin().seq(101).len(0));
        tcp.inject(ack().ack(102)).expectState(FIN_WAIT_2);
    }

    @Test
    void ackOfHalfASegmentTrimsTheRetransmission() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(1000).expect(data(1000).seq(1));
        tcp.inject(ack().ack(401)).expectWithin(seconds(1), data(600).seq(401));
        tcp.inject(ack().ack(1001));
    }

    @Test
    @Rfc(number = 6298, id = "9", section = "5.7")
    void dataStartsWithThreeSecondsWhenTheSynWasRepeated() {
        final Script tcp = given(SYN_SENT);
        tcp.expectAfter(seconds(1), syn())
                .inject(synAck().seq(0).ack(1).mss(1000))
                .expect(ack());
        tcp.send(100)
                .expect(data(100).seq(1))
                .expectAfter(seconds(3), data(100).seq(1))
                .inject(ack());
    }

    @Test
    @Rfc(number = 6582, id = "5", section = "3.2")
    void duplicateAcksCausedByATimeoutsRetransmissionsAreNoLoss() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(5000).takeAll();
        tcp.expectWithin(seconds(1), data(1000).seq(1)).inject(ack().ack(5001));
        tcp.send(2000).takeAll();
        tcp.inject(ack().ack(5001))
                .inject(ack().ack(5001))
                .inject(ack().ack(5001))
                .expectNothing();
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 5681, id = "3", section = "3.1")
    @Rfc(number = 2525, id = "7", section = "2.6")
    void avoidanceAddsOneSegmentPerRoundTrip() {
        final Script tcp =
                given(s -> s.config(c -> c.congestion("newreno").sendBufferStartBytes(1 << 20)), ESTABLISHED);
        tcp.send(1_000_000).takeAll().advance(ms(10));
        dupAcks(tcp, 3);
        tcp.takeAll(); // 12 segments are in flight: ssthresh is 6,000
        int grown = 0;
        for (int round = 0; round < 15; round++) {
            final int before = flightAfterAckOfAll(tcp);
            final int after = flightAfterAckOfAll(tcp);
            if (before >= 6_000) {
                assertTrue(after - before <= 1_000, "from " + before + " to " + after + " in one round trip");
                grown += after - before;
            }
        }
        assertTrue(grown >= 5_000, "grown by " + grown);
        tcp.abort().takeAll();
    }

    /** One round trip: everything in flight is acknowledged at once; what is in flight then. */
    private static int flightAfterAckOfAll(final Script tcp) {
        final int acked = tcp.localNxt();
        tcp.advance(ms(10)).inject(ack().ack(acked)).takeAll();
        return tcp.localNxt() - acked;
    }

    @Test
    @Rfc(number = 7323, section = "4.1")
    @Rfc(number = 6298, id = "6", section = "3")
    void timestampsGiveASampleFromARetransmission() {
        final Script tcp = given(s -> s.peerTimestamps(), ESTABLISHED);
        tcp.send(100).expect(data(100).seq(1));
        tcp.expectWithin(seconds(1), data(100).seq(1)).advance(ms(20));
        tcp.inject(ack().ack(101)); // echoes the TSval of the retransmission
        tcp.send(100).expect(data(100).seq(101));
        tcp.expectWithin(ms(300), data(100).seq(101)); // not backed off
        tcp.inject(ack());
    }

    @Test
    void newTextGoesAfterTheRetransmission() {
        final Script tcp = measured();
        tcp.send(1000).expect(data(1000).seq(1));
        tcp.expectAfter(ms(300), data(1000).seq(1));
        tcp.send(1000).expectNothing(); // the loss window is one segment
        tcp.inject(ack().ack(1001)).expect(data(1000).seq(1001));
        tcp.inject(ack().ack(2001));
    }

    @Test
    @Rfc(number = 6298, id = "4", section = "2.4")
    void theLeastTimeoutCanBeTheSecondOfTheRfc() {
        final Script tcp = given(s -> s.rttMs(100).config(c -> c.minRtoMs(1_000)), ESTABLISHED);
        tcp.send(100).expect(data(100).seq(1));
        tcp.expectNothingFor(ms(999)).expectWithin(ms(200), data(100).seq(1));
        tcp.inject(ack());
    }

    @Test
    void retransmissionsAreCountedByWhatCausedThem() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(6000).takeAll();
        for (int i = 0; i < 3; i++) {
            tcp.inject(ack().ack(1));
        }
        tcp.expect(data(1000).seq(1)).inject(ack().ack(2001)).expect(data(1000).seq(2001));
        tcp.expectCount(StackCounter.TcpExtTCPFastRetrans, 2).expectCount(StackCounter.TcpRetransSegs, 2);
        tcp.inject(ack().ack(6001)).send(2000).takeAll();
        tcp.expectWithin(seconds(3), data(1000).seq(6001));
        tcp.expectCount(StackCounter.TcpExtTCPTimeouts, 1).expectCount(StackCounter.TcpExtTCPSlowStartRetrans, 0);
        tcp.inject(ack().ack(7001)).expect(data(1000).seq(7001));
        tcp.expectCount(StackCounter.TcpExtTCPSlowStartRetrans, 1).expectCount(StackCounter.TcpExtTCPFastRetrans, 2);
        tcp.inject(ack().ack(8001)).expectCount(StackCounter.TcpRetransSegs, 4);
    }

    @Test
    @Rfc(number = 7323, id = "12", section = "G")
    void manySamplesOfOneRoundTripDoNotOutweighTheOthers() {
        final Script tcp = measured();
        tcp.send(8000).takeAll().advance(ms(290));
        for (int i = 0; i < 4; i++) {
            tcp.inject(ack().ack(2000 * i + 2001));
        }
        // weighted by 1/4 each: SRTT 122.7, RTTVAR 79.8 ms; unweighted the timeout would be 652 ms
        tcp.send(100)
                .expect(data(100))
                .expectNothingFor(ms(435))
                .expectWithin(ms(10), data(100).seq(8001));
        tcp.inject(ack().ack(8101));
    }

    @Test
    @Rfc(number = 2018, id = "4", section = "8")
    void whatThePeerHasReportedAndThenThrownAwayIsSentAgain() {
        final Script tcp = given(s -> s.peerSack(), ESTABLISHED);
        tcp.send(4000)
                .takeAll()
                .advance(ms(10))
                .inject(ack().ack(1).sack(1001, 4001))
                .takeAll();
        tcp.expectWithin(seconds(2), data(1000).seq(1)).takeAll();
        tcp.inject(ack().ack(1001))
                .expectWithin(seconds(5), data(1000).seq(1001))
                .takeAll();
        tcp.inject(ack().ack(4001));
    }
}
