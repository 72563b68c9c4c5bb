package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.rstAck;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.fastopen.FastOpenKeys;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** TCP Fast Open on the server's side: RFC 7413 §4.1.2, §4.2.2 and §5.1. */
class FastOpenServerTest extends ScriptTest {
    private int nextPort = 50_000;

    private Script server(final int pending) {
        return given(s -> s.config(c -> c.fastOpenPending(pending)), LISTEN);
    }

    /** Another connection of the same client. */
    private Script another(final Script tcp) {
        return tcp.peerPort(nextPort++);
    }

    private static int[] options(final int kind, final byte[] value) {
        final int[] bytes = new int[2 + value.length];
        bytes[0] = kind;
        bytes[1] = bytes.length;
        for (int i = 0; i < value.length; i++) {
            bytes[2 + i] = value[i] & 0xff;
        }
        return bytes;
    }

    private static Segment syn(final byte[] cookie, final int text) {
        return Segments.syn().seq(0).len(text).rawOptions(options(34, cookie));
    }

    /** The cookie that the server gives to the client, who then goes away. */
    private byte[] cookie(final Script tcp) {
        another(tcp).inject(syn(new byte[0], 0)).expect(synAck().seq(0).ack(1));
        final byte[] cookie = cookieIn(tcp, "FO ");
        tcp.inject(rst().seq(1)).expectState(LISTEN);
        return cookie;
    }

    private static byte[] cookieIn(final Script tcp, final String word) {
        final String options = tcp.last().optionText;
        assertTrue(options.contains(word), options);
        final String digits = options.substring(options.indexOf(word) + word.length());
        return HexFormat.of().parseHex(digits.substring(0, 16));
    }

    /** A connection in SYN-RECEIVED that came with 100 bytes of text. */
    private Script opened() {
        final Script tcp = server(8);
        final byte[] cookie = cookie(tcp);
        another(tcp).inject(syn(cookie, 100)).expect(synAck().seq(0).ack(101));
        return tcp.expectState(SYN_RECEIVED).accept();
    }

    @Test
    @Rfc(number = 7413, id = "5", section = "4.2.2")
    void textWithAGoodCookieIsDeliveredBeforeTheHandshakeIsComplete() {
        final Script tcp = opened();
        tcp.receive(100).expectNothingToReceive();
        tcp.send(500).expect(data(500).seq(1).ack(101)).send(100).expectNothing();
        tcp.inject(ack().seq(101).ack(501))
                .expectState(ESTABLISHED)
                .expect(data(100).seq(501));
        tcp.inject(ack().seq(101).ack(601));
        tcp.expectCount(StackCounter.TcpExtTCPFastOpenPassive, 1)
                .expectCount(StackCounter.TcpExtTCPFastOpenCookieReqd, 1)
                .expectCount(StackCounter.TcpPassiveOpens, 1);
    }

    @Test
    @Rfc(number = 7413, id = "5", section = "4.2.2")
    void withoutAGoodCookieTextIsNotTakenAndACookieIsGranted() {
        final Script tcp = server(8);
        final byte[] good = cookie(tcp);
        final byte[] bad = good.clone();
        bad[7]++;
        another(tcp).inject(syn(bad, 100)).expect(synAck().seq(0).ack(1)).expectNothingToAccept();
        assertEquals(HexFormat.of().formatHex(good), HexFormat.of().formatHex(cookieIn(tcp, "FO ")));
        tcp.expectCount(StackCounter.TcpExtTCPFastOpenPassiveFail, 1);
        tcp.inject(data(100).seq(1).ack(1)).expect(ack().ack(101)).accept().receive(100);
    }

    @Test
    @Rfc(number = 7413, section = "4.1.1")
    void theExperimentalOptionIsAnsweredInItsOwnForm() {
        final Script tcp = server(8);
        final byte[] magic = {(byte) 0xf9, (byte) 0x89};
        another(tcp)
                .inject(Segments.syn().seq(0).rawOptions(options(254, magic)))
                .expect(synAck().seq(0).ack(1));
        final byte[] cookie = cookieIn(tcp, "FOEXP ");
        tcp.inject(rst().seq(1)).expectState(LISTEN);
        final byte[] value = new byte[10];
        System.arraycopy(magic, 0, value, 0, 2);
        System.arraycopy(cookie, 0, value, 2, 8);
        another(tcp).inject(Segments.syn().seq(0).len(10).rawOptions(options(254, value)));
        tcp.expect(synAck().seq(0).ack(11))
                .accept()
                .receive(10)
                .inject(ack().seq(11).ack(1));
    }

