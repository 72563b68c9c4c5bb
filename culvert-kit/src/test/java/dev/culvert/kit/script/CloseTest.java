package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.rstAck;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.CLOSING;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.FIN_WAIT_2;
import static dev.culvert.tcp.TcpState.LAST_ACK;
import static dev.culvert.tcp.TcpState.TIME_WAIT;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.Readiness;
import org.junit.jupiter.api.Test;

/** Every way to close: RFC 9293 §3.6, §3.10.4, §3.10.7.4. */
class CloseTest extends ScriptTest {
    @Test
    @Rfc(number = 9293, section = "3.6")
    void activeClose() {
        final Script tcp = given(ESTABLISHED);
        tcp.shutdownWrite().expect(fin().seq(1).ack(1)).expectState(FIN_WAIT_1);
        tcp.inject(ack().seq(1).ack(2)).expectNothing().expectState(FIN_WAIT_2);
        tcp.expectEvent(Readiness.SEND_COMPLETE);
        tcp.inject(fin().seq(1).ack(2)).expect(ack().seq(2).ack(2)).expectState(TIME_WAIT);
        tcp.expectEvent(Readiness.PEER_CLOSED).expectEof();
        tcp.expectNothingFor(seconds(60)).expectState(CLOSED);
    }

    @Test
    @Rfc(number = 9293, section = "3.6")
    void passiveClose() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(fin().seq(1).ack(1)).expect(ack().seq(1).ack(2)).expectState(CLOSE_WAIT);
        tcp.expectEvent(Readiness.PEER_CLOSED).expectEof();
        tcp.close().expect(fin().seq(1).ack(2)).expectState(LAST_ACK);
        tcp.inject(ack().seq(2).ack(2)).expectNothing().expectState(CLOSED);
        tcp.inject(ack().seq(2).ack(2)).expect(rst().seq(2));
    }

    @Test
    @Rfc(number = 9293, section = "3.6")
    void passiveCloseToldToTheApplication() {
        final Script tcp = given(LAST_ACK);
        tcp.inject(ack().seq(2).ack(2)).expectNothing().expectState(CLOSED).expectClosed(0);
    }

    @Test
    @Rfc(number = 9293, section = "3.6")
    void simultaneousClose() {
        final Script tcp = given(FIN_WAIT_1);
        tcp.inject(fin().seq(1).ack(1)).expect(ack().seq(2).ack(2)).expectState(CLOSING);
        tcp.inject(ack().seq(2).ack(2)).expectNothing().expectState(TIME_WAIT);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void finAndItsAckInOneSegmentSkipFinWait2() {
        final Script tcp = given(FIN_WAIT_1);
        tcp.inject(fin().seq(1).ack(2)).expect(ack().seq(2).ack(2)).expectState(TIME_WAIT);
    }

    @Test
    @Rfc(number = 9293, section = "3.6")
    @Rfc(number = 1122, id = "3", section = "4.2.2.13")
    void weCloseAndThePeerGoesOn() {
        final Script tcp = given(FIN_WAIT_2);
        tcp.inject(data(1000).seq(1).ack(2)).expect(ack().seq(2).ack(1001)).receive(1000);
        tcp.inject(data(500).seq(1001).ack(2)).expect(ack().seq(2).ack(1501)).receive(500);
        tcp.inject(fin().seq(1501).ack(2)).expect(ack().seq(2).ack(1502)).expectState(TIME_WAIT);
        tcp.expectEof();
    }

    @Test
    @Rfc(number = 9293, section = "3.6")
    void textArrivesInFinWait1() {
        final Script tcp = given(FIN_WAIT_1);
        tcp.inject(data(1000).seq(1).ack(1)).expect(ack().seq(2).ack(1001)).receive(1000);
        tcp.expectState(FIN_WAIT_1);
        tcp.inject(ack().seq(1001).ack(2)).expectState(FIN_WAIT_2);
    }

    @Test
    @Rfc(number = 9293, section = "3.6")
    void thePeerClosesAndWeGoOn() {
        final Script tcp = given(CLOSE_WAIT);
        tcp.send(1500)
                .expect(data(1000).seq(1).ack(2), data(500).seq(1001).ack(2).psh());
        tcp.inject(ack().seq(2).ack(1501)).expectState(CLOSE_WAIT);
        tcp.close().expect(fin().seq(1501).ack(2)).expectState(LAST_ACK);
        tcp.inject(ack().seq(2).ack(1502)).expectState(CLOSED);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.4")
    void finFollowsQueuedTextInTheSameSegment() {
        final Script tcp = given(ESTABLISHED);
        tcp.together(t -> t.send(100).shutdownWrite());
        tcp.expect(fin().seq(1).ack(1).len(100)).expectState(FIN_WAIT_1);
        tcp.inject(ack().seq(1).ack(102)).expectState(FIN_WAIT_2);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.4")
    void finWaitsForTheWindow() {
        final Script tcp = given(s -> s.peerWindow(1000), ESTABLISHED);
        tcp.together(t -> t.send(1500).shutdownWrite());
        tcp.expect(data(1000).seq(1)).expectNothing();
        tcp.inject(ack().ack(1001).win(1000)).expect(fin().seq(1001).len(500));
        tcp.inject(ack().ack(1502)).expectState(FIN_WAIT_2);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void ackOfTheTextAloneLeavesFinWait1() {
        final Script tcp = given(ESTABLISHED);
        tcp.together(t -> t.send(100).shutdownWrite()).expect(fin().seq(1).len(100));
        tcp.inject(ack().ack(101)).expectState(FIN_WAIT_1);
        tcp.inject(ack().ack(102)).expectState(FIN_WAIT_2);
    }

    @Test
    void finIsRepeatedInFinWait1ClosingAndLastAck() {
        given(FIN_WAIT_1).expectWithin(seconds(1), fin().seq(1).ack(1)).inject(ack().ack(2));
        given(CLOSING).expectWithin(seconds(1), fin().seq(1).ack(2)).inject(ack().ack(2));
        given(LAST_ACK).expectWithin(seconds(1), fin().seq(1).ack(2)).inject(ack().ack(2));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void lastAckWaitsForTheAckOfItsFin() {
        final Script tcp = given(LAST_ACK);
        tcp.inject(ack().seq(2).ack(1)).expectNothing().expectState(LAST_ACK);
        tcp.inject(ack().seq(2).ack(2)).expectState(CLOSED);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void repeatedFinIsAcknowledgedAgain() {
        given(CLOSE_WAIT)
                .inject(fin().seq(1).ack(1))
                .expect(ack().seq(1).ack(2))
                .expectState(CLOSE_WAIT);
        given(CLOSING).inject(fin().seq(1).ack(1)).expect(ack().seq(2).ack(2)).expectState(CLOSING);
        given(LAST_ACK).inject(fin().seq(1).ack(1)).expect(ack().seq(2).ack(2)).expectState(LAST_ACK);
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-3", section = "3.6.1")
    @Rfc(number = 2525, id = "7", section = "2.17")
    @Rfc(number = 1122, id = "3", section = "4.2.2.13")
    void closeWithUnreadTextResets() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(1).ack(1)).expect(ack().ack(101));
        tcp.close().expect(rstAck().seq(1).ack(101)).expectState(CLOSED);
    }

    @Test
    void closeAfterEverythingWasReadIsOrderly() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(1).ack(1)).expect(ack().ack(101)).receive(100);
        tcp.close().expect(fin().seq(1).ack(101));
        tcp.inject(fin().seq(101).ack(2)).expect(ack().seq(2).ack(102)).expectState(TIME_WAIT);
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-3", section = "3.6.1")
    @Rfc(number = 2525, id = "7", section = "2.16")
    void textAfterCloseIsReset() {
        final Script tcp = given(ESTABLISHED);
        tcp.close().expect(fin().seq(1).ack(1));
        tcp.inject(data(100).seq(1).ack(2)).expect(rst().seq(2)).expectState(CLOSED);
    }

    @Test
    void orphanInFinWait2IsForgottenAndALateFinIsReset() {
        final Script tcp = given(s -> s.config(c -> c.finWait2Ms(10_000)), ESTABLISHED);
        tcp.close().expect(fin().seq(1).ack(1));
        tcp.inject(ack().seq(1).ack(2)).expectState(FIN_WAIT_2);
        tcp.expectNothingFor(seconds(9)).expectState(FIN_WAIT_2);
        tcp.expectNothingFor(seconds(1)).expectState(CLOSED);
        tcp.inject(fin().seq(1).ack(2)).expect(rst().seq(2));
    }

    @Test
    void closeInFinWait2StartsTheOrphansTimeout() {
        final Script tcp = given(s -> s.config(c -> c.finWait2Ms(10_000)), FIN_WAIT_2);
        tcp.advance(seconds(3_600)).close().expectNothingFor(seconds(9)).expectState(FIN_WAIT_2);
        tcp.expectNothingFor(seconds(1)).expectState(CLOSED);
    }

    @Test
    void halfClosedFinWait2HasNoTimeout() {
        final Script tcp = given(FIN_WAIT_2);
        tcp.expectNothingFor(seconds(3_600)).expectState(FIN_WAIT_2);
        tcp.inject(data(10).seq(1).ack(2)).expect(ack().ack(11)).receive(10);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.5")
    void lingerZeroTurnsCloseIntoReset() {
        final Script tcp = given(s -> s.config(c -> c.lingerMs(0)), ESTABLISHED);
        tcp.send(100).expect(data(100));
        tcp.close().expect(rstAck().seq(101).ack(1)).expectState(CLOSED);
    }

    @Test
    void lingerBoundsTheBackgroundDelivery() {
        final Script tcp = given(s -> s.config(c -> c.lingerMs(3_000)), ESTABLISHED);
        tcp.send(100).expect(data(100));
        tcp.close().advance(ms(2_999)).takeAll().expectState(FIN_WAIT_1);
        tcp.expectAfter(ms(1), rstAck().ack(1)).expectState(CLOSED);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.2")
    void sendAfterShutdownIsRefused() {
        given(FIN_WAIT_1).send(1, -Errno.EPIPE);
        given(FIN_WAIT_2).send(1, -Errno.EPIPE);
        given(LAST_ACK).send(1, -Errno.EPIPE);
        given(CLOSING).send(1, -Errno.EPIPE);
        given(TIME_WAIT).send(1, -Errno.EPIPE);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.3")
    void whatArrivedBeforeAResetCanStillBeRead() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(1).ack(1)).expect(ack().ack(101));
        tcp.inject(rst().seq(101)).expectReset().receive(100).receive(1, -Errno.ECONNRESET);
        tcp.send(1, -Errno.ECONNRESET);
    }

    @Test
    void secondShutdownChangesNothing() {
        final Script tcp = given(FIN_WAIT_2);
        tcp.shutdownWrite().expectNothing().expectState(FIN_WAIT_2);
    }

    @Test
    void staleIdentifiersAnswerBadDescriptor() {
        final Script tcp = given(ESTABLISHED);
        tcp.abort().expect(rstAck());
        tcp.send(1, -Errno.EBADF).receive(1, -Errno.EBADF);
    }
}
