package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.MtuProbing;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import org.junit.jupiter.api.Test;

/** ICMP errors: RFC 9293 §3.9.2.2, RFC 5927 §4 and §5, RFC 1191, RFC 8201. */
class IcmpErrorTest extends ScriptTest {
    private void unreachable(final Script tcp, final int v4Code, final int v6Code) {
        tcp.injectIcmpError(v6 ? 1 : 3, v6 ? v6Code : v4Code, 0);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-54", section = "3.9.2.2")
    @Rfc(number = 9293, id = "SHLD-26", section = "3.9.2.2")
    @Rfc(number = 5927, id = "3", section = "5.2")
    void portUnreachableRefusesInSynSent() {
        final Script tcp = given(SYN_SENT);
        unreachable(tcp, 3, 4);
        tcp.expectNothing().expectState(CLOSED).expectClosed(Errno.ECONNREFUSED);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-56", section = "3.9.2.2")
    @Rfc(number = 9293, id = "MUST-47", section = "3.9.1.8")
    @Rfc(number = 9293, id = "SHLD-25", section = "3.9.2.2")
    void hostUnreachableIsASoftErrorInSynSent() {
        final Script tcp = given(SYN_SENT);
        unreachable(tcp, 1, 3);
        tcp.expectNothing().expectState(SYN_SENT).expectEvent(Readiness.SOFT_ERROR);
        tcp.expectError(Errno.EHOSTUNREACH);
        tcp.inject(synAck().seq(0).ack(1)).expect(ack().ack(1)).expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-56", section = "3.9.2.2")
    void timeExceededAndParameterProblemAreSoft() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100));
        tcp.injectIcmpError(v6 ? 3 : 11, 0, 0).injectIcmpError(v6 ? 4 : 12, 0, 0);
        unreachable(tcp, 0, 0);
        tcp.expectState(ESTABLISHED).inject(ack().ack(101));
    }

