package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.flags;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.ESTABLISHED;

import dev.culvert.kit.Rfc;
import dev.culvert.tcp.Readiness;
import org.junit.jupiter.api.Test;

/** Which segments are acceptable, and what of them is used: RFC 9293 §3.4, §3.10.7.4 first to fifth and eighth; RFC 5961 §5. */
class AcceptanceTest extends ScriptTest {
    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void oldSegmentIsAcknowledgedAndDropped() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(1).ack(1)).expect(ack().ack(101)).receive(100);
        tcp.inject(data(100).seq(1).ack(1)).expect(ack().seq(1).ack(101)).expectNothingToReceive();
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void segmentRightOfTheWindowIsAcknowledgedAndDropped() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(tcp.rightEdge()).ack(1))
                .expect(ack().seq(1).ack(1).noSack());
        tcp.advance(ms(600))
                .inject(ack().seq(tcp.rightEdge()).ack(1))
                .expect(ack().seq(1).ack(1));
        tcp.expectNothingToReceive().expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 9293, section = "3.4")
    void lastByteInTheWindowIsAccepted() {
        final Script tcp = given(s -> s.peerSack(), ESTABLISHED);
        final int edge = tcp.rightEdge();
        tcp.inject(data(10).seq(edge - 10).ack(1)).expect(ack().ack(1).sack(edge - 10, edge));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void leftOverlapIsTrimmed() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(1000).seq(1).ack(1)).expect(ack().ack(1001));
        tcp.inject(data(1000).seq(501).ack(1)).expect(ack().ack(1501)).receive(2000, 1500);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    @Rfc(number = 1122, id = "2", section = "4.2.2.20")
    void rightOverhangIsTrimmedAndItsFinIgnored() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        while (tcp.window() > 1000) {
            tcp.inject(data(1000)).takeAll();
        }
        final int room = tcp.window();
        final int window = tcp.rightEdge() - 1;
        tcp.inject(fin().len(room + 50))
                .expectWithin(ms(500), ack().ack(1 + window).win(0));
        tcp.expectState(ESTABLISHED).receive(65_536, window).takeAll();
        tcp.inject(data(100).seq(1 + window)).takeAll().receive(100).expectState(ESTABLISHED); // no FIN at 51
    }

    @Test
    @Rfc(number = 5961, id = "3", section = "5.2")
    @Rfc(number = 9293, section = "3.10.7.4")
    void ackOfTheFutureIsAnsweredAndItsTextDropped() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(10).seq(1).ack(2)).expect(ack().seq(1).ack(1)).expectNothingToReceive();
    }

    @Test
    @Rfc(number = 5961, id = "3", section = "5.2")
    @Rfc(number = 9293, id = "MAY-12", section = "3.10.7.4")
    void ackOfTheDistantPastIsChallengedAndItsTextDropped() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(10).seq(1).ack(1 - 65_536 - 10))
                .expect(ack().seq(1).ack(1))
                .expectNothingToReceive();
    }

    @Test
    @Rfc(number = 5961, id = "3", section = "5.2")
    void anAckMayBeAsOldAsTheLargestWindowIsWide() {
        final Script tcp = given(ESTABLISHED); // with a window of 65,535
        tcp.inject(data(10).seq(1).ack(1 - 65_535)).expect(ack().ack(11)).receive(10);
        tcp.inject(data(10).seq(11).ack(-65_535)).expect(ack().ack(11)).expectNothingToReceive();
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void textWithAnOldAckIsStillTaken() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100));
        tcp.inject(ack().ack(101));
        tcp.inject(data(10).seq(1).ack(1)).expect(ack().seq(101).ack(11)).receive(10);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void segmentWithoutAckIsDropped() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(flags("P").seq(1).len(10)).expectNothing().expectNothingToReceive();
        tcp.inject(flags("F").seq(1)).expectNothing().expectState(ESTABLISHED);
        tcp.inject(flags("-").seq(1)).expectNothing();
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-31", section = "3.10.7.4")
    @Rfc(number = 9293, id = "MAY-13", section = "3.10.7.4")
    @Rfc(number = 2525, id = "7", section = "2.5")
    void outOfOrderTextWaitsForItsHole() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(101).ack(1)).expect(ack().ack(1)).expectNothingToReceive();
        tcp.expectNoEvent(Readiness.READABLE);
        tcp.inject(data(100).seq(1).ack(1))
                .expect(ack().ack(201))
                .expectEvent(Readiness.READABLE)
                .receive(200);
    }

    @Test
    @Rfc(number = 2018, id = "2", section = "4")
    void sackBlocksNameTheLatestFirst() {
        final Script tcp = given(s -> s.peerSack(), ESTABLISHED);
        tcp.inject(data(100).seq(201).ack(1)).expect(ack().ack(1).sack(201, 301));
        tcp.inject(data(100).seq(401).ack(1)).expect(ack().ack(1).sack(401, 501).sack(201, 301));
        tcp.inject(data(100).seq(601).ack(1))
                .expect(ack().ack(1).sack(601, 701).sack(401, 501).sack(201, 301));
        tcp.inject(data(100).seq(301).ack(1)).expect(ack().ack(1).sack(201, 501).sack(601, 701));
        tcp.inject(data(200).seq(1).ack(1)).expect(ack().ack(501).sack(601, 701));
        tcp.inject(data(100).seq(501).ack(1)).expect(ack().ack(701).noSack()).receive(700);
    }

    @Test
    @Rfc(number = 2018, id = "3", section = "3")
    void atMostThreeSackBlocksBesideTimestamps() {
        final Script tcp = given(s -> s.peerSack().peerTimestamps(), ESTABLISHED);
        for (int i = 1; i <= 5; i++) {
            tcp.inject(data(100).seq(1 + 200 * i).ack(1)).takeAll();
        }
        tcp.inject(data(100).seq(1 + 200 * 6).ack(1));
        tcp.expect(ack().ack(1).sack(1201, 1301).sack(1001, 1101).sack(801, 901));
    }

    @Test
    @Rfc(number = 2018, id = "3", section = "3")
    void atMostFourSackBlocksWithoutTimestamps() {
        final Script tcp = given(s -> s.peerSack(), ESTABLISHED);
        for (int i = 1; i <= 5; i++) {
            tcp.inject(data(100).seq(1 + 200 * i).ack(1)).takeAll();
        }
        tcp.inject(data(100).seq(1 + 200 * 6).ack(1));
        tcp.expect(ack().ack(1).sack(1201, 1301).sack(1001, 1101).sack(801, 901).sack(601, 701));
    }

    @Test
    @Rfc(number = 2018, id = "1", section = "2")
    void noSackBlocksUnlessPermitted() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(201).ack(1)).expect(ack().ack(1).noSack());
    }

    @Test
    void overlapsOfEveryShapeReassemble() {
        final int[][] pieces = {{301, 100}, {101, 50}, {251, 100}, {121, 100}, {51, 400}, {201, 10}, {1, 60}};
        final Script tcp = given(s -> s.peerSack(), ESTABLISHED);
        for (final int[] piece : pieces) {
            tcp.inject(data(piece[1]).seq(piece[0]).ack(1)).takeAll();
        }
        tcp.receive(1000, 450);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void finOutOfOrderWaitsForTheHole() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(fin().seq(101).ack(1).len(100)).expect(ack().ack(1)).expectState(ESTABLISHED);
        tcp.expectNoEvent(Readiness.PEER_CLOSED);
        tcp.inject(data(100).seq(1).ack(1)).expect(ack().ack(202)).expectState(CLOSE_WAIT);
        tcp.expectEvent(Readiness.PEER_CLOSED).receive(200).expectEof();
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void textBehindAFinThatWaitsIsCutOff() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(fin().seq(101).ack(1).len(100)).expect(ack().ack(1));
        tcp.inject(data(300).seq(1).ack(1)).expect(ack().ack(202)).expectState(CLOSE_WAIT);
        tcp.receive(1000, 200).expectEof();
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void textAfterTheFinIsIgnored() {
        final Script tcp = given(CLOSE_WAIT);
        tcp.inject(data(100).seq(2).ack(1)).takeAll().expectState(CLOSE_WAIT).expectEof();
    }

    @Test
    @Rfc(number = 9293, id = "MUST-66", section = "3.4")
    @Rfc(number = 1122, id = "2", section = "4.2.2.20")
    void ackAndUrgentAreProcessedAtZeroWindow() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        fillWindow(tcp);
        tcp.send(100).expect(data(100).win(0));
        tcp.inject(ack().ack(101));
        tcp.expectNothingFor(seconds(5)); // nothing is outstanding any more
        tcp.inject(data(10).seq(tcp.rightEdge()).ack(101)).expect(ack().win(0)).expectState(ESTABLISHED);
    }

    private static void fillWindow(final Script tcp) {
        while (tcp.window() > 0) {
            tcp.inject(data(Math.min(1000, tcp.window()))).advance(ms(50)).takeAll();
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.8.6.1")
    void everyProbeIntoAZeroWindowIsAnswered() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        fillWindow(tcp);
        final int edge = tcp.rightEdge();
        for (int i = 0; i < 5; i++) {
            tcp.inject(ack().seq(edge - 1).ack(1)).expect(ack().ack(edge).win(0));
            tcp.advance(ms(600));
        }
    }

    @Test
    @Rfc(number = 9293, id = "MUST-30", section = "3.8.5")
    @Rfc(number = 9293, id = "MUST-31", section = "3.8.5")
    @Rfc(number = 6093, section = "3.2")
    void urgentTextIsDeliveredInLine() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(1).ack(1).urg(50)).expect(ack().ack(101));
        tcp.expectEvent(Readiness.READABLE).receive(100, 49).receive(51);
        tcp.inject(data(10).seq(101).ack(1).urg(65_535)).takeAll().receive(10);
        tcp.inject(data(10).seq(111).ack(1).urg(0)).takeAll().receive(10).expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-32", section = "3.8.5")
    void urgentPointerIsReportedWhenItStartsAndWhenItAdvances() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(ack().seq(1).ack(1).urg(5)).takeAll().expectEvent(Readiness.URGENT);
        tcp.inject(data(1).seq(1).ack(1).urg(20))
                .takeAll()
                .expectEvent(Readiness.URGENT)
                .receive(1);
    }

    @Test
    void answersToUnacceptableSegmentsAreRateLimited() {
        final Script tcp = given(ESTABLISHED);
        tcp.advance(seconds(2));
        tcp.inject(ack().seq(tcp.rightEdge() + 10).ack(1)).expect(ack().ack(1));
        tcp.inject(ack().seq(tcp.rightEdge() + 10).ack(1)).expectNothing();
        tcp.advance(ms(501)).inject(ack().seq(tcp.rightEdge() + 10).ack(1)).expect(ack().ack(1));
    }
}
