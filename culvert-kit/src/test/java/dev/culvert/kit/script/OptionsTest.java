package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static dev.culvert.tcp.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.kit.Rfc;
import org.junit.jupiter.api.Test;

/** Options: RFC 9293 §3.1, §3.2, §3.7.1, RFC 7323 §2 and §3, RFC 2018 §2. */
class OptionsTest extends ScriptTest {
    private int mss() {
        return v6 ? 1_440 : 1_460;
    }

    @Test
    @Rfc(number = 9293, id = "MUST-14", section = "3.7.1")
    @Rfc(number = 7323, section = "3.2")
    void synOffersEverythingInLinuxOrder() {
        final Script tcp = given(CLOSED);
        tcp.connect().expect(syn().seq(0));
        final String words = tcp.last().optionText;
        assertEquals("mss " + mss() + ",sackOK,TS,nop,wscale " + tcp.last().wscale, words);
        assertEquals(0, tcp.last().tsEcr, "TSecr of a SYN");
    }

    @Test
    void synOffersOnlyWhatIsConfigured() {
        given(s -> s.config(c -> c.sack(false)), CLOSED).connect().expect(syn().noSackOk());
        given(s -> s.config(c -> c.timestamps(false)), CLOSED).connect().expect(syn().noTs());
        given(s -> s.config(c -> c.windowScaling(false)), CLOSED).connect().expect(syn().wscale(-1));
        given(s -> s.config(c -> c.sack(false).timestamps(false).windowScaling(false)), CLOSED)
                .connect()
                .expect(syn().options("mss " + mss()));
    }

    @Test
    @Rfc(number = 7323, id = "1", section = "2.2")
    @Rfc(number = 2018, id = "1", section = "2")
    void synAckOffersOnlyWhatTheSynOffered() {
        given(LISTEN).inject(syn().seq(0)).expect(synAck().options("mss " + mss()));
        given(LISTEN).inject(syn().seq(0).mss(1000)).expect(synAck().options("mss " + mss()));
        given(LISTEN).inject(syn().seq(0).sackOk()).expect(synAck().options("mss " + mss() + ",nop,nop,sackOK"));
        given(LISTEN).inject(syn().seq(0).wscale(3)).expect(synAck().noSackOk().noTs());
        given(LISTEN)
                .inject(syn().seq(0).ts(77, 0))
                .expect(synAck().tsEcr(77).wscale(-1).noSackOk());
    }

