package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.FIN_WAIT_2;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import org.junit.jupiter.api.Test;

/** Probing a closed window: RFC 9293 §3.8.6.1. Probes are Linux's: no text, one below SND.UNA. */
class ZeroWindowTest extends ScriptTest {
    private Script closedWindow() {
        final Script tcp = given(s -> s.peerWindow(1000).rttMs(100), ESTABLISHED); // RTO 300 ms
        tcp.send(2000).expect(data(1000).seq(1)).advance(ms(100));
        return tcp.inject(ack().ack(1001).win(0));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-35", section = "3.8.6")
    @Rfc(number = 9293, id = "MUST-36", section = "3.8.6.1")
    @Rfc(number = 9293, id = "SHLD-29", section = "3.8.6.1")
    @Rfc(number = 9293, id = "SHLD-30", section = "3.8.6.1")
    void closedWindowIsProbedWithBackoff() {
        final Script tcp = closedWindow();
        for (int wait = 300; wait <= 300 << 6; wait *= 2) {
            tcp.expectAfter(ms(wait), ack().seq(1000).ack(1));
            tcp.inject(ack().ack(1001).win(0));
        }
        tcp.inject(ack().ack(1001).win(1000)).expect(data(1000).seq(1001));
        tcp.inject(ack().ack(2001)).expectNothingFor(seconds(100));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-37", section = "3.8.6.1")
    @Rfc(number = 9293, id = "MAY-8", section = "3.8.6.1")
    @Rfc(number = 2525, id = "7", section = "2.12")
    void connectionStaysAsLongAsProbesAreAnswered() {
        final Script tcp = closedWindow();
        for (int i = 0; i < 60; i++) {
            tcp.expectWithin(seconds(121), ack().seq(1000))
                    .inject(ack().ack(1001).win(0));
        }
        tcp.expectState(ESTABLISHED)
                .inject(ack().ack(1001).win(1000))
                .expect(data(1000).seq(1001));
        tcp.inject(ack().ack(2001));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-39", section = "3.8.6.2.2")
    void windowThatIsClampedBelowOneSegmentOpensAgain() {
        final Script tcp = given(s -> s.config(c -> c.windowClampBytes(200)), ESTABLISHED);
        tcp.inject(data(200)).expect(ack().win(0));
        tcp.receive(90).expectNothing();
        tcp.receive(110).expect(ack().win(200));
    }

    @Test
    void unansweredProbesGiveUp() {
        final Script tcp = given(s -> s.peerWindow(1000).config(c -> c.retries2(5)), ESTABLISHED);
        tcp.send(2000).expect(data(1000).seq(1)).inject(ack().ack(1001).win(0));
        tcp.advance(seconds(600)).takeAll().expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    void windowUpdateReleasesTheTextAtOnce() {
        final Script tcp = closedWindow();
        tcp.advance(ms(10)).inject(ack().ack(1001).win(5000)).expect(data(1000).seq(1001));
        tcp.inject(ack().ack(2001));
    }

    @Test
    void writingIntoAClosedWindowStartsTheProbes() {
        final Script tcp = given(s -> s.peerWindow(1000), ESTABLISHED);
        tcp.send(1000).expect(data(1000).seq(1));
        tcp.inject(ack().ack(1001).win(0)).expectNothingFor(seconds(100));
        tcp.send(500).expectNothing();
        tcp.expectWithin(seconds(1), ack().seq(1000).ack(1));
        tcp.inject(ack().ack(1001).win(1000)).expect(data(500).seq(1001));
        tcp.inject(ack());
    }

    @Test
    void finWaitsBehindAClosedWindow() {
        final Script tcp = closedWindow();
        tcp.shutdownWrite().expectState(FIN_WAIT_1);
        tcp.expectWithin(seconds(1), ack().seq(1000)).inject(ack().ack(1001).win(0));
        tcp.inject(ack().ack(1001).win(1000)).expect(fin().seq(1001).len(1000));
        tcp.inject(ack().ack(2002)).expectState(FIN_WAIT_2);
    }

    @Test
    void ourAnswerToAProbeIsAnAckOfTheClosedWindow() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        while (tcp.window() > 0) {
            tcp.inject(data(Math.min(1000, tcp.window()))).advance(ms(50)).takeAll();
        }
        final int edge = tcp.rightEdge();
        tcp.inject(data(1).seq(edge)).expect(ack().ack(edge).win(0));
        tcp.advance(seconds(1))
                .inject(ack().seq(edge - 1))
                .expect(ack().ack(edge).win(0));
        tcp.receive(65_536, edge - 1).expect(ack().ack(edge));
        assertEquals(edge + tcp.last().win, tcp.rightEdge());
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-17", section = "3.8.6")
    void textSentBeforeTheWindowShrankIsRepairedWhenItReopens() {
        final Script tcp = given(s -> s.peerWindow(3000), ESTABLISHED);
        tcp.send(3000).takeAll();
        tcp.inject(ack().ack(1001).win(0)).advance(seconds(2)).takeAll().expectState(ESTABLISHED);
        tcp.inject(ack().ack(1001).win(3000)).advance(seconds(4)).takeAll();
        tcp.inject(ack().ack(3001)).expectNothingFor(seconds(100));
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-17", section = "3.8.6")
    @Rfc(number = 9293, id = "SHLD-16", section = "3.8.6")
    @Rfc(number = 9293, id = "MAY-7", section = "3.8.6")
    void peerThatShrankItsWindowAndAnswersIsNotDead() {
        final Script tcp = given(s -> s.peerWindow(3000).config(c -> c.retries2(5)), ESTABLISHED);
        tcp.send(3000).takeAll().inject(ack().ack(1001).win(0));
        for (int i = 0; i < 20; i++) {
            tcp.expectWithin(seconds(121), data(1000).seq(1001))
                    .inject(ack().ack(1001).win(0));
        }
        tcp.expectState(ESTABLISHED).inject(ack().ack(3001).win(3000)).expectNothing();
    }
}