    @Test
    void offByDefault() {
        final Script tcp = given(LISTEN);
        another(tcp).inject(syn(new byte[0], 0)).expect(synAck().options("mss " + (v6 ? 1440 : 1460)));
        tcp.inject(ack().seq(1).ack(1)).accept();
        another(tcp).inject(syn(new byte[8], 10)).expect(synAck().seq(0).ack(1));
        tcp.inject(data(10).seq(1).ack(1)).expect(ack().ack(11));
        tcp.expectCount(StackCounter.TcpExtTCPFastOpenPassiveFail, 0);
    }

    @Test
    @Rfc(number = 7413, section = "4.1.2")
    void aCookieAgesAndIsReplacedAndIsThenNoLongerGood() {
        final Script tcp = server(8);
        final byte[] old = cookie(tcp);
        tcp.advance(FastOpenKeys.GENERATION_NS);
        another(tcp).inject(syn(old, 10)).expect(synAck().seq(0).ack(11));
        final byte[] newer = cookieIn(tcp, "FO ");
        tcp.expectCount(StackCounter.TcpExtTCPFastOpenPassiveAltKey, 1);
        tcp.inject(ack().seq(11).ack(1)).accept().close().expect(rstAck());
        tcp.advance(FastOpenKeys.GENERATION_NS);
        another(tcp).inject(syn(old, 10)).expect(synAck().seq(0).ack(1)).inject(rst().seq(1));
        another(tcp).inject(syn(newer, 10)).expect(synAck().seq(0).ack(11));
        tcp.inject(ack().seq(11).ack(1)).accept();
    }

    @Test
    void aChosenKeyMakesTheCookieThatLinuxMakes() {
        final Script tcp = server(8);
        tcp.shard().fastOpenKeys(0, 0, 0, 0);
        final byte[] zero = cookie(tcp);
        tcp.shard().fastOpenKeys(1, 2, 0, 0);
        another(tcp).inject(syn(zero, 10)).expect(synAck().seq(0).ack(11)).inject(rst().seq(11));
        tcp.shard().fastOpenKeys(3, 4, 1, 2);
        another(tcp).inject(syn(zero, 10)).expect(synAck().seq(0).ack(1)).inject(rst().seq(1));
    }

    /** The path MTU is news for text that is under way, whatever the handshake does. */
    @Test
    @Rfc(number = 9293, id = "MUST-16", section = "3.7.1")
    void aNarrowPathIsLearntOfBeforeTheHandshakeIsComplete() {
        final Script tcp = server(8);
        final byte[] cookie = cookie(tcp);
        final byte[] mss1460 = {5, (byte) 180};
        final int[] offer = IntStream.concat(IntStream.of(options(2, mss1460)), IntStream.of(options(34, cookie)))
                .toArray();
        another(tcp).inject(Segments.syn().seq(0).len(10).rawOptions(offer)).expect(synAck().ack(11));
        final int small = 1_300 - (v6 ? 60 : 40);
        tcp.accept().send(1_400).expect(data(1_400).seq(1));
        tcp.injectIcmpError(v6 ? 2 : 3, v6 ? 0 : 4, 1_300);
        tcp.expect(data(small).seq(1), data(1_400 - small)).expectState(SYN_RECEIVED);
        tcp.inject(ack().seq(11).ack(1_401));
    }

    /** An application has it already, so nothing less than a reset ends it: as in the synchronized states. */
    @Test
    @Rfc(number = 5927, section = "5.2")
    void anIcmpErrorDoesNotEndAConnectionThatIsInUse() {
        final Script tcp = opened();
        tcp.send(50).expect(data(50).seq(1));
        tcp.injectIcmpError(v6 ? 1 : 3, v6 ? 4 : 3, 0).expectEvent(Readiness.SOFT_ERROR);
        tcp.expectState(SYN_RECEIVED).inject(ack().seq(101).ack(51)).expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 7413, section = "5.1")
    void onlySoManyMayWaitForTheirHandshakes() {
        final Script tcp = server(2);
        final byte[] cookie = cookie(tcp);
        another(tcp).inject(syn(cookie, 10)).expect(synAck().seq(0).ack(11)).accept();
        final long first = tcp.conn();
        another(tcp).inject(syn(cookie, 10)).expect(synAck().seq(0).ack(11)).accept();
        final long second = tcp.conn();
        another(tcp).inject(syn(cookie, 10)).expect(synAck().seq(0).ack(1));
        tcp.expectCount(StackCounter.TcpExtTCPFastOpenListenOverflow, 1).inject(rst().seq(1));
        tcp.shard().abort(first, tcp.elapsedNs());
        tcp.shard().abort(second, tcp.elapsedNs());
        tcp.discardSent();
        another(tcp).inject(syn(cookie, 10)).expect(synAck().seq(0).ack(11)).accept();
    }

