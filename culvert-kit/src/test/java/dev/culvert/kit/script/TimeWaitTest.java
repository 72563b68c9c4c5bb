package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.rstAck;
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
import dev.culvert.seq.Seq;
import org.junit.jupiter.api.Test;

/** TIME-WAIT: RFC 9293 §3.6.1, §3.10.7.4, RFC 1337, RFC 6191, RFC 1122 §4.2.2.13. */
class TimeWaitTest extends ScriptTest {
    @Test
    @Rfc(number = 9293, id = "MUST-13", section = "3.6.1")
    void lastsExactlyTwiceTheMsl() {
        final Script tcp = given(TIME_WAIT);
        tcp.expectNothingFor(seconds(60) - 1).expectState(TIME_WAIT);
        assertEquals(1, tcp.shard().timeWaitCount());
        tcp.expectNothingFor(1).expectState(CLOSED);
        assertEquals(0, tcp.shard().timeWaitCount());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-13", section = "3.6.1")
    void mslIsSettable() {
        final Script tcp = given(s -> s.config(c -> c.mslMs(1_500)), TIME_WAIT);
        tcp.expectNothingFor(ms(2_999)).expectState(TIME_WAIT);
        tcp.expectNothingFor(ms(1)).expectState(CLOSED);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    @Rfc(number = 6191, id = "4", section = "2")
    void repeatedFinIsAcknowledgedAndRestartsTheTimer() {
        final Script tcp = given(TIME_WAIT);
        tcp.advance(seconds(59)).inject(fin().seq(1).ack(2)).expect(ack().seq(2).ack(2));
        tcp.expectNothingFor(ms(59_999)).expectState(TIME_WAIT);
        tcp.expectNothingFor(ms(1)).expectState(CLOSED);
    }

    @Test
    @Rfc(number = 1337, id = "3", section = "3")
    void resetIsIgnored() {
        final Script tcp = given(TIME_WAIT);
        tcp.inject(rst().seq(2)).expectNothing().expectState(TIME_WAIT);
        tcp.inject(rstAck().seq(2).ack(2)).expectNothing().expectState(TIME_WAIT);
        tcp.inject(rst().seq(3)).expectNothing().expectState(TIME_WAIT);
        tcp.expectDrops(DropReason.TCP_TIMEWAIT_RST, 3);
        tcp.inject(fin().seq(1).ack(2)).expect(ack().seq(2).ack(2));
    }

    @Test
    void resetEndsItWhereRfc1337IsSwitchedOff() {
        final Script tcp = given(s -> s.config(c -> c.rfc1337(false)), TIME_WAIT);
        tcp.inject(rst().seq(2)).expectNothing().expectState(CLOSED);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    @Rfc(number = 6191, id = "4", section = "2")
    void strayTextIsAnsweredByAnAckOnlyAndDoesNotRestartTheTimer() {
        final Script tcp = given(TIME_WAIT);
        tcp.advance(seconds(30))
                .inject(data(100).seq(-99).ack(2))
                .expect(ack().seq(2).ack(2));
        tcp.advance(seconds(1)).inject(data(100).seq(2).ack(2)).takeAll().expectState(TIME_WAIT);
        tcp.advance(seconds(29)).expectState(CLOSED);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void strayAckInOrderIsNotAnswered() {
        final Script tcp = given(TIME_WAIT);
        tcp.inject(ack().seq(2).ack(2)).expectNothing().expectState(TIME_WAIT);
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    @Rfc(number = 9293, id = "MAY-2", section = "3.6.1")
    @Rfc(number = 6191, id = "1", section = "2")
    @Rfc(number = 6191, id = "5", section = "2")
    void newSynWithAHigherSequenceNumberOpensAgain() {
        final Script tcp = given(TIME_WAIT).close();
        final int oldEnd = tcp.iss() + 2;
        tcp.inject(syn().seq(100_000).mss(1000)).expectWithin(0, synAck());
        assertTrue(Seq.gt(tcp.iss(), oldEnd), "the new ISS lies beyond the old SND.NXT");
        tcp.expectState(SYN_RECEIVED);
        tcp.inject(ack().seq(100_001).ack(1)).expectState(ESTABLISHED);
        assertEquals(0, tcp.shard().timeWaitCount());
    }

    @Test
    @Rfc(number = 6191, id = "2", section = "2")
    void oldDuplicateSynGetsAnAckAndTheStateIsKept() {
        final Script tcp = given(TIME_WAIT);
        tcp.inject(syn().seq(-5000).mss(1000)).expect(ack().seq(2).ack(2)).expectState(TIME_WAIT);
        tcp.inject(syn().seq(-5000).mss(1000)).expectNothing(); // a limited number of them
        tcp.advance(ms(500))
                .inject(syn().seq(-5000).mss(1000))
                .expect(ack().seq(2).ack(2));
    }

    @Test
    @Rfc(number = 6191, id = "1", section = "2")
    @Rfc(number = 9293, id = "SHLD-4", section = "3.6.1")
    void newSynWithALaterTimestampOpensAgainWhateverItsSequenceNumber() {
        final Script tcp = given(s -> s.peerTimestamps(), TIME_WAIT).close();
        tcp.inject(syn().seq(-5000).mss(1000).ts(tcp.peerTsVal() + 1, 0)).expectWithin(0, synAck());
        tcp.expectState(SYN_RECEIVED);
    }

    @Test
    @Rfc(number = 6191, id = "1", section = "2")
    void synWithAnEarlierTimestampDoesNotOpenAgain() {
        final Script tcp = given(s -> s.peerTimestamps(), TIME_WAIT);
        tcp.inject(syn().seq(100_000).mss(1000).ts(tcp.peerTsVal() - 10, 0))
                .expect(ack().seq(2).ack(2));
        tcp.expectState(TIME_WAIT);
    }

    @Test
    @Rfc(number = 5961, section = "4.2")
    void newSynGetsAnAckWhereNobodyListens() {
        final Script tcp = given(s -> s.active(), TIME_WAIT);
        tcp.inject(syn().seq(100_000).mss(1000)).expect(ack().seq(2).ack(2)).expectState(TIME_WAIT);
    }

    @Test
    @Rfc(number = 9293, id = "MAY-2", section = "3.6.1")
    void newSynThatFindsTheAcceptQueueFullLeavesTheStateAlone() {
        final Script tcp = given(s -> s.backlog(1), TIME_WAIT);
        tcp.peerPort(40_001).inject(syn().seq(0).mss(1000)).expectWithin(0, synAck());
        tcp.inject(ack()).expectNothing();
        tcp.peerPort(40_000).inject(syn().seq(100_000).mss(1000)).takeAll();
        assertEquals(1, tcp.shard().timeWaitCount());
    }

    @Test
    @Rfc(number = 6191, id = "1", section = "2")
    void synWithTheSameTimestampNeedsAHigherSequenceNumber() {
        final Script tcp = given(s -> s.peerTimestamps(), TIME_WAIT).close();
        tcp.inject(syn().seq(-5000).mss(1000).ts(tcp.peerTsVal(), 0))
                .expect(ack().seq(2).ack(2));
        tcp.expectState(TIME_WAIT);
        tcp.inject(syn().seq(100_000).mss(1000).ts(tcp.peerTsVal(), 0)).expectWithin(0, synAck());
        tcp.expectState(SYN_RECEIVED);
    }

    @Test
    void floodsOfResetsFinsAndTextAreAnsweredOnceAtMostAndTakeNoMemory() {
        final Script tcp = given(TIME_WAIT).close();
        final long before = tcp.shard().memoryInUseBytes();
        for (int i = 0; i < 2_000; i++) {
            tcp.inject(rst().seq(2 + i)).expectNothing();
            tcp.inject(fin().seq(1).ack(2)).expect(ack().seq(2).ack(2));
            tcp.inject(data(100).seq(2 + i).ack(2));
            assertTrue(tcp.takeAllAndCount() <= 1);
        }
        assertEquals(1, tcp.shard().timeWaitCount());
        assertEquals(before, tcp.shard().memoryInUseBytes());
    }

    @Test
    void timestampsGoOnInTimeWait() {
        final Script tcp = given(s -> s.peerTimestamps(), TIME_WAIT);
        tcp.advance(seconds(5))
                .inject(fin().seq(1).ack(2))
                .expect(ack().seq(2).ack(2).options("nop,nop,TS"));
    }

    @Test
    @Rfc(number = 9293, section = "3.6.1")
    void theConnectionBlockIsGone() {
        final Script tcp = given(TIME_WAIT);
        tcp.expectEof().close().expectNothing();
        assertEquals(0, tcp.shard().connectionCount());
        assertEquals(1, tcp.shard().timeWaitCount());
    }

    @Test
    void closingWithUnreadTextInTimeWaitSendsNothing() {
        final Script tcp = given(s -> s, dev.culvert.tcp.TcpState.FIN_WAIT_2);
        tcp.inject(fin().seq(1).ack(2).len(100)).expect(ack().seq(2).ack(102)).expectState(TIME_WAIT);
        tcp.receive(100).expectEof();
    }
}
