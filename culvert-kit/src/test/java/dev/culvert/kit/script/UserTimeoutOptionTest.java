package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The user timeout option: RFC 5482 §2, §3 and §4.2. */
class UserTimeoutOptionTest extends ScriptTest {
    private static final int MINUTES = 0x8000;

    private static Segment announcing(final Segment segment, final int value) {
        return segment.rawOptions(28, 4, value >>> 8, value & 0xff);
    }

    private Script announcing300s(final UnaryOperator<TcpConfigBuilder> change) {
        return given(s -> s.config(c -> change.apply(c.userTimeoutOptionMs(300_000))), ESTABLISHED);
    }

    /** Text that is never acknowledged ends the connection after just so long. */
    private static void endsAfter(final Script tcp, final int timeoutMs) {
        tcp.send(100).expect(data(100));
        tcp.advance(ms(timeoutMs - 1)).takeAll().expectState(ESTABLISHED);
        tcp.expectNothingFor(ms(1)).expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    @Rfc(number = 5482, id = "1", section = "3.1")
    void offByDefaultIsNeitherSentNorHeard() {
        final Script opening = given(SYN_SENT);
        assertFalse(opening.last().optionText.contains("uto"));
        final Script tcp = given(ESTABLISHED);
        tcp.inject(announcing(ack(), 100)).send(100).expect(data(100).options(""));
        tcp.advance(seconds(300)).takeAll().expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 5482, id = "1", section = "3.2")
    void theSynAnnouncesItAndTheFirstSegmentAndTheFirstTextSayItAgain() {
        final Script tcp =
                given(s -> s.config(c -> c.userTimeoutOptionMs(300_000).timestamps(false)), SYN_SENT);
        assertEquals("uto 300s", tcp.last().optionText.replaceAll(".*,", ""));
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack().options("uto 300s"));
        tcp.send(2000).expect(data(996).options("uto 300s"), data(996), data(8));
        tcp.inject(ack().ack(997)).inject(ack());
    }

    @Test
    @Rfc(number = 5482, id = "1", section = "3.2")
    void theSynAckAnnouncesItAndTextThatIsSentAgainToo() {
        final Script tcp = given(s -> s.config(c -> c.userTimeoutOptionMs(300_000)), LISTEN);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck().options("mss " + (v6 ? 1440 : 1460) + ",uto 300s"));
        tcp.inject(ack().seq(1).ack(1)).accept().send(10).expect(data(10).options("uto 300s"));
        tcp.expectWithin(seconds(3), data(10).seq(1).options("uto 300s"));
        tcp.inject(ack().ack(11)).send(10).expect(data(10).options("")).inject(ack());
    }

    @Test
    @Rfc(number = 5482, id = "1", section = "2")
    void whatDoesNotFitIntoSecondsIsSaidInMinutesRoundedUp() {
        final Script tcp = given(s -> s.config(c -> c.userTimeoutOptionMs(40_000_000)), ESTABLISHED);
        tcp.send(10).expect(data(10).options("uto 667m")).inject(ack());
        final Script longest = given(s -> s.config(c -> c.userTimeoutOptionMs(32_767_000)), ESTABLISHED);
        longest.send(10).expect(data(10).options("uto 32767s")).inject(ack());
    }

    @Test
    @Rfc(number = 5482, id = "1", section = "3.2")
    void anotherValueIsAnnouncedInMidConnection() {
        final Script tcp = announcing300s(c -> c);
        tcp.send(10).expect(data(10)).inject(ack());
        tcp.configure(c -> c.userTimeoutOptionMs(600_000)).send(10).expect(data(10).options("uto 600s"));
        tcp.inject(ack()).send(10).expect(data(10).options("")).inject(ack());
    }

    @Test
    @Rfc(number = 5482, id = "2", section = "3.1")
    void theLargerOfBothAnnouncementsCounts() {
        final Script peerSaysMore = announcing300s(c -> c);
        endsAfter(peerSaysMore.inject(announcing(ack(), 400)), 400_000);
        final Script weSayMore = announcing300s(c -> c);
        endsAfter(weSayMore.inject(announcing(ack(), 200)), 300_000);
        final Script inMinutes = announcing300s(c -> c);
        endsAfter(inMinutes.inject(announcing(ack(), MINUTES | 7)), 420_000);
    }

    @Test
    @Rfc(number = 5482, id = "2", section = "3.1")
    void noPeerMakesItShorterThanOurLowerLimitOrLongerThanOurUpperOne() {
        final Script low = given(s -> s.config(c -> c.userTimeoutOptionMs(10_000)), ESTABLISHED);
        endsAfter(low.inject(announcing(ack(), 1)), 100_000);
        final Script high = announcing300s(c -> c.userTimeoutMostMs(500_000));
        endsAfter(high.inject(announcing(ack(), MINUTES | 0x7fff)), 500_000);
        final TcpConfigBuilder tooLow = TcpConfig.DEFAULT.with().userTimeoutLeastMs(99_999);
        assertThrows(IllegalArgumentException.class, tooLow::build);
    }

    @Test
    @Rfc(number = 5482, id = "2", section = "3.1")
    void whatTheApplicationHasSetIsNotChanged() {
        final Script tcp = announcing300s(c -> c.userTimeoutMs(5_000));
        endsAfter(tcp.inject(announcing(ack(), 600)), 5_000);
    }

    @Test
    @Rfc(number = 5482, id = "1", section = "3.2")
    void theSynOfAPeerCountsToo() {
        final Script tcp = given(s -> s.config(c -> c.userTimeoutOptionMs(300_000)), LISTEN);
        tcp.inject(announcing(syn().seq(0), 400)).expect(synAck());
        endsAfter(tcp.inject(ack().seq(1).ack(1)).accept(), 400_000);
    }

    @Test
    @Rfc(number = 5482, id = "1", section = "2")
    void zeroAndMalformedOptionsAreIgnored() {
        final Script tcp = announcing300s(c -> c.retries2(3));
        tcp.inject(announcing(ack(), 0), announcing(ack(), MINUTES), ack().rawOptions(28, 3, 9, 1));
        tcp.send(100).expect(data(100)).advance(seconds(200)).takeAll().expectState(CLOSED);
    }

    @Test
    @Rfc(number = 5482, id = "4", section = "4.2")
    void keepAliveWaitsLongerThanTheTimeoutThatBothHaveFound() {
        final Script tcp = announcing300s(c -> c.keepAlive(true).keepAliveIdleMs(2_000));
        tcp.inject(announcing(ack(), 400));
        tcp.expectNothingFor(seconds(400)).expectAfter(ms(1), ack().seq(0)).inject(ack());
        final Script without = given(s -> s.config(c -> c.keepAlive(true).keepAliveIdleMs(2_000)), ESTABLISHED);
        without.inject(announcing(ack(), 400))
                .expectAfter(seconds(2), ack().seq(0))
                .inject(ack());
    }
}