    @Test
    @Rfc(number = 7413, section = "5.1")
    void aResetKeepsThePlaceTakenForAMinute() {
        final Script tcp = server(1);
        final byte[] cookie = cookie(tcp);
        another(tcp).inject(syn(cookie, 10)).expect(synAck().seq(0).ack(11)).accept();
        tcp.inject(rst().seq(11)).expectState(CLOSED).expectReset();
        another(tcp).inject(syn(cookie, 10)).expect(synAck().seq(0).ack(1)).inject(rst().seq(1));
        tcp.advance(seconds(60));
        another(tcp).inject(syn(cookie, 10)).expect(synAck().seq(0).ack(11)).inject(rst().seq(11));
    }

    @Test
    @Rfc(number = 7413, section = "4.2.2")
    void theSynAckIsRepeatedWithoutCookieAndInTheEndGivenUp() {
        final Script tcp = opened();
        tcp.send(50).expect(data(50).seq(1));
        tcp.expectAfter(seconds(1), synAck().seq(0).ack(101).len(0));
        tcp.expectAfter(seconds(2), synAck().seq(0).ack(101));
        tcp.advance(seconds(120)).takeAll();
        tcp.expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    void aSynThatComesAgainGetsTheSynAckAgain() {
        final Script tcp = opened();
        tcp.inject(Segments.syn().seq(0)).expect(synAck().seq(0).ack(101));
        tcp.inject(ack().seq(101).ack(1)).expectState(ESTABLISHED);
    }

    @Test
    void whatWasSentBehindTheSynAckIsRepeatedOnceTheHandshakeIsComplete() {
        final Script tcp = opened();
        tcp.send(50).expect(data(50).seq(1));
        tcp.inject(ack().seq(101).ack(1)).expectState(ESTABLISHED).expectNothing();
        tcp.expectWithin(seconds(2), data(50).seq(1)).inject(ack().seq(101).ack(51));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.4")
    void closeInSynReceivedSendsItsFinAfterTheHandshake() {
        final Script tcp = opened();
        tcp.receive(100).send(20).expect(data(20).seq(1)).shutdownWrite().expectNothing();
        tcp.inject(ack().seq(101).ack(21)).expect(fin().seq(21).ack(101)).expectState(FIN_WAIT_1);
    }

    @Test
    void closeWithUnreadTextResets() {
        final Script tcp = opened();
        tcp.close().expect(rstAck().seq(1).ack(101)).expectState(CLOSED);
    }

    @Test
    void nobodyAcceptsAndTheListenerCloses() {
        final Script tcp = server(8);
        final byte[] cookie = cookie(tcp);
        another(tcp).inject(syn(cookie, 10)).expect(synAck().seq(0).ack(11));
        tcp.closeListener().expect(rstAck()).expectState(CLOSED);
    }

    @Test
    void textBeyondTheOfferedWindowIsNotTaken() {
        final Script tcp = given(s -> s.config(c -> c.fastOpenPending(8).receiveBufferBytes(1_024)), LISTEN);
        final byte[] cookie = cookie(tcp);
        another(tcp)
                .inject(syn(cookie, 1_200))
                .expect(synAck().seq(0).ack(1_025).win(0))
                .accept();
        tcp.inject(ack().seq(1_025).ack(1)).receive(1_024).takeAll();
        tcp.inject(data(176).seq(1_025).ack(1)).takeAll().receive(176);
    }

    @Test
    @Rfc(number = 3168, id = "1", section = "6.1.1")
    void textOnASynLeavesRoomForEcn() {
        final Script tcp = server(8);
        final byte[] cookie = cookie(tcp);
        final Segment asking = syn(cookie, 100);
        asking.flags |= Segment.ECE | Segment.CWR;
        another(tcp).inject(asking).expect(Segments.flags("SE.").seq(0).ack(101).tos(0));
        tcp.accept().send(300).expect(data(300).tos(2));
        tcp.abort().discardSent();
    }
}