    @Test
    @Rfc(number = 5927, id = "2", section = "5.2")
    void hardErrorsAreSoftOnceSynchronized() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100));
        unreachable(tcp, 3, 4);
        unreachable(tcp, 2, 1);
        tcp.expectState(ESTABLISHED).inject(ack().ack(101));
    }

    @Test
    @Rfc(number = 5927, id = "1", section = "4.1")
    void errorAboutTextThatIsNotInFlightIsIgnored() {
        final Script tcp = given(SYN_SENT);
        final byte[] quoted = tcp.lastPacket();
        quoted[(v6 ? 40 : 20) + 5] ^= 0x40; // another sequence number
        tcp.injectIcmpError(v6 ? 1 : 3, v6 ? 4 : 3, 0, quoted).expectState(SYN_SENT);
        tcp.expectNoEvent(Readiness.SOFT_ERROR | Readiness.CLOSED);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-55", section = "3.9.2.2")
    @Rfc(number = 5927, id = "4", section = "6.1")
    void sourceQuenchIsIgnored() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100));
        tcp.injectIcmpError(v6 ? 100 : 4, 0, 0).expectNothing().expectState(ESTABLISHED);
        tcp.expectNoEvent(Readiness.SOFT_ERROR).inject(ack().ack(101));
    }

    @Test
    @Rfc(number = 1191, id = "2", section = "6.4")
    @Rfc(number = 8201, section = "4")
    void tooBigLowersTheSegmentSizeAndResendsAtOnce() {
        final Script tcp = given(s -> s.peerMss(1460), ESTABLISHED);
        final int full = v6 ? 1_440 : 1_460;
        tcp.send(full).expect(data(full).seq(1));
        final int small = 1_300 - (v6 ? 60 : 40);
        tcp.injectIcmpError(v6 ? 2 : 3, v6 ? 0 : 4, 1_300);
        tcp.expect(data(small).seq(1)).takeAll();
        tcp.inject(ack().ack(full + 1));
        tcp.send(small + 1).expect(data(small).seq(full + 1), data(1));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 5927, id = "1", section = "4.1")
    void tooBigAboutSomethingElseIsIgnored() {
        final Script tcp = given(s -> s.peerMss(1460), ESTABLISHED);
        final int full = v6 ? 1_440 : 1_460;
        tcp.send(full).expect(data(full).seq(1));
        final byte[] quoted = tcp.lastPacket();
        quoted[(v6 ? 40 : 20) + 4] ^= 0x40;
        tcp.injectIcmpError(v6 ? 2 : 3, v6 ? 0 : 4, 1_300, quoted).expectNothing();
        tcp.inject(ack().ack(full + 1)).send(full).expect(data(full).seq(full + 1));
        tcp.inject(ack());
    }

    private int headers() {
        return v6 ? 60 : 40;
    }

    @Test
    @Rfc(number = 8201, id = "4", section = "4")
    @Rfc(number = 1191, id = "2", section = "3")
    @Rfc(number = 5927, id = "4", section = "7.2")
    void noReportGoesBelowTheLeastMtuOfTheFamily() {
        final Script tcp = given(s -> s.peerMss(1460), ESTABLISHED);
        final int full = 1_500 - headers();
        tcp.send(full).expect(data(full).seq(1));
        tcp.injectIcmpError(v6 ? 2 : 3, v6 ? 0 : 4, v6 ? 600 : 20);
        final int least = v6 ? 1_280 - headers() : 68 - headers();
        tcp.expect(data(least).seq(1)).takeAll();
        tcp.inject(ack().ack(full + 1));
        tcp.abort().takeAll();
    }

    private void tooBig(final Script tcp, final int mtu) {
        tcp.injectIcmpError(v6 ? 2 : 3, v6 ? 0 : 4, mtu);
    }

    @Test
    @Rfc(number = 1191, id = "2", section = "6.5")
    void aReportIsNoCongestion() {
        final Script tcp = given(s -> s.peerMss(1460), ESTABLISHED);
        tcp.send(100_000).takeAll();
        final int flight = tcp.localNxt() - 1;
        tcp.injectIcmpError(v6 ? 2 : 3, v6 ? 0 : 4, 1_300, tcp.lastPacket());
        tcp.expect(data(1_300 - headers()).seq(1));
        final int segments = 1 + tcp.takeAllAndCount();
        final int fit = flight / (1_300 - headers());
        assertTrue(segments >= fit, () -> segments + " segments again where " + fit + " fit the window");
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 1191, id = "5", section = "6.3")
    @Rfc(number = 8201, id = "5", section = "4")
    void tenMinutesAfterTheLastReportALargerPacketIsTried() {
        final Script tcp = given(s -> s.peerMss(1460).config(c -> c.mtuProbing(MtuProbing.OFF)), ESTABLISHED);
        final int full = 1_500 - headers();
        final int small = 1_300 - headers();
        tcp.send(full).expect(data(full));
        tooBig(tcp, 1_400);
        tcp.expect(data(1_400 - headers()).seq(1)).takeAll().advance(seconds(300));
        tooBig(tcp, 1_300);
        tcp.takeAll().inject(ack().ack(full + 1));
        tcp.advance(ms(599_999)).send(full).expect(data(small)).takeAll().inject(ack());
        tcp.advance(ms(1)).send(full).expect(data(full));
        tooBig(tcp, 1_300); // the path has not changed
        tcp.expect(data(small))
                .takeAll()
                .inject(ack())
                .send(full)
                .expect(data(small))
                .takeAll()
                .inject(ack());
    }

    @Test
    @Rfc(number = 1191, id = "5", section = "6.3")
    @Rfc(number = 8201, id = "5", section = "4")
    void theTimeIsSettableButNotBelowFiveMinutes() {
        assertThrows(
                IllegalArgumentException.class,
                () -> TcpConfig.DEFAULT.with().pathMtuExpiryMs(299_999).build());
        final Script tcp = given(s -> s.peerMss(1460).config(c -> c.pathMtuExpiryMs(300_000)), ESTABLISHED);
        final int full = 1_500 - headers();
        tcp.send(full).expect(data(full));
        tooBig(tcp, 1_300);
        tcp.takeAll()
                .inject(ack().ack(full + 1))
                .advance(seconds(300))
                .send(full)
                .expect(data(full));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 1191, id = "2", section = "6.4")
    void tooBigInSynSentCountsForTheConnection() {
        final Script tcp = given(SYN_SENT);
        tooBig(tcp, 1_300);
        tcp.expectNothing().expectState(SYN_SENT);
        tcp.inject(synAck().seq(0).ack(1).mss(1460)).expect(ack().ack(1)).expectState(ESTABLISHED);
        tcp.send(1_400).expect(data(1_300 - headers())).takeAll().inject(ack());
    }

    @Test
    @Rfc(number = 1191, id = "2", section = "6.4")
    void tooBigInSynReceivedCountsForTheConnection() {
        final Script tcp = given(s -> s.peerMss(1460), SYN_RECEIVED);
        tooBig(tcp, 1_300);
        tcp.expectNothing().expectState(SYN_RECEIVED);
        tcp.inject(ack().seq(1).ack(1)).accept();
        tcp.send(1_400).expect(data(1_300 - headers())).takeAll().inject(ack());
    }

    @Test
    @Rfc(number = 5927, id = "1", section = "4.1")
    void tooBigAboutAnotherSynAckIsIgnored() {
        final Script tcp = given(s -> s.peerMss(1460), SYN_RECEIVED);
        final byte[] quoted = tcp.lastPacket();
        quoted[(v6 ? 40 : 20) + 4] ^= 0x40;
        tcp.injectIcmpError(v6 ? 2 : 3, v6 ? 0 : 4, 1_300, quoted).expectNothing();
        tcp.inject(ack().seq(1).ack(1)).accept().send(1_400).expect(data(1_400)).inject(ack());
    }

    @Test
    @Rfc(number = 1191, id = "1", section = "3")
    void withoutDiscoveryAReportIsIgnored() {
        if (v6) {
            return; // IPv6 has nothing else (RFC 8201)
        }
        final Script tcp = given(s -> s.peerMss(1460).config(c -> c.pathMtuDiscovery(false)), ESTABLISHED);
        tcp.send(1_460).expect(data(1_460));
        tooBig(tcp, 1_300);
        tcp.expectNothing().inject(ack().ack(1_461));
    }

    @Test
    @Rfc(number = 1191, id = "3", section = "7.1")
    void anOldRoutersReportTakesTheNextPlateau() {
        final Script tcp = given(s -> s.peerMss(1460), ESTABLISHED);
        int length = 1_500;
        for (final int plateau : v6 ? new int[0] : new int[] {1_492, 1_006, 508, 296, 68}) {
            tcp.send(length - 40).expect(data(length - 40));
            tcp.injectIcmpError(3, 4, 0).expect(data(plateau - 40)).takeAll().inject(ack());
            length = plateau;
        }
        tcp.abort().takeAll();
    }
}
