package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.rstAck;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.TcpConfig;
import org.junit.jupiter.api.Test;

/** Keepalive and user timeout: RFC 9293 §3.8.4, §3.8.3; RFC 5482 §3. */
class LivenessTest extends ScriptTest {
    private Script keptAlive() {
        return given(
                s -> s.config(c -> c.keepAlive(true)
                        .keepAliveIdleMs(2_000)
                        .keepAliveIntervalMs(1_000)
                        .keepAliveProbes(3)),
                ESTABLISHED);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-25", section = "3.8.4")
    void offByDefault() {
        given(ESTABLISHED).expectNothingFor(seconds(7L * 24 * 3_600)).expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-28", section = "3.8.4")
    @Rfc(number = 2525, id = "7", section = "2.9")
    void defaultIdleTimeIsTwoHoursAtLeast() {
        assertTrue(TcpConfig.DEFAULT.keepAliveIdleMs() >= 7_200_000);
        final Script tcp = given(ESTABLISHED);
        tcp.configure(c -> c.keepAlive(true)).expectNothingFor(seconds(7_199));
        tcp.expectWithin(seconds(2), ack().seq(0)).inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-24", section = "3.8.4")
    @Rfc(number = 9293, id = "MUST-27", section = "3.8.4")
    @Rfc(number = 9293, id = "MUST-29", section = "3.8.4")
    @Rfc(number = 9293, id = "SHLD-12", section = "3.8.4")
    @Rfc(number = 1122, id = "5", section = "4.2.3.6")
    @Rfc(number = 9293, id = "MAY-5", section = "3.8.4")
    @Rfc(number = 2525, id = "7", section = "2.11")
    void probesUntilTheLastOneIsMissed() {
        final Script tcp = keptAlive();
        tcp.expectAfter(seconds(2), ack().seq(0).ack(1));
        tcp.inject(ack().ack(1));
        tcp.expectAfter(seconds(2), ack().seq(0).ack(1));
        tcp.expectAfter(seconds(1), ack().seq(0).ack(1));
        tcp.expectAfter(seconds(1), ack().seq(0).ack(1)).expectState(ESTABLISHED);
        tcp.expectAfter(seconds(1), rstAck().seq(1).ack(1)).expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-26", section = "3.8.4")
    void anythingReceivedStartsTheIdleTimeAnew() {
        final Script tcp = keptAlive();
        tcp.advance(ms(1_500)).inject(data(10)).expect(ack().ack(11)).receive(10);
        tcp.expectNothingFor(ms(1_999)).expectAfter(ms(1), ack().seq(0));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-26", section = "3.8.4")
    void noProbesWhileTextIsOutstanding() {
        final Script tcp = keptAlive();
        tcp.send(100).expect(data(100));
        for (int i = 0; i < 5; i++) {
            tcp.expectWithin(seconds(10), data(100).seq(1));
        }
        tcp.inject(ack().ack(101)).expectWithin(seconds(2), ack().seq(100));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, section = "3.8.4")
    void resetInAnswerToAProbeEndsTheConnection() {
        final Script tcp = keptAlive();
        tcp.expectAfter(seconds(2), ack().seq(0));
        tcp.inject(rst().seq(1)).expectReset();
    }

    @Test
    void probesOfThePeerAreAnswered() {
        final Script tcp = given(ESTABLISHED);
        for (int i = 0; i < 3; i++) {
            tcp.advance(seconds(75))
                    .inject(ack().seq(0).ack(1))
                    .expect(ack().seq(1).ack(1));
            tcp.advance(seconds(75))
                    .inject(data(1).seq(0).ack(1))
                    .expect(ack().seq(1).ack(1));
        }
    }

    @Test
    @Rfc(number = 5482, id = "3", section = "3")
    @Rfc(number = 9293, id = "MUST-21", section = "3.8.3")
    void userTimeoutEndsAConnectionWhoseTextStaysUnacknowledged() {
        final Script tcp = given(s -> s.config(c -> c.userTimeoutMs(5_000)), ESTABLISHED);
        tcp.send(100).expect(data(100));
        tcp.advance(ms(4_900)).takeAll().expectState(ESTABLISHED);
        tcp.takeAll().expectNothingFor(ms(2_000)).expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    @Rfc(number = 5482, id = "3", section = "3")
    void userTimeoutCountsFromTheOldestUnacknowledgedText() {
        final Script tcp = given(s -> s.config(c -> c.userTimeoutMs(5_000)), ESTABLISHED);
        tcp.advance(seconds(60)).send(100).expect(data(100));
        tcp.advance(seconds(3)).takeAll().inject(ack().ack(101));
        tcp.advance(seconds(60)).send(100).expect(data(100).seq(101));
        tcp.advance(seconds(3)).takeAll().expectState(ESTABLISHED).inject(ack().ack(201));
    }

    @Test
    @Rfc(number = 5482, id = "3", section = "3")
    void userTimeoutCoversAClosedWindow() {
        final Script tcp = given(s -> s.peerWindow(1000).config(c -> c.userTimeoutMs(5_000)), ESTABLISHED);
        tcp.send(2000).expect(data(1000)).inject(ack().ack(1001).win(0));
        tcp.advance(seconds(20)).takeAll().expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    @Rfc(number = 5482, id = "3", section = "3")
    void userTimeoutTakesThePlaceOfTheNumberOfKeepAliveProbes() {
        final Script tcp = keptAlive();
        tcp.configure(c -> c.userTimeoutMs(10_000));
        tcp.expectAfter(seconds(2), ack().seq(0));
        for (int i = 0; i < 7; i++) { // three unanswered ones would have been enough
            tcp.expectAfter(seconds(1), ack().seq(0)).expectState(ESTABLISHED);
        }
        tcp.expectAfter(seconds(1), rstAck().seq(1)).expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    void aLongUserTimeoutOutlastsAnyNumberOfKeepAliveProbes() {
        final Script tcp = keptAlive();
        tcp.configure(c -> c.userTimeoutMs(200_000));
        tcp.expectAfter(seconds(2), ack().seq(0));
        for (int i = 0; i < 197; i++) {
            tcp.expectAfter(seconds(1), ack().seq(0)).expectState(ESTABLISHED);
        }
        tcp.expectAfter(seconds(1), rstAck().seq(1)).expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    @Rfc(number = 5482, id = "3", section = "3")
    void userTimeoutMayBeLongerThanTheRetransmissionsOfR2() {
        final Script tcp = given(s -> s.config(c -> c.retries2(3).userTimeoutMs(60_000)), ESTABLISHED);
        tcp.send(100).expect(data(100));
        tcp.advance(ms(59_999)).takeAll().expectState(ESTABLISHED);
        tcp.advance(ms(1)).expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    @Rfc(number = 5482, id = "3", section = "3")
    void userTimeoutCoversTheSynToo() {
        final Script tcp = given(s -> s.active().config(c -> c.userTimeoutMs(5_000)), SYN_SENT);
        tcp.expectAfter(seconds(1), syn().seq(0)).expectAfter(seconds(2), syn().seq(0));
        tcp.expectNothingFor(ms(1_999)).expectState(SYN_SENT);
        tcp.expectNothingFor(ms(1)).expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }
}
