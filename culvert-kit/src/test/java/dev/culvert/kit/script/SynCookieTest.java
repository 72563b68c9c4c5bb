package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.culvert.counters.StackCounter;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.Ecn;
import dev.culvert.tcp.SynCookies;
import dev.culvert.tcp.syncookie.CookieTimestamp;
import org.junit.jupiter.api.Test;

/** SYN cookies: RFC 4987 §3.6 and appendix A, in the form that Linux gives them. */
class SynCookieTest extends ScriptTest {
    /** A listener whose SYN queue of one is full, asked by a second peer. */
    private Script overflowing() {
        return given(s -> s.backlog(1), SYN_RECEIVED).peerPort(40_001);
    }

    private Script always() {
        return given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
    }

    private static Segment likeLinux() {
        final Segment syn = syn().seq(0).mss(1460).sackOk().wscale(7);
        syn.ts = true;
        return syn;
    }

    @Test
    @Rfc(number = 4987, id = "4")
    @Rfc(number = 4987, id = "6")
    void aFullSynQueueAnswersWithACookieThatBecomesAConnection() {
        final Script tcp = overflowing();
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck().seq(0).ack(1));
        assertEquals(1, tcp.shard().halfOpenCount());
        tcp.expectCount(StackCounter.TcpExtSyncookiesSent, 1).expectCount(StackCounter.TcpExtTCPReqQFullDoCookies, 1);
        tcp.inject(ack().seq(1).ack(1)).expectNothing().expectState(ESTABLISHED).accept();
        tcp.expectCount(StackCounter.TcpExtSyncookiesRecv, 1);
        tcp.inject(data(10).seq(1)).expect(ack().ack(11)).receive(10);
    }

    @Test
    void aCookieIsSentOnceAndNothingIsKept() {
        final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck().seq(0).ack(1));
        assertEquals(0, tcp.shard().halfOpenCount());
        tcp.expectNothingFor(seconds(200));
    }

    @Test
    @Rfc(number = 4987, id = "5")
    void mssComesBackFromTheTable() {
        final int[][] offers = v6
                ? new int[][] {{1_000, 536}, {1_219, 536}, {1_220, 1_220}, {1_439, 1_220}, {1_440, 1_440}}
                : new int[][] {{536, 536}, {1_299, 536}, {1_300, 1_300}, {1_459, 1_440}, {1_460, 1_460}};
        for (final int[] offer : offers) {
            final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
            tcp.inject(syn().seq(0).mss(offer[0])).expect(synAck());
            tcp.inject(ack().seq(1).ack(1)).accept();
            tcp.send(2_000).expect(data(offer[1]).seq(1)).takeAll().inject(ack().ack(2_001));
        }
    }

    @Test
    @Rfc(number = 9293, id = "MUST-16", section = "3.7.1")
    void aPeerThatTakesLessThanACookieCanSayGetsNone() {
        final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
        tcp.inject(syn().seq(0).mss(300)).expectWithin(0, synAck());
        assertEquals(1, tcp.shard().halfOpenCount(), "a row holds its MSS");
        tcp.discardSent();
    }

    @Test
    @Rfc(number = 4987, id = "5")
    void theLowBitsOfTheTimestampBringBackScaleAndSack() {
        final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
        tcp.inject(likeLinux())
                .expect(synAck().seq(0).ack(1).options("mss " + (v6 ? 1440 : 1460) + ",sackOK,TS,nop,wscale 7"));
        assertEquals(7 | 16, lowBits(tcp), "window scale 7 and SACK");
        tcp.inject(ack().seq(1).ack(1).win(1)).accept();
        tcp.send(1_000).expect(data(128).seq(1)); // the window of 1 means 128
        tcp.inject(ack().ack(129).win(100)).takeAll();
        tcp.inject(data(10).seq(101)).expect(ack().ack(1).sack(101, 111));
        tcp.inject(ack().seq(1).ack(1_001));
    }

    /** The six low bits of the last TSval, without the connection's offset: that is what any plain SYN-ACK's clock shows. */
    private static int lowBits(final Script cookie) {
        final Script plain = Script.setup(s -> s.family(cookie.setup().v6)).given(LISTEN);
        plain.inject(likeLinux()).expect(synAck());
        return cookie.last().tsVal - plain.last().tsVal & 63;
    }

    @Test
    @Rfc(number = 7323, id = "10")
    void theTimestampOfACookieIsNeverAheadOfTheClock() {
        for (int ms = 0; ms < 130; ms += 7) {
            final Script tcp = always().advance(Segments.ms(ms));
            tcp.inject(likeLinux()).expect(synAck().tsEcr(tcp.peerTsVal()));
            final int sent = tcp.last().tsVal;
            tcp.inject(ack().seq(1).ack(1)).accept().send(1).expect(data(1));
            final int behind = tcp.last().tsVal - sent;
            assertEquals(true, behind >= 0 && behind < 64, "the cookie's clock was " + behind + " ms behind");
            tcp.inject(ack().ack(2));
        }
    }

    @Test
    void withoutTimestampsScaleAndSackAreNotGranted() {
        final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
        tcp.inject(syn().seq(0).mss(1000).sackOk().wscale(7))
                .expect(synAck().noSackOk().wscale(-1).noTs());
        tcp.inject(ack().seq(1).ack(1).win(500)).accept();
        tcp.send(600).expect(data(500)).inject(ack().ack(501)).takeAll();
        tcp.inject(data(10).seq(101)).expect(ack().ack(1).noSack());
        tcp.inject(ack().seq(1).ack(601));
    }

    @Test
    void anEchoThatClaimsWhatIsSwitchedOffIsReset() {
        final Script tcp =
                given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS).ecn(Ecn.OFF)), LISTEN);
        tcp.inject(likeLinux()).expect(synAck());
        final int claim = tcp.last().tsVal + CookieTimestamp.ECN;
        tcp.inject(ack().seq(1).ack(1).tsEcr(claim)).expect(rst().seq(1));
        tcp.inject(ack().seq(1).ack(1)).expectNothing().accept().abort().takeAll();
    }

    @Test
    void noScaleIsToldFromScaleZero() {
        for (int scale = -1; scale <= 14; scale++) {
            final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
            final Segment syn = syn().seq(0).mss(1000).wscale(scale);
            syn.ts = true;
            tcp.inject(syn).expect(synAck().wscale(scale < 0 ? -1 : 7).noSackOk());
            tcp.inject(ack().seq(1).ack(1).win(2)).accept();
            final int window = scale <= 0 ? 2 : Math.min(2 << scale, 500);
            tcp.send(500)
                    .expect(data(window).seq(1))
                    .inject(ack().ack(501).win(1_000))
                    .takeAll();
        }
    }

    @Test
    @Rfc(number = 4987, id = "5")
    void aForgedCookieIsReset() {
        final Script tcp = overflowing();
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck());
        tcp.inject(ack().seq(1).ack(5)).expect(rst().seq(5)); // up to 4 it would be another entry of the MSS table
        tcp.inject(ack().seq(1).ack(0x1000001)).expect(rst().seq(0x1000001));
        tcp.inject(ack().seq(2).ack(1)).expect(rst().seq(1)); // another ISN of the peer
        tcp.expectCount(StackCounter.TcpExtSyncookiesFailed, 3).expectCount(StackCounter.TcpExtSyncookiesRecv, 0);
        tcp.peerPort(40_002).inject(ack().seq(1).ack(1)).expect(rst().seq(1)); // another peer
        tcp.peerPort(40_000);
    }

    @Test
    @Rfc(number = 4987, id = "5")
    void aCookieIsGoodForAtLeastOneMinuteAndAtMostTwo() {
        final Script fresh = always();
        fresh.inject(syn().seq(0).mss(1000)).expect(synAck());
        fresh.advance(seconds(59)).inject(ack().seq(1).ack(1)).expectNothing().accept();

        final Script late = always();
        late.inject(syn().seq(0).mss(1000)).expect(synAck()).advance(seconds(119));
        late.peerPort(40_001).inject(syn().seq(0).mss(1000)).takeAll(); // cookies are still about
        final int second = late.iss();
        late.peerPort(40_000).advance(seconds(2));
        late.inject(ack().seq(1).ack(1)).expect(rst());
        late.peerPort(40_001)
                .inject(ack().absolute().seq(late.peerBase() + 1).ack(second + 1))
                .accept();
    }

    @Test
    @Rfc(number = 4987, id = "6")
    void withoutARecentOverflowNoCookieIsLookedAt() {
        final Script tcp = overflowing();
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck());
        tcp.advance(seconds(120)).discardSent();
        tcp.inject(ack().seq(1).ack(1)).expect(rst().seq(1));
        tcp.expectCount(StackCounter.TcpExtSyncookiesFailed, 0).expectState(LISTEN);
    }

    @Test
    void neverMeansThatTheSynIsDropped() {
        final Script tcp = given(s -> s.backlog(1).config(c -> c.synCookies(SynCookies.NEVER)), SYN_RECEIVED);
        tcp.peerPort(40_001).inject(syn().seq(0).mss(1000)).expectNothing();
        tcp.expectCount(StackCounter.TcpExtTCPReqQFullDrop, 1).expectCount(StackCounter.TcpExtListenDrops, 1);
        tcp.expectCount(StackCounter.TcpExtSyncookiesSent, 0).peerPort(40_000);
        tcp.inject(ack().absolute().seq(tcp.peerBase() + 1).ack(tcp.iss() + 1)).accept();
    }

    @Test
    void dataCanBringTheCookieWhenTheThirdAckWasLost() {
        final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck());
        tcp.inject(data(100).seq(1).ack(1)).expect(ack().ack(101)).accept().receive(100);
    }

    @Test
    void aFullAcceptQueueSendsNoCookieAndTakesNone() {
        final Script tcp = given(s -> s.backlog(1).config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck());
        final int first = tcp.iss();
        tcp.peerPort(40_001)
                .inject(syn().seq(0).mss(1000))
                .expectWithin(0, synAck())
                .inject(ack());
        tcp.peerPort(40_000)
                .inject(ack().absolute().seq(tcp.peerBase() + 1).ack(first + 1))
                .expectNothing();
        tcp.expectCount(StackCounter.TcpExtListenOverflows, 1).expectCount(StackCounter.TcpExtListenDrops, 1);
        tcp.inject(syn().seq(0).mss(1000)).expectNothing().expectCount(StackCounter.TcpExtListenOverflows, 2);
        tcp.peerPort(40_001).accept();
    }

    @Test
    void cookiesOfOnePeerDifferFromMinuteToMinute() {
        final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck());
        final int first = tcp.iss();
        tcp.advance(seconds(10)).inject(syn().seq(0).mss(1000)).expect(synAck());
        assertEquals(first, tcp.iss(), "within a minute");
        tcp.advance(seconds(60)).inject(syn().seq(0).mss(1000)).expectWithin(0, synAck());
        assertNotEquals(first, tcp.iss());
        assertNotEquals(first + (1 << 24), tcp.iss(), "the lower bits change too");
    }

    @Test
    void theFirstRoundTripOfACookieIsNotMeasured() {
        final Script tcp = given(s -> s.config(c -> c.synCookies(SynCookies.ALWAYS)), LISTEN);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck()).advance(seconds(5));
        tcp.inject(ack().seq(1).ack(1)).accept();
        tcp.send(10).expect(data(10)).expectAfter(seconds(1), data(10)); // RFC 6298 §2.1: still the initial RTO
        tcp.inject(ack().ack(11));
    }
}
