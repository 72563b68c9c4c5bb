package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.Readiness;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Urgent data: RFC 9293 §3.8.5, RFC 6093, RFC 1122 §4.2.2.4. */
class UrgentTest extends ScriptTest {
    private int remaining(final Script tcp) {
        return tcp.shard().urgentRemaining(tcp.conn());
    }

    private boolean atMark(final Script tcp) {
        return tcp.shard().atUrgentMark(tcp.conn());
    }

    private Script outOfBand() {
        return given(s -> s.config(c -> c.urgentInline(false)), ESTABLISHED);
    }

    // ------------------------------------------------------------------ sending

    @Test
    @Rfc(number = 9293, id = "MUST-30", section = "3.8.5")
    @Rfc(number = 9293, id = "MUST-62", section = "3.8.5")
    void thePointerStandsBehindTheUrgentData() {
        final Script tcp = given(ESTABLISHED);
        tcp.sendUrgent(3).expect(data(3).seq(1).urg(3).psh());
        tcp.inject(ack().ack(4)).send(5).expect(data(5).seq(4));
        assertEquals(0, tcp.last().urgent);
        tcp.inject(ack().ack(9));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-31", section = "3.8.5")
    void everySegmentBeforeItsEndAnnouncesUrgentDataOfAnyLength() {
        final Script tcp = given(ESTABLISHED);
        tcp.sendUrgent(2_500);
        tcp.expect(
                data(1_000).seq(1).urg(2_500),
                data(1_000).seq(1_001).urg(1_500),
                data(500).seq(2_001).urg(500));
        tcp.inject(ack().ack(2_501));
    }

    @Test
    void textQueuedBehindIsNotUrgent() {
        final Script tcp = given(s -> s.config(c -> c.nagle(false)), ESTABLISHED);
        tcp.together(s -> s.sendUrgent(10).send(10)).expect(data(20).seq(1).urg(10));
        tcp.send(10).expect(data(10).seq(21)).inject(ack().ack(31));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-31", section = "3.8.5")
    void anEndBeyondTheFieldsReachIsAnnouncedAsFarAsTheFieldReachesOrLater() {
        final Script tcp = given(s -> s.peerWscale(7).peerWindow(1_000), ESTABLISHED);
        tcp.sendUrgent(80_000).expect(data(1_000).seq(1).urg(65_535));
        tcp.takeAll().inject(ack().ack(10_001));
        while (relative(tcp) + tcp.last().len < 80_001) {
            tcp.inject(ack()).takeAll();
            assertEquals(Math.min(65_535, 80_001 - relative(tcp)), tcp.last().urgent);
        }
        tcp.inject(ack());
    }

    private static int relative(final Script tcp) {
        return tcp.last().seq - tcp.iss();
    }

    @Test
    void urgentDataDoesNotWaitForNagle() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(10).expect(data(10)).send(10).expectNothing();
        tcp.sendUrgent(1).expect(data(11).seq(11).urg(11)).inject(ack());
    }

    @Test
    void aRetransmissionAnnouncesItAgain() {
        final Script tcp = given(ESTABLISHED);
        tcp.sendUrgent(10)
                .expect(data(10).urg(10))
                .expectWithin(ms(201), data(10).seq(1).urg(10))
                .inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-66", section = "3.4")
    void aShutWindowDoesNotHideIt() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(10).expect(data(10)).inject(ack().ack(11).win(0));
        tcp.sendUrgent(5).expectNothing();
        tcp.expectWithin(ms(201), ack().seq(11).urg(5), ack().seq(10).urg(6));
        tcp.inject(ack().ack(11).win(1_000)).expect(data(5).seq(11).urg(5)).inject(ack().ack(16));
        tcp.send(1).expect(data(1)).inject(ack());
    }

    @Test
    void bareAcksAnnounceWhatIsStillToCome() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(10).expect(data(10)).inject(ack().ack(11).win(0));
        tcp.sendUrgent(5)
                .inject(data(1).seq(1).ack(11).win(0))
                .expect(ack().seq(11).ack(2).urg(5));
        tcp.inject(ack().ack(11).win(1_000))
                .expect(data(5).urg(5))
                .inject(ack())
                .receive(1);
    }

    // ------------------------------------------------------------------ receiving, in-line

