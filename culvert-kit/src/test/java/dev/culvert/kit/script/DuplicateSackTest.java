package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.ESTABLISHED;

import dev.culvert.counters.StackCounter;
import dev.culvert.kit.Rfc;
import org.junit.jupiter.api.Test;

/** D-SACK as the receiver sends it: RFC 2883 §4. */
class DuplicateSackTest extends ScriptTest {
    private Script withSack() {
        return given(Setup::peerSack, ESTABLISHED);
    }

    @Test
    @Rfc(number = 2883, id = "5", section = "4.1.1")
    void whatWasReceivedBeforeIsReportedOnce() {
        final Script tcp = withSack();
        tcp.inject(data(100).seq(1)).expect(ack().ack(101).noSack());
        tcp.inject(data(100).seq(1)).expect(ack().ack(101).sack(1, 101));
        tcp.inject(data(100).seq(101)).expect(ack().ack(201).noSack());
        tcp.expectCount(StackCounter.TcpExtTCPDSACKOldSent, 1);
        tcp.receive(200);
    }

    @Test
    @Rfc(number = 2883, id = "5", section = "4.2.1")
    void ofAPartlyDuplicateSegmentThePartIsReported() {
        final Script tcp = withSack();
        tcp.inject(data(100).seq(1)).expect(ack().ack(101));
        tcp.inject(data(100).seq(51)).expect(ack().ack(151).sack(51, 101)).receive(150);
    }

    @Test
    @Rfc(number = 2883, id = "5", section = "4.1.3")
    void theBlockThatHoldsTheDuplicateComesSecond() {
        final Script tcp = withSack();
        tcp.inject(data(100).seq(201)).expect(ack().ack(1).sack(201, 301));
        tcp.inject(data(100).seq(301)).expect(ack().ack(1).sack(201, 401));
        tcp.inject(data(100).seq(501)).expect(ack().ack(1).sack(501, 601).sack(201, 401));
        tcp.inject(data(100).seq(301));
        tcp.expect(ack().ack(1).sack(301, 401).sack(201, 401).sack(501, 601));
        tcp.expectCount(StackCounter.TcpExtTCPDSACKOfoSent, 1);
    }

    @Test
    @Rfc(number = 2883, id = "5", section = "4.2.2")
    void aSegmentThatRepeatsTheEndOfABlockAndGoesOnReportsTheEnd() {
        final Script tcp = withSack();
        tcp.inject(data(100).seq(201)).expect(ack().ack(1).sack(201, 301));
        tcp.inject(data(100).seq(251)).expect(ack().ack(1).sack(251, 301).sack(201, 351));
    }

    @Test
    @Rfc(number = 2883, id = "5", section = "4.2.3")
    void ofTwoRangesThatASegmentRepeatsTheFirstIsReported() {
        final Script tcp = withSack();
        tcp.inject(data(100).seq(201)).expect(ack().ack(1));
        tcp.inject(data(100).seq(401)).expect(ack().ack(1));
        tcp.inject(data(400).seq(151)).expect(ack().ack(1).sack(201, 301).sack(151, 551));
    }

    @Test
    @Rfc(number = 2883, id = "5", section = "4.2")
    void textThatFillsAGapAndRepeatsWhatLiesBehindItReportsThat() {
        final Script tcp = withSack();
        tcp.inject(data(100).seq(201)).expect(ack().ack(1));
        tcp.inject(data(250).seq(1)).expect(ack().ack(301).sack(201, 251)).receive(300);
    }

    @Test
    @Rfc(number = 2883, id = "5", section = "4.2.1")
    void aSegmentFromBelowTheWindowToBeyondItReportsWhatIsBelow() { // neither of its ends is acceptable
        final Script tcp = given(s -> s.peerSack().config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        tcp.rcv(1, 100);
        tcp.inject(data(200).seq(-49)).expect(ack().ack(1).win(100).sack(-49, 1));
    }

    @Test
    @Rfc(number = 2883, id = "5", section = "4")
    void textBeyondTheWindowIsNoDuplicate() {
        final Script tcp = withSack();
        tcp.inject(data(100).seq(tcp.rightEdge())).expect(ack().ack(1).noSack());
    }

    @Test
    @Rfc(number = 2883, section = "4")
    void aRepeatedFinIsReportedToo() {
        final Script tcp = given(Setup::peerSack, CLOSE_WAIT);
        tcp.inject(fin().seq(1)).expect(ack().ack(2).sack(1, 2));
    }

    @Test
    @Rfc(number = 2018, id = "3", section = "3")
    void theDuplicateTakesThePlaceOfTheOldestBlock() {
        final Script tcp = given(s -> s.peerSack().peerTimestamps(), ESTABLISHED);
        for (final int seq : new int[] {201, 401, 601}) {
            tcp.inject(data(100).seq(seq)).expect(ack().ack(1));
        }
        tcp.inject(data(10).seq(-9)).expect(ack().sack(-9, 1).sack(601, 701).sack(401, 501));
        tcp.inject(data(100).seq(801));
        tcp.expect(ack().sack(801, 901).sack(601, 701).sack(401, 501));
    }

    @Test
    void whoAgreedToNoSackOrSwitchedItOffHearsNothing() {
        final Script without = given(ESTABLISHED);
        without.inject(data(100).seq(1)).expect(ack().ack(101));
        without.inject(data(100).seq(1)).expect(ack().ack(101).noSack()).receive(100);
        final Script off = given(s -> s.peerSack().config(c -> c.dsack(false)), ESTABLISHED);
        off.inject(data(100).seq(1)).expect(ack().ack(101));
        off.inject(data(100).seq(1)).expect(ack().ack(101).noSack()).receive(100);
    }
}
