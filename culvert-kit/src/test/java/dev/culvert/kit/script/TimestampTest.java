package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.DropReason;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.TcpState;
import org.junit.jupiter.api.Test;

/** Timestamps and PAWS: RFC 7323 §3 to §5. */
class TimestampTest extends ScriptTest {
    private Script agreed() {
        return given(s -> s.peerTimestamps(), ESTABLISHED);
    }

    @Test
    @Rfc(number = 7323, id = "9", section = "5.3")
    void olderTimestampIsDroppedWithAnAck() {
        final Script tcp = agreed();
        tcp.inject(data(100).seq(1).ts(20_000, 0))
                .expect(ack().ack(101).tsEcr(20_000))
                .receive(100);
        tcp.advance(ms(600)).inject(data(100).seq(101).ts(19_999, 0));
        tcp.expect(ack().ack(101).tsEcr(20_000)).expectNothingToReceive();
        tcp.expectDrops(DropReason.TCP_RFC7323_PAWS, 1);
        tcp.inject(data(100).seq(101).ts(20_000, 0)).expect(ack().ack(201)).receive(100);
    }

    @Test
    @Rfc(number = 7323, id = "10", section = "5.2")
    void resetIsExemptFromPaws() {
        final Script tcp = agreed();
        tcp.inject(data(100).seq(1).ts(20_000, 0)).takeAll().receive(100);
        tcp.inject(rst().seq(101).ts(5, 0)).expectReset().expectState(TcpState.CLOSED);
    }

    @Test
    @Rfc(number = 7323, id = "6", section = "3.2")
    void segmentWithoutTimestampIsDropped() {
        final Script tcp = agreed();
        tcp.inject(data(100).seq(1).noTs()).takeAll().expectNothingToReceive();
        tcp.expectDrops(DropReason.TCP_RFC7323_NO_TS, 1).expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 7323, id = "6", section = "3.2")
    void resetWithoutTimestampIsObeyed() {
        agreed().inject(rst().seq(1).noTs()).expectReset();
    }

    @Test
    @Rfc(number = 7323, id = "7", section = "4.3")
    @Rfc(number = 7323, id = "8", section = "4.3")
    void echoIsOfTheLatestInSequenceSegment() {
        final Script tcp = agreed();
        tcp.inject(data(100).seq(1).ts(20_000, 0)).expect(ack().ack(101).tsEcr(20_000));
        tcp.inject(data(100).seq(201).ts(20_010, 0)).expect(ack().ack(101).tsEcr(20_000)); // a hole before it
        tcp.inject(data(100).seq(101).ts(20_020, 0))
                .expect(ack().ack(301).tsEcr(20_020))
                .receive(300);
    }

    @Test
    @Rfc(number = 7323, id = "7", section = "4.3")
    void segmentThatCompletesTheHandshakeIsEchoedToo() {
        final Script tcp = given(s -> s.peerTimestamps(), TcpState.SYN_RECEIVED);
        tcp.inject(data(100).seq(1).ack(1).ts(20_000, 0)).expect(ack().ack(101).tsEcr(20_000));
        tcp.accept().receive(100);
        final Script bare = given(s -> s.peerTimestamps(), TcpState.SYN_RECEIVED);
        bare.inject(ack().seq(1).ack(1).ts(20_000, 0)).accept();
        bare.send(10).expect(data(10).tsEcr(20_000)).inject(ack());
    }

    @Test
    @Rfc(number = 7323, id = "8", section = "4.3")
    void echoOfADelayedAckIsOfTheFirstSegment() {
        final Script tcp = agreed();
        for (int i = 0; i < 20; i++) {
            tcp.inject(data(900)).advance(ms(100)).takeAll().receive(900).takeAll();
        }
        final int first = tcp.peerTsVal() + 1;
        tcp.rcv(1).inject(data(900).seq(1).ts(first, 0)).expectNothing();
        tcp.inject(data(900).seq(901).ts(first + 7, 0))
                .takeAll()
                .advance(ms(50))
                .takeAll();
        assertTrue(tcp.last().tsEcr == first, "echo " + tcp.last().tsEcr + " of " + first);
        tcp.receive(1800).takeAll();
    }

    @Test
    @Rfc(number = 7323, id = "7", section = "4.3")
    void unacceptableSegmentDoesNotMoveTsRecent() {
        final Script tcp = agreed();
        tcp.inject(data(100).seq(1).ts(20_000, 0)).takeAll().receive(100);
        tcp.advance(ms(600))
                .inject(data(10).seq(tcp.rightEdge() + 5).ts(30_000, 0))
                .expect(ack().tsEcr(20_000));
        tcp.inject(data(100).seq(101).ts(20_001, 0)).expect(ack().ack(201)).receive(100);
    }

    @Test
    @Rfc(number = 7323, id = "11", section = "5.4")
    void clockTicksAtLeastOncePerSecondAndAtMostOncePerMillisecond() {
        final Script tcp = agreed();
        tcp.send(1).expect(data(1)).inject(ack());
        final int before = tcp.last().tsVal;
        tcp.advance(seconds(10)).send(1).expect(data(1)).inject(ack());
        final int ticks = tcp.last().tsVal - before;
        assertTrue(ticks >= 10 && ticks <= 10_000, ticks + " ticks in 10 s");
    }

    @Test
    @Rfc(number = 7323, id = "10", section = "5.5")
    void tsRecentIsForgottenAfterTwentyFourDays() {
        final Script tcp = agreed();
        tcp.inject(data(100).seq(1).ts(20_000, 0)).takeAll().receive(100);
        tcp.advance(seconds(25L * 24 * 3_600)).takeAll();
        tcp.inject(data(100).seq(101).ts(19_000, 0)).expect(ack().ack(201)).receive(100);
    }

    @Test
    @Rfc(number = 7323, id = "9", section = "5.2")
    void timestampsCompareModulo() {
        final Script tcp = agreed();
        tcp.inject(data(100).seq(1).ts(0x7fffffff, 0)).takeAll();
        tcp.inject(data(100).seq(101).ts(0xfffffff0, 0)).takeAll();
        tcp.inject(data(100).seq(201).ts(5, 0)).expect(ack().ack(301).tsEcr(5)).receive(300);
    }

    @Test
    @Rfc(number = 7323, id = "11", section = "5.4")
    void theClockGoesOnInTheNextIncarnationAndIsAnotherOneForAnotherPeer() {
        final Script tcp = given(s -> s.peerTimestamps(), TcpState.LISTEN);
        final int first = tsValOfSynAck(tcp, 40_000);
        tcp.inject(rst().seq(1)).advance(seconds(5));
        assertEquals(first + 5_000, tsValOfSynAck(tcp, 40_000));
        tcp.inject(rst().seq(1));
        assertNotEquals(first + 5_000, tsValOfSynAck(tcp, 40_001));
        tcp.inject(rst().seq(1));
    }

    private static int tsValOfSynAck(final Script tcp, final int peerPort) {
        return tcp.peerPort(peerPort)
                .inject(syn().seq(0).ts(1, 0))
                .expect(synAck())
                .last()
                .tsVal;
    }
}
