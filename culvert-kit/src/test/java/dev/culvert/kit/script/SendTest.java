package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.Readiness;
import org.junit.jupiter.api.Test;

/** What is sent and when: RFC 9293 §3.7.4, §3.8.2, §3.8.6, §3.9.1.2; RFC 5681 §3.1, RFC 6928. */
class SendTest extends ScriptTest {
    @Test
    @Rfc(number = 9293, id = "MUST-61", section = "3.9.1.2")
    @Rfc(number = 9293, id = "SHLD-28", section = "3.9.1.2")
    @Rfc(number = 1122, id = "1", section = "4.2.2.2")
    void pushIsOnTheLastSegmentOfAWriteOnly() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(2500)
                .expect(
                        data(1000).seq(1).noPsh(),
                        data(1000).seq(1001).noPsh(),
                        data(500).seq(2001).psh());
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-7", section = "3.7.4")
    @Rfc(number = 9293, id = "MUST-60", section = "3.9.1.2")
    void nagleHoldsSmallSegmentsUntilTheAck() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100).seq(1));
        tcp.send(100).send(100).expectNothing();
        tcp.inject(ack().ack(101)).expect(data(200).seq(101).psh());
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-7", section = "3.7.4")
    void nagleLetsFullSegmentsGo() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100).seq(1));
        tcp.send(1100).expect(data(1000).seq(101)).expectNothing();
        tcp.send(50).expectNothing();
        tcp.inject(ack().ack(101)).expect(data(150).seq(1101)); // Minshall: no other small segment is outstanding
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-17", section = "3.7.4")
    void nagleCanBeSwitchedOff() {
        final Script tcp = given(s -> s.config(c -> c.nagle(false)), ESTABLISHED);
        tcp.send(100).expect(data(100).seq(1)).send(100).expect(data(100).seq(101));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-17", section = "3.7.4")
    void switchingNagleOffReleasesWhatItHeld() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(100).expect(data(100)).send(100).expectNothing();
        tcp.configure(c -> c.nagle(false)).expect(data(100).seq(101));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, section = "3.8.6")
    void sendWindowIsFilledAndRespected() {
        final Script tcp = given(s -> s.peerWindow(2500), ESTABLISHED);
        tcp.send(5000).expect(data(1000).seq(1), data(1000).seq(1001)).expectNothing(); // 500 are not worth a segment
        tcp.inject(ack().ack(1001).win(2500)).expect(data(1000).seq(2001)).expectNothing();
        tcp.inject(ack().ack(3001).win(1999)).expect(data(1000).seq(3001)).expectNothing();
        tcp.inject(ack().ack(4001).win(1000)).expect(data(1000).seq(4001));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void windowOfAnOlderSegmentIsNotTaken() {
        final Script tcp = given(s -> s.peerWindow(1000), ESTABLISHED);
        tcp.inject(data(100).seq(101).ack(1).win(1000)).expect(ack().ack(1)); // SND.WL1 is 101 now
        tcp.send(2000).expect(data(1000).seq(1));
        tcp.inject(data(100).seq(1).ack(1).win(5000))
                .expect(ack().seq(1001).ack(201))
                .expectNothing();
        tcp.inject(ack().seq(201).ack(1001).win(2000)).expect(data(1000).seq(1001));
        tcp.inject(ack()).receive(200);
    }

    @Test
    @Rfc(number = 9293, section = "3.8.6")
    void ackOnAnOlderSegmentDoesNotMoveTheRightEdge() {
        final Script tcp = given(s -> s.peerWindow(3000), ESTABLISHED);
        tcp.inject(data(100).seq(101).ack(1).win(3000)).expect(ack().ack(1)); // SND.WL1 is 101 now
        tcp.send(5000)
                .expect(data(1000).seq(1), data(1000).seq(1001), data(1000).seq(2001));
        tcp.inject(data(100).seq(1).ack(1001).win(2000))
                .expect(ack().seq(3001).ack(201))
                .expectNothing();
        tcp.inject(ack().ack(3001).win(3000))
                .expect(data(1000).seq(3001), data(1000).seq(4001));
        tcp.inject(ack()).receive(200);
    }

    @Test
    @Rfc(number = 7661, id = "4", section = "4")
    void congestionWindowDoesNotGrowWhileItIsNotUsed() {
        final Script tcp = given(ESTABLISHED);
        for (int i = 0; i < 50; i++) {
            tcp.send(100).expect(data(100)).inject(ack()).advance(ms(1));
        }
        final int before = tcp.localNxt();
        tcp.send(60_000).takeAll();
        assertEquals(10_000, tcp.localNxt() - before, "bytes sent at once");
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 5681, id = "9", section = "4.1")
    void congestionWindowRestartsAfterAPause() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(30_000).takeAll();
        for (int round = 0; round < 3; round++) {
            tcp.advance(ms(10)).inject(ack()).takeAll();
        }
        final int before = tcp.localNxt();
        tcp.advance(seconds(10)).send(30_000).takeAll();
        assertEquals(10_000, tcp.localNxt() - before, "bytes sent at once after 10 s of silence");
        tcp.inject(ack()).takeAll().inject(ack()).takeAll();
    }

    @Test
    @Rfc(number = 6928, section = "2")
    @Rfc(number = 9293, id = "MUST-19", section = "3.8.2")
    @Rfc(number = 5681, id = "1", section = "3.1")
    @Rfc(number = 2525, id = "7", section = "2.1")
    void initialWindowIsTenSegments() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(30_000);
        for (int i = 0; i < 10; i++) {
            tcp.expect(data(1000).seq(1 + 1000 * i));
        }
        tcp.expectNothing();
        tcp.advance(ms(10)).inject(ack().ack(10_001)).takeAll();
    }

    @Test
    @Rfc(number = 5681, id = "2", section = "3.1")
    @Rfc(number = 9293, id = "MUST-19", section = "3.8.2")
    void slowStartSendsTwoSegmentsForEachThatIsAcknowledged() {
        final Script tcp = given(ESTABLISHED);
        tcp.send(30_000).takeAll();
        tcp.advance(ms(10))
                .inject(ack().ack(1001))
                .expect(data(1000).seq(10_001), data(1000).seq(11_001));
        tcp.expectNothing();
        tcp.inject(ack().ack(2001))
                .expect(data(1000).seq(12_001), data(1000).seq(13_001))
                .expectNothing();
    }

    @Test
    @Rfc(number = 9293, id = "MUST-38", section = "3.8.6.2.1")
    void tinyWindowIsNotFilledWithTinySegments() {
        final Script tcp = given(s -> s.peerWindow(4000), ESTABLISHED);
        tcp.send(4000).takeAll();
        tcp.inject(ack().ack(4001).win(100));
        tcp.send(3000).expectNothingFor(ms(100)); // 100 bytes are neither a full segment nor half of the largest window
        tcp.inject(ack().ack(4001).win(1000)).expect(data(1000).seq(4001));
        tcp.inject(ack().ack(5001).win(4000)).expect(data(1000), data(1000));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-38", section = "3.8.6.2.1")
    @Rfc(number = 9293, id = "MUST-60", section = "3.9.1.2")
    void sillyWindowOverrideSendsEventually() {
        final Script tcp = given(s -> s.peerWindow(4000), ESTABLISHED);
        tcp.send(4000).takeAll();
        tcp.inject(ack().ack(4001).win(100));
        tcp.send(3000).expectNothing();
        tcp.expectWithin(seconds(1), data(100).seq(4001));
        tcp.inject(ack());
        tcp.takeAll().inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-34", section = "3.8.6")
    @Rfc(number = 9293, id = "SHLD-15", section = "3.8.6")
    void shrunkWindowStopsNewTextAndIsSurvived() {
        final Script tcp = given(s -> s.peerWindow(4000), ESTABLISHED);
        tcp.send(6000).expect(data(1000), data(1000), data(1000), data(1000));
        tcp.inject(ack().ack(1001).win(1000)).expectNothing(); // right edge from 4001 back to 2001
        tcp.inject(ack().ack(4001).win(2000))
                .expect(data(1000).seq(4001), data(1000).seq(5001));
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-27", section = "3.9.1.2")
    @Rfc(number = 9293, id = "MAY-16", section = "3.9.1.2")
    void adjacentWritesCoalesce() {
        final Script tcp = given(ESTABLISHED);
        tcp.together(t -> {
            for (int i = 0; i < 10; i++) {
                t.send(150);
            }
        });
        tcp.expect(data(1000).seq(1), data(500).seq(1001).psh());
        tcp.inject(ack());
    }

    @Test
    void thereIsNoRoomWhileMoreIsUnsentThanShouldBe() { // TCP_NOTSENT_LOWAT
        final Script tcp =
                given(s -> s.config(c -> c.notSentLowWaterBytes(2_000).initialWindowSegments(2)), ESTABLISHED);
        tcp.send(6_000).send(1, -Errno.EAGAIN);
        tcp.expect(data(1000), data(1000));
        tcp.inject(ack().ack(1001)).expect(data(1000), data(1000));
        tcp.expectNoEvent(Readiness.WRITABLE).send(1, -Errno.EAGAIN);
        tcp.inject(ack().ack(2001)).expect(data(1000), data(1000)).expectNoEvent(Readiness.WRITABLE);
        tcp.inject(ack().ack(3001)).expectEvent(Readiness.WRITABLE);
        tcp.inject(ack());
    }

    @Test
    @Rfc(number = 9293, section = "3.10.2")
    void fullSendBufferPushesBackAndTellsWhenThereIsRoom() {
        final Script tcp = given(s -> s.config(c -> c.sendBufferBytes(8_192)), ESTABLISHED);
        tcp.send(10_000, 8_192).send(1, -Errno.EAGAIN);
        tcp.expect(data(1000), data(1000), data(1000), data(1000), data(1000), data(1000), data(1000), data(1000));
        tcp.expectNoEvent(Readiness.WRITABLE);
        tcp.inject(ack().ack(8001)).expect(data(192)).expectEvent(Readiness.WRITABLE);
        tcp.inject(ack());
    }

    @Test
    void zeroLengthWriteSendsNothing() {
        given(ESTABLISHED).send(0).expectNothing();
    }

    @Test
    void sendSpaceIsWhatSendTakes() {
        final Script tcp = given(s -> s.config(c -> c.sendBufferBytes(8_192)), ESTABLISHED);
        assertEquals(8_192, tcp.shard().sendSpace(tcp.conn()));
        tcp.send(192).takeAll();
        assertEquals(8_000, tcp.shard().sendSpace(tcp.conn()));
        tcp.inject(ack());
        assertEquals(8_192, tcp.shard().sendSpace(tcp.conn()));
    }

    @Test
    void sendCompleteIsToldWhenTheFinIsAcknowledged() {
        final Script tcp = given(ESTABLISHED);
        tcp.together(t -> t.send(100).shutdownWrite()).takeAll();
        tcp.inject(ack().ack(101)).expectNoEvent(Readiness.SEND_COMPLETE);
        tcp.inject(ack().ack(102)).expectEvent(Readiness.SEND_COMPLETE);
    }
}