    @Test
    @Rfc(number = 7323, id = "4", section = "3.2")
    void everySegmentCarriesTimestampsOnceAgreed() {
        final Script tcp = given(s -> s.peerLikeLinux(), ESTABLISHED);
        tcp.inject(data(1000).ts(20_000, 0));
        tcp.expect(ack().ack(1001).options("nop,nop,TS").tsEcr(20_000)).receive(1000);
        tcp.send(100).expect(data(100).options("nop,nop,TS").tsEcr(20_000));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 2018, id = "1", section = "2")
    void synAckDecidesWhatAnActiveOpenerUses() {
        final Script tcp = given(s -> s.active(), ESTABLISHED); // nothing but MSS in the SYN-ACK
        tcp.inject(data(10).seq(101)).expect(ack().ack(1).options(""));
        final Script sack = given(s -> s.active().peerSack(), ESTABLISHED);
        sack.inject(data(10).seq(101)).expect(ack().ack(1).sack(101, 111).noTs());
        final Script ts = given(s -> s.active().peerTimestamps(), ESTABLISHED);
        ts.inject(data(10).seq(101)).expect(ack().ack(1).noSack().options("nop,nop,TS"));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-15", section = "3.7.1")
    void peerWithoutMssOptionGetsTheDefault() {
        final Script tcp = given(s -> s.peerMss(-1), ESTABLISHED);
        final int def = v6 ? 1_220 : 536;
        tcp.send(def + 1).expect(data(def).seq(1), data(1).seq(def + 1).psh());
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-16", section = "3.7.1")
    @Rfc(number = 6691, section = "2")
    @Rfc(number = 2525, id = "7", section = "2.18")
    void optionsReduceThePayload() {
        final Script tcp = given(s -> s.peerLikeLinux(), ESTABLISHED);
        tcp.send(1000).expect(data(988).seq(1), data(12).seq(989).psh());
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-16", section = "3.7.1")
    void mtuCapsAPeerThatOffersMore() {
        final Script tcp = given(s -> s.peerMss(9000), ESTABLISHED);
        tcp.send(mss() + 1).expect(data(mss()).seq(1), data(1));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-14", section = "3.7.1")
    @Rfc(number = 9293, id = "MUST-67", section = "3.7.1")
    @Rfc(number = 9293, id = "SHLD-5", section = "3.7.1")
    @Rfc(number = 9293, id = "MAY-3", section = "3.7.1")
    void mssIsTheMtuLessHeaders() {
        final int headers = v6 ? 60 : 40;
        given(s -> s.mtu(1_280), CLOSED).connect().expect(syn().mss(1_280 - headers));
        given(s -> s.mtu(9_000), CLOSED).connect().expect(syn().mss(9_000 - headers));
        given(s -> s.mtu(65_535), CLOSED).connect().expect(syn().mss(65_535 - headers));
    }

    @Test
    @Rfc(number = 9293, section = "3.7.1")
    void maxMssCapsWhatIsOfferedAndUsed() {
        final Script tcp = given(s -> s.config(c -> c.maxMssBytes(700)), CLOSED);
        tcp.connect().expect(syn().mss(700));
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack());
        tcp.send(701).expect(data(700), data(1));
        tcp.inject(ack());
    }

    @Test
    void tinyMssStillMakesProgress() {
        final Script tcp = given(s -> s.peerMss(1), ESTABLISHED);
        tcp.send(40).advance(ms(1)).takeAll();
        assertEquals(40, tcp.last().len, "the least MSS is 48");
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 7323, id = "1", section = "2.2")
    void windowInSynIsNeverScaled() {
        final Script tcp = given(s -> s.peerWscale(7).peerWindow(500), SYN_RECEIVED);
        tcp.inject(ack().seq(1).ack(1).win(3)).accept();
        tcp.send(1000).expect(data(384).seq(1)); // 3 << 7
        tcp.inject(ack().win(500)).expect(data(616));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 7323, id = "1", section = "2.2")
    void windowIsNotScaledWhenOnlyOneSideOffers() {
        final Script tcp = given(s -> s.active().peerWindow(500), ESTABLISHED);
        tcp.send(1000).expect(data(500).seq(1));
        tcp.inject(ack().win(500)).expect(data(500));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 7323, id = "2", section = "2.3")
    void shiftAboveFourteenCountsAsFourteen() {
        final Script tcp = given(s -> s.peerWscale(20).peerWindow(1), ESTABLISHED);
        tcp.expectCount(StackCounter.TcpInWindowScaleTooLarge, 1);
        tcp.inject(ack().seq(1).ack(1).win(1)).send(100_000).takeAll();
        for (int i = 0; i < 4; i++) { // the congestion window leaves 1 << 14 behind
            tcp.inject(ack().ack(tcp.localNxt()).win(1)).takeAll();
        }
        final int acked = tcp.localNxt();
        tcp.inject(ack().ack(acked).win(1)).takeAll();
        assertEquals(16_000, tcp.localNxt() - acked, "bytes in flight: whole segments within 1 << 14");
        final Script active = given(s -> s.active(), SYN_SENT);
        active.inject(synAck().seq(0).ack(1).mss(1000).wscale(15)).expect(ack());
        active.expectCount(StackCounter.TcpInWindowScaleTooLarge, 1);
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 9293, id = "MUST-4", section = "3.1")
    @Rfc(number = 9293, id = "MUST-6", section = "3.1")
    @Rfc(number = 9293, id = "MUST-64", section = "3.2")
    void unknownOptionsAreSkippedAtAnyAlignment() {
        final Script tcp = given(LISTEN);
        tcp.inject(syn().seq(0).rawOptions(1, 254, 5, 1, 2, 3, 2, 4, 0x02, 0x58, 30, 3, 9, 0, 77, 77));
        tcp.expect(synAck().ack(1));
        tcp.inject(ack().seq(1).ack(1)).accept();
        tcp.send(601).expect(data(600), data(1));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-5", section = "3.1")
    @Rfc(number = 9293, id = "MUST-6", section = "3.1")
    void optionsAreSkippedOnEverySegment() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(10).seq(1).ack(1).rawOptions(253, 4, 1, 2, 2, 4, 5, 180));
        tcp.expect(ack().ack(11)).receive(10);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-7", section = "3.1")
    @Rfc(number = 9293, id = "MUST-68", section = "3.1")
    void illegalOptionLengthsDoNoHarm() {
        final int[][] broken = {
            {254, 0, 1, 1}, {254, 1, 1, 1}, {254, 9, 1, 1}, {2, 3, 1, 1}, {2, 0, 0, 0}, {8, 10, 0, 0}, {1, 1, 1, 2}
        };
        for (final int[] options : broken) {
            final Script tcp = given(ESTABLISHED);
            tcp.inject(data(10).seq(1).ack(1).rawOptions(options)).takeAll().expectState(ESTABLISHED);
            tcp.inject(data(10).seq(1).ack(1)).takeAll();
            tcp.receive(10).expectState(ESTABLISHED);
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.1")
    void impossibleDataOffsetIsDropped() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(10).seq(1).ack(1).dataOffset(4)).expectNothing();
        tcp.inject(data(10).seq(1).ack(1).dataOffset(15)).expectNothing();
        tcp.expectDrops(DropReason.TCP_HDR, 2).expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-3", section = "3.1")
    void wrongChecksumIsDroppedAndCounted() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(10).seq(1).ack(1).badChecksum()).expectNothing();
        tcp.expectDrops(DropReason.TCP_CSUM, 1).expectNothingToReceive();
    }

    @Test
    void lateSynRetransmissionsKeepTheirOptions() {
        final Script tcp = given(SYN_SENT);
        tcp.expectWithin(ms(1000), syn().sackOk());
        assertTrue(tcp.last().ts, "timestamps");
    }

    @Test
    @Rfc(number = 9293, id = "MUST-49", section = "3.9.2")
    @Rfc(number = 9293, id = "MUST-48", section = "3.9.1.9")
    @Rfc(number = 9293, id = "SHLD-22", section = "3.9.1.9")
    void ttlAndDscpAreSettable() {
        final Script tcp = given(s -> s.active().config(c -> c.ttl(77).tos(0xb8)), CLOSED);
        tcp.connect().expect(syn().ttl(77).tos(0xb8));
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack().ttl(77).tos(0xb8));
        tcp.send(1).expect(data(1).ttl(77).tos(0xb8));
        tcp.inject(ack());
        final Script passive = given(s -> s.config(c -> c.ttl(33).tos(0x28)), LISTEN);
        passive.inject(syn().seq(0)).expect(synAck().ttl(33).tos(0x28));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-48", section = "3.9.1.9")
    @Rfc(number = 9293, id = "MUST-49", section = "3.9.2")
    void ttlAndDscpAreThoseOfTheListenerBeforeAndOfTheConnectionAfterIt() {
        final Script opening = given(s -> s.listenerConfig(c -> c.ttl(33).tos(0x28)), SYN_RECEIVED);
        opening.inject(data(1).seq(-10)).expect(ack().seq(1).ttl(33).tos(0x28));
        opening.inject(ack().seq(1).ack(99)).expect(rst().seq(99).ttl(33).tos(0x28));
        final Script closed = given(s -> s.listenerConfig(c -> c.ttl(33).tos(0x28)), TIME_WAIT);
        closed.inject(fin().seq(1)).expect(ack().seq(2).ttl(33).tos(0x28));
        closed.advance(seconds(1))
                .inject(data(10).seq(1))
                .expect(ack().seq(2).ttl(33).tos(0x28));
        closed.advance(seconds(1))
                .inject(syn().seq(-100))
                .expect(ack().seq(2).ttl(33).tos(0x28));
    }

    @Test
    @Rfc(number = 1191, id = "1", section = "3")
    void pathMtuDiscoverySetsDontFragment() {
        given(CLOSED).connect().expect(syn().dontFragment(true));
        if (!v6) {
            given(s -> s.config(c -> c.pathMtuDiscovery(false)), CLOSED)
                    .connect()
                    .expect(syn().dontFragment(false));
        }
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-21", section = "3.9.1.9")
    void dscpAndTtlChangeInMidConnection() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(1).expect(data(1).tos(0).ttl(64)).inject(ack());
        tcp.configure(c -> c.tos(0x88).ttl(9));
        tcp.send(1).expect(data(1).tos(0x88).ttl(9)).inject(ack());
        tcp.inject(data(1)).expect(ack().tos(0x88).ttl(9)).receive(1);
    }
}
