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
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static dev.culvert.tcp.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.DropReason;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Segment;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Reopening;
import dev.culvert.tcp.SynCookies;
import org.junit.jupiter.api.Test;

/** A SYN that opens a connection in TIME-WAIT anew, and what becomes of it: RFC 1122 §4.2.2.13, RFC 6191. */
class ReopeningTest extends ScriptTest {
    /** Far above what the old connection used. */
    private static final int NEW = 100_000;

    /** Our SND.NXT of the old connection, on the wire. */
    private int oldNxt;

    private Script reopened(final java.util.function.UnaryOperator<Setup> change) {
        final Script tcp = given(change, TIME_WAIT).close();
        oldNxt = tcp.iss() + 2;
        tcp.inject(syn().seq(NEW).mss(1000)).expectWithin(0, synAck()).expectState(SYN_RECEIVED);
        return tcp;
    }

    /** The ACK of the old connection. */
    private Segment oldAck(final Script tcp) {
        return ack().seq(oldNxt - tcp.iss()).ack(2);
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    @Rfc(number = 9293, id = "MAY-2", section = "3.6.1")
    void resetOfTheNewHandshakeBringsTimeWaitBackWithItsOldDeadline() {
        final Script tcp = given(TIME_WAIT).close();
        oldNxt = tcp.iss() + 2;
        tcp.advance(seconds(40));
        tcp.inject(syn().seq(NEW).mss(1000)).expectWithin(0, synAck());
        tcp.inject(rst().seq(NEW + 1)).expectNothing().expectState(TIME_WAIT);
        tcp.inject(data(1).seq(1).ack(2)).expect(oldAck(tcp));
        tcp.expectNothingFor(seconds(20) - 1).expectState(TIME_WAIT);
        tcp.expectNothingFor(1).expectState(CLOSED);
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    void finOfThePeerInLastAckIsAcknowledgedAndItsResetBringsTimeWaitBack() {
        final Script tcp = reopened(s -> s);
        tcp.inject(fin().seq(1).ack(oldNxt - tcp.iss())).expect(oldAck(tcp)).expectState(SYN_RECEIVED);
        tcp.inject(rst().seq(NEW + 1)).expectNothing().expectState(TIME_WAIT);
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    void oldCopyOfThatFinDoesNotHarmTheNewConnection() {
        final Script tcp = reopened(s -> s);
        tcp.inject(fin().seq(1).ack(oldNxt - tcp.iss())).expect(oldAck(tcp));
        tcp.inject(ack().seq(NEW + 1).ack(1)).expectState(ESTABLISHED);
        assertEquals(0, tcp.shard().timeWaitCount());
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    void challengeAckOfThePeerInLastAckIsNotReset() {
        final Script tcp = reopened(s -> s);
        tcp.inject(ack().seq(1).ack(oldNxt - tcp.iss())).expect(oldAck(tcp)).expectState(SYN_RECEIVED);
    }

    @Test
    void ackOfNeitherConnectionIsResetAndTheHandshakeGoesOn() {
        final Script tcp = reopened(s -> s);
        final int neither = oldNxt - tcp.iss() - 1;
        tcp.inject(ack().seq(NEW + 1).ack(neither)).expect(rst().seq(neither)).expectState(SYN_RECEIVED);
        tcp.inject(ack().seq(NEW + 1).ack(1)).expectState(ESTABLISHED);
        assertEquals(0, tcp.shard().timeWaitCount());
    }

    @Test
    void olderSegmentThanTheLastTimestampIsNotOfThePeerInLastAck() {
        final Script tcp = given(s -> s.peerTimestamps(), TIME_WAIT).close();
        oldNxt = tcp.iss() + 2;
        final int recent = tcp.peerTsVal();
        tcp.inject(syn().seq(NEW).mss(1000).ts(recent + 1, 0)).expectWithin(0, synAck());
        tcp.inject(fin().seq(1).ack(oldNxt - tcp.iss()).ts(recent - 9, 0)).takeAll();
        tcp.expectState(SYN_RECEIVED);
    }

    @Test
    void handshakeThatNobodyCompletesBringsTimeWaitBack() {
        final Script tcp = reopened(s -> s.config(c -> c.mslMs(300_000).synAckRetries(2)));
        tcp.advance(seconds(30)).takeAll().expectState(TIME_WAIT);
        assertEquals(1, tcp.shard().timeWaitCount());
        tcp.inject(data(1).seq(1).ack(2)).expect(oldAck(tcp));
    }

    @Test
    void closedListenerBringsTimeWaitBack() {
        final Script tcp = reopened(s -> s.config(c -> c.mslMs(300_000)));
        tcp.closeListener();
        tcp.advance(seconds(30)).takeAll().expectState(TIME_WAIT);
        assertEquals(1, tcp.shard().timeWaitCount());
    }

    @Test
    void deadlineThatPassedMeanwhileStaysPassed() {
        final Script tcp = given(s -> s.config(c -> c.mslMs(500)), TIME_WAIT).close();
        tcp.advance(ms(900)).inject(syn().seq(NEW).mss(1000)).expectWithin(0, synAck());
        tcp.advance(ms(100));
        tcp.inject(rst().seq(NEW + 1)).expectNothing();
        assertEquals(0, tcp.shard().timeWaitCount());
    }

    @Test
    void eachIssExceedsThatOfTheOpeningInVain() {
        final Script tcp = given(TIME_WAIT).close();
        int above = tcp.iss() + 2;
        for (int i = 1; i <= 3; i++) {
            tcp.inject(syn().seq(i * NEW).mss(1000)).expectWithin(0, synAck());
            assertTrue(Seq.gt(tcp.iss(), above + 65_535), "opening " + i);
            above = tcp.iss();
            tcp.inject(rst().seq(i * NEW + 1)).expectNothing().expectState(TIME_WAIT);
        }
    }

    @Test
    void completedHandshakeForgetsTheOldConnection() {
        final Script tcp = reopened(s -> s);
        assertEquals(1, tcp.shard().timeWaitCount(), "until then it is kept");
        tcp.inject(ack().seq(NEW + 1).ack(1)).expectState(ESTABLISHED);
        assertEquals(0, tcp.shard().timeWaitCount());
        tcp.inject(rst().seq(NEW + 1)).expectState(CLOSED);
        assertEquals(0, tcp.shard().timeWaitCount(), "and does not come back");
    }

    @Test
    void offKeepsTheStateWhateverComes() {
        final Script tcp = given(s -> s.peerTimestamps().config(c -> c.reopening(Reopening.OFF)), TIME_WAIT);
        tcp.inject(syn().seq(NEW).mss(1000).ts(tcp.peerTsVal() + 1000, 0))
                .expect(ack().seq(2).ack(2));
        tcp.expectState(TIME_WAIT);
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    void sequenceLooksAtTheNumberAlone() {
        final Script tcp = given(s -> s.peerTimestamps().config(c -> c.reopening(Reopening.SEQUENCE)), TIME_WAIT)
                .close();
        tcp.inject(syn().seq(-5000).mss(1000).ts(tcp.peerTsVal() + 1000, 0))
                .expect(ack().seq(2).ack(2));
        tcp.inject(syn().seq(NEW).mss(1000).ts(tcp.peerTsVal() - 1000, 0)).expectWithin(0, synAck());
    }

    @Test
    @Rfc(number = 6191, id = "1", section = "2")
    void timestampDoesNotBelieveANumber() {
        final Script tcp = given(s -> s.config(c -> c.reopening(Reopening.TIMESTAMP)), TIME_WAIT)
                .close();
        tcp.inject(syn().seq(NEW).mss(1000)).expect(ack().seq(2).ack(2)).expectState(TIME_WAIT);
        tcp.inject(syn().seq(-5000).mss(1000).ts(77, 0)).expectWithin(0, synAck());
    }

    @Test
    @Rfc(number = 6191, id = "1", section = "2")
    void whereOnlyTheNewConnectionHasTimestampsSegmentsWithoutThemAreNotTaken() {
        final Script tcp = given(s -> s.config(c -> c.timestampsRequired(false)), TIME_WAIT)
                .close();
        tcp.inject(syn().seq(-5000).mss(1000).ts(77, 0)).expectWithin(0, synAck());
        tcp.inject(ack().seq(-4999).ack(1).ts(78, tcp.last().tsVal)).expectState(ESTABLISHED);
        tcp.inject(data(10).seq(-4999).ack(1).noTs()).expectNothing();
        tcp.expectDrops(DropReason.TCP_RFC7323_NO_TS, 1);
    }

    @Test
    void cookieLeavesTheStateAloneUntilItComesBack() {
        final Script tcp = given(s -> s.peerTimestamps().config(c -> c.synCookies(SynCookies.ALWAYS)), TIME_WAIT)
                .close();
        tcp.inject(syn().seq(NEW).mss(1000).ts(tcp.peerTsVal() + 1, 0)).expectNothing(); // its time would run backwards
        tcp.advance(ms(64))
                .inject(syn().seq(NEW).mss(1000).ts(tcp.peerTsVal() + 1, 0))
                .expectWithin(0, synAck());
        assertEquals(1, tcp.shard().timeWaitCount());
        tcp.inject(ack().seq(NEW + 1).ack(1).ts(tcp.peerTsVal() + 2, tcp.last().tsVal))
                .expectState(ESTABLISHED);
        assertEquals(0, tcp.shard().timeWaitCount());
    }

    @Test
    void floodOfSynsKeepsOneRowAndOneHandshake() {
        final Script tcp = given(TIME_WAIT).close();
        for (int i = 1; i <= 1_000; i++) {
            tcp.inject(syn().seq(i * NEW).mss(1000)).discardSent();
            tcp.inject(rst().seq(i * NEW + 1)).discardSent();
            assertTrue(tcp.shard().timeWaitCount() == 1 && tcp.shard().halfOpenCount() <= 1, "after " + i);
        }
    }
}