    @Test
    @Rfc(number = 9293, id = "MUST-32", section = "3.8.5")
    @Rfc(number = 9293, id = "MUST-33", section = "3.8.5")
    void theApplicationIsToldWhenItBeginsAndWhenItMovesOn() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(10).seq(1).urg(5)).expect(ack().ack(11)).expectEvent(Readiness.URGENT);
        assertEquals(5, remaining(tcp));
        tcp.inject(data(10).seq(11).urg(4)).expect(ack().ack(21)).expectEvent(Readiness.URGENT);
        assertEquals(14, remaining(tcp), "up to the new end");
        tcp.inject(data(10).seq(21)).expect(ack().ack(31)).expectNoEvent(Readiness.URGENT);
        tcp.receive(100, 13).receive(100, 17);
        assertEquals(0, remaining(tcp));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-32", section = "3.8.5")
    void noticeComesAheadOfTheData() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(ack().seq(1).urg(500)).expectEvent(Readiness.URGENT).expectNothingToReceive();
        assertEquals(500, remaining(tcp));
        tcp.inject(ack().seq(1).urg(500)).expectNoEvent(Readiness.URGENT); // nothing new
        tcp.inject(data(500).seq(1)).expect(ack().ack(501)).receive(1_000, 499);
        assertTrue(atMark(tcp));
        tcp.receive(1_000, 1).expectNothingToReceive();
        assertFalse(atMark(tcp));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-66", section = "3.4")
    void noticeComesThroughAShutWindow() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        tcp.rcv(1, 0);
        assertEquals(0, tcp.window());
        tcp.inject(data(1).urg(1)).takeAll().expectEvent(Readiness.URGENT);
        assertEquals(4_097, remaining(tcp));
        tcp.receive(10_000, 4_096).takeAll();
        tcp.inject(data(1).seq(1).urg(1)).takeAll().receive(1);
    }

    @Test
    @Rfc(number = 6093, section = "6")
    void inLineAReaderStopsAtTheMarkAndThenReadsOn() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(20).seq(1).urg(10)).takeAll();
        assertFalse(atMark(tcp));
        assertEquals(9, tcp.shard().receivable(tcp.conn()));
        tcp.receive(100, 9);
        assertTrue(atMark(tcp));
        tcp.receive(100, 11);
        assertEquals(-Errno.EINVAL, tcp.shard().receiveUrgent(tcp.conn(), false), "in-line");
    }

    @Test
    void anOldPointerIsIgnored() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(10).seq(1)).takeAll().receive(10).forgetEvents();
        tcp.inject(ack().seq(11).urg(0)).expectNoEvent(Readiness.URGENT);
        tcp.inject(data(10).seq(1).urg(5)).takeAll().expectNoEvent(Readiness.URGENT); // all of it was read
        assertEquals(0, remaining(tcp));
    }

    @Test
    void afterTheFinThereIsNothingUrgent() {
        final Script tcp = given(CLOSE_WAIT);
        tcp.inject(ack().urg(5)).takeAll().expectNoEvent(Readiness.URGENT);
    }

    @Test
    void urgentDataBeforeAFinIsCountedRight() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(fin().len(10).seq(1).urg(10)).expect(ack().ack(12));
        assertEquals(10, remaining(tcp));
        tcp.receive(100, 9);
        assertTrue(atMark(tcp));
        tcp.receive(100, 1).expectEof();
    }

    // ------------------------------------------------------------------ receiving, out of band

    @Test
    void theLastUrgentByteIsReadOnItsOwn() {
        final Script tcp = outOfBand();
        tcp.inject(data(20).seq(1).urg(10)).takeAll();
        final int expected = tcp.peerByte(9);
        assertEquals(expected, tcp.shard().receiveUrgent(tcp.conn(), true), "a look");
        assertEquals(expected, tcp.shard().receiveUrgent(tcp.conn(), false));
        assertEquals(-Errno.EINVAL, tcp.shard().receiveUrgent(tcp.conn(), false), "taken");
        tcp.receive(100, 9).skipPeerText(1);
        assertTrue(atMark(tcp));
        assertEquals(10, tcp.shard().receivable(tcp.conn()));
        final UnsafeBuffer look = new UnsafeBuffer(new byte[20]);
        assertEquals(10, tcp.shard().peek(tcp.conn(), look, 0, 20));
        assertEquals(tcp.peerByte(10), look.getByte(0) & 0xff);
        assertEquals(tcp.peerByte(19), look.getByte(9) & 0xff);
        assertEquals(10, tcp.shard().view(tcp.conn(), look));
        assertEquals(tcp.peerByte(10), look.getByte(0) & 0xff);
        tcp.receive(100, 10).expectNothingToReceive();
    }

    @Test
    void itIsLostOnceTheStreamWasReadBeyondIt() {
        final Script tcp = outOfBand();
        tcp.inject(data(20).seq(1).urg(10))
                .takeAll()
                .receive(100, 9)
                .skipPeerText(1)
                .receive(100, 10);
        assertEquals(-Errno.EINVAL, tcp.shard().receiveUrgent(tcp.conn(), false));
    }

    @Test
    void announcedButNotThereMeansTryAgain() {
        final Script tcp = outOfBand();
        assertEquals(-Errno.EINVAL, tcp.shard().receiveUrgent(tcp.conn(), false), "nothing urgent");
        tcp.inject(ack().seq(1).urg(10));
        assertEquals(-Errno.EAGAIN, tcp.shard().receiveUrgent(tcp.conn(), false));
        tcp.inject(data(10).seq(1)).takeAll();
        assertEquals(tcp.peerByte(9), tcp.shard().receiveUrgent(tcp.conn(), false));
        tcp.receive(100, 9).skipPeerText(1).expectNothingToReceive();
        assertEquals(0, tcp.shard().buffersInUse());
    }

    @Test
    void aNewMarkLetsTheOldByteGo() {
        final Script tcp = outOfBand();
        tcp.inject(data(10).seq(1).urg(10)).takeAll().receive(100, 9).skipPeerText(1);
        assertTrue(atMark(tcp));
        tcp.inject(data(10).seq(11).urg(10)).takeAll().receive(100, 9).skipPeerText(1);
        assertEquals(tcp.peerByte(19), tcp.shard().receiveUrgent(tcp.conn(), false));
        tcp.expectNothingToReceive();
    }

    @Test
    void anUrgentByteAloneIsNothingToRead() {
        final Script tcp = outOfBand();
        tcp.inject(data(1).seq(1).urg(1)).takeAll().expectEvent(Readiness.URGENT);
        assertEquals(-Errno.EAGAIN, tcp.shard().receivable(tcp.conn()));
        assertEquals(tcp.peerByte(0), tcp.shard().receiveUrgent(tcp.conn(), false));
        tcp.skipPeerText(1).expectNothingToReceive();
    }
}
