package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.Readiness;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** When text is acknowledged and which window is offered: RFC 9293 §3.8.6.2.2, §3.8.6.3, §3.10.3; RFC 5681 §4.2. */
class ReceiveTest extends ScriptTest {
    /** A connection beyond its first segments, which are acknowledged at once. */
    private Script settled() {
        final Script tcp = given(ESTABLISHED);
        for (int i = 0; i < 20; i++) {
            tcp.inject(data(1000)).advance(ms(100)).takeAll().receive(1000).takeAll();
        }
        return tcp.rcv(1);
    }

    @Test
    void firstSegmentsAreAcknowledgedAtOnce() {
        final Script tcp = given(ESTABLISHED);
        for (int i = 0; i < 10; i++) {
            tcp.inject(data(500)).expect(ack().ack(501 + 500 * i));
        }
        tcp.receive(5000);
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-18", section = "3.8.6.3")
    @Rfc(number = 9293, id = "MUST-40", section = "3.8.6.3")
    void laterSegmentIsAcknowledgedAfterFortyMilliseconds() {
        final Script tcp = settled();
        tcp.inject(data(100).seq(1)).expectAfter(ms(40), ack().ack(101)).receive(100);
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-19", section = "3.8.6.3")
    @Rfc(number = 2525, id = "7", section = "2.13")
    void everySecondFullSegmentIsAcknowledged() {
        final Script tcp = settled();
        tcp.inject(data(1000).seq(1)).expectNothing();
        tcp.inject(data(1000).seq(1001)).expect(ack().ack(2001));
        tcp.inject(data(1000).seq(2001)).expectNothing();
        tcp.inject(data(1000).seq(3001))
                .expect(ack().ack(4001))
                .expectNothingFor(ms(100))
                .receive(4000);
        tcp.takeAll();
    }

    @Test
    @Rfc(number = 9293, id = "MUST-58", section = "3.10.7.4")
    @Rfc(number = 9293, id = "MUST-59", section = "3.10.7.4")
    void aBatchOfSegmentsGetsOneAck() {
        final Script tcp = settled();
        tcp.inject(data(1000), data(1000), data(1000), data(1000), data(1000), data(1000));
        tcp.expect(ack().ack(6001)).receive(6000).takeAll();
    }

    @Test
    @Rfc(number = 9293, id = "MUST-58", section = "3.10.7.4")
    void ackRidesOnTheResponse() {
        final Script tcp = given(ESTABLISHED);
        tcp.whenReady(Readiness.READABLE, t -> t.receive(100).send(200));
        tcp.inject(data(100).seq(1).ack(1)).expect(data(200).seq(1).ack(101)).expectNothingFor(ms(100));
        tcp.whenReady(0, t -> {}).inject(ack().ack(201));
    }

    @Test
    @Rfc(number = 5681, id = "6", section = "4.2")
    void outOfOrderTextIsAcknowledgedAtOnceEachTime() {
        final Script tcp = settled();
        tcp.inject(data(1000).seq(1001)).expect(ack().ack(1));
        tcp.inject(data(1000).seq(2001)).expect(ack().ack(1));
        tcp.inject(data(1000).seq(3001)).expect(ack().ack(1));
        tcp.inject(data(1000).seq(1)).expect(ack().ack(4001)).receive(4000).takeAll();
    }

    @Test
    @Rfc(number = 5681, id = "6", section = "4.2")
    void textThatFillsPartOfAHoleIsAcknowledgedAtOnce() {
        final Script tcp = settled();
        tcp.inject(data(1000).seq(2001)).expect(ack().ack(1));
        tcp.inject(data(1000).seq(1)).expect(ack().ack(1001));
        tcp.inject(data(1000).seq(1001)).expect(ack().ack(3001)).receive(3000).takeAll();
    }

    @Test
    @Rfc(number = 2525, id = "7", section = "2.15")
    void finIsAcknowledgedAtOnce() {
        final Script tcp = settled();
        tcp.inject(fin().seq(1)).expect(ack().ack(2));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-39", section = "3.8.6.2.2")
    void smallReadsDoNotMoveTheWindowBySmallSteps() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        fill(tcp);
        for (int i = 0; i < 5; i++) {
            tcp.receive(100).expectNothing();
        }
        tcp.receive(600).expect(ack().win(1100));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-39", section = "3.8.6.2.2")
    void ackThatLeavesForAnotherReasonDoesNotMoveTheWindowByASmallStep() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        fill(tcp);
        tcp.receive(100).expectNothing();
        tcp.inject(data(1).seq(1)).expect(ack().win(0)); // a duplicate
        tcp.send(10).expect(data(10).win(0)).inject(ack());
        tcp.receive(1000).expect(ack().win(1100));
    }

    private static int fill(final Script tcp) {
        int bytes = 0;
        while (tcp.window() > 0) {
            final int piece = Math.min(1000, tcp.window());
            tcp.inject(data(piece)).advance(ms(50)).takeAll();
            bytes += piece;
        }
        assertEquals(0, (int) tcp.last().win, "the window is closed");
        return bytes;
    }

    @Test
    @Rfc(number = 9293, section = "3.8.6")
    void windowClosesWhenNobodyReadsAndReopensByItself() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(8_192)), ESTABLISHED);
        final int bytes = fill(tcp);
        tcp.expectNothingFor(seconds(10));
        tcp.receive(bytes).expect(ack().ack(bytes + 1));
        assertTrue(tcp.last().win >= 4_096, "window " + tcp.last().win);
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-14", section = "3.8.6")
    @Rfc(number = 2525, id = "7", section = "2")
    void rightEdgeNeverMovesLeft() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(8_192)), ESTABLISHED);
        int edge = tcp.rightEdge();
        for (int i = 0; i < 8; i++) {
            tcp.inject(data(Math.min(997, tcp.window()))).advance(ms(50)).takeAll();
            final Segment last = tcp.last();
            assertEquals(edge, last.ack - tcp.peerBase() + last.win, "nothing was read");
            edge = tcp.rightEdge();
        }
    }

    @Test
    @Rfc(number = 7323, id = "1", section = "2.2")
    void windowIsScaledWhenAgreed() {
        final Script tcp = given(s -> s.peerWscale(7), ESTABLISHED);
        tcp.inject(data(1000)).expect(ack().ack(1001)).receive(1000).takeAll();
        assertTrue(tcp.window() > 60_000, "window " + tcp.window());
    }

    @Test
    @Rfc(number = 7323, section = "2.3")
    void theWholeScaledWindowIsTaken() {
        final Script tcp =
                given(s -> s.peerWscale(7).peerSack().config(c -> c.receiveBufferStartBytes(6 << 20)), ESTABLISHED);
        tcp.inject(data(1000)).expect(ack().ack(1001)).receive(1000).takeAll();
        assertTrue(tcp.window() > 1 << 20 && tcp.window() <= 6 << 20, "window " + tcp.window());
        final int edge = tcp.rightEdge();
        tcp.inject(data(10).seq(edge - 10)).expect(ack().ack(1001).sack(edge - 10, edge));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.3")
    void receiveTellsNothingThenTextThenEnd() {
        final Script tcp = given(ESTABLISHED);
        tcp.expectNothingToReceive();
        tcp.inject(fin().seq(1).len(50)).expect(ack().ack(52));
        assertEquals(50, tcp.shard().receivable(tcp.conn()));
        tcp.receive(20).receive(100, 30).expectEof().expectEof();
    }

    @Test
    void readableIsToldOncePerBatch() {
        final Script tcp = given(ESTABLISHED);
        final int[] calls = {0};
        tcp.whenReady(Readiness.READABLE, t -> calls[0]++);
        tcp.inject(data(100), data(100), data(100)).takeAll();
        assertEquals(1, calls[0]);
        tcp.receive(300);
    }

    @Test
    @Rfc(number = 1122, id = "1", section = "4.2.2.2")
    void pushIsNotNeededToDeliver() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(data(100).seq(1).noPsh())
                .takeAll()
                .expectEvent(Readiness.READABLE)
                .receive(100);
    }

    @Test
    void flagsThatNobodyAgreedOnAreIgnored() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(Segments.flags("EW.").len(100)).expect(ack().ack(101)).receive(100);
    }

    @Test
    void outOfOrderFloodIsBoundedAndSurvived() {
        final Script tcp = given(s -> s.peerSack().config(c -> c.receiveBufferBytes(65_536)), ESTABLISHED);
        for (int i = 0; i < 10_000; i++) {
            tcp.inject(data(1).seq(3 + 2 * (i % 15_000))).takeAll();
        }
        assertTrue(
                tcp.shard().memoryInUseBytes() < 8 << 20,
                "memory " + tcp.shard().memoryInUseBytes());
        tcp.inject(data(1).seq(1)).takeAll().receive(1);
        tcp.receive(1, -Errno.EAGAIN);
    }

    @Test
    void whatIsViewedStaysAndWhatIsSkippedIsReceived() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        assertEquals(-Errno.EAGAIN, tcp.shard().view(tcp.conn(), view));
        tcp.skip(10, -Errno.EAGAIN);
        for (int i = 0; i < 4; i++) {
            tcp.inject(data(1_000)).takeAll();
        }
        for (int looks = 0; looks < 2; looks++) {
            assertEquals(4_000, tcp.shard().view(tcp.conn(), view));
            assertEquals(tcp.peerByte(0), view.getByte(0) & 0xff);
            assertEquals(tcp.peerByte(3_999), view.getByte(3_999) & 0xff);
        }
        tcp.skip(100, 100);
        assertEquals(3_900, tcp.shard().view(tcp.conn(), view));
        assertEquals(tcp.peerByte(100), view.getByte(0) & 0xff);
        tcp.skip(5_000, 3_900).expect(ack().ack(4_001).win(4_096));
        tcp.inject(fin().seq(4_001)).takeAll();
        tcp.skip(10, 0);
        assertEquals(0, tcp.shard().view(tcp.conn(), view));
    }
}
