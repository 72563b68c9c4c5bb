package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Handshakes that lose segments, cross each other, or have only one end. */
class HandshakeVariantsTest extends ScriptTest {
    // ------------------------------------------------------------------ the initial window

    private Script opener() {
        return given(s -> s.active().peerTimestamps(), SYN_SENT);
    }

    /** The application sends 20 segments' worth; so many segments leave at once. */
    private static int firstFlight(final Script tcp) {
        tcp.send(20_000);
        return tcp.takeAllAndCount();
    }

    @Test
    @Rfc(number = 6928, id = "1", section = "2")
    void oneLostSynLeavesTheInitialWindowAsItIs() {
        final Script tcp = opener().expectAfter(seconds(1), syn().seq(0));
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack());
        assertEquals(10, firstFlight(tcp));
    }

    @Test
    @Rfc(number = 6928, id = "1", section = "2")
    @Rfc(number = 5681, id = "1", section = "3.1")
    void twoLostSynsReduceItToOneSegment() {
        final Script tcp = opener().advance(seconds(3)).takeAll();
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack());
        assertEquals(1, firstFlight(tcp));
        tcp.inject(ack().ack(1_001));
        assertEquals(2, tcp.takeAllAndCount(), "slow start goes on from there");
    }

    @Test
    @Rfc(number = 6928, section = "2")
    void synsThatWereOnlyLateReduceNothing() {
        final Script tcp = given(s -> s.active(), CLOSED).connect().expect(syn().seq(0));
        final int first = tcp.last().tsVal;
        tcp.advance(seconds(3)).takeAll();
        tcp.inject(synAck().seq(0).ack(1).mss(1000).ts(5_000, first)).expect(ack());
        assertEquals(10, firstFlight(tcp));
    }

    @Test
    @Rfc(number = 6928, id = "1", section = "2")
    @Rfc(number = 5681, id = "1", section = "3.1")
    void twoLostSynAcksReduceItToOneSegment() {
        final Script tcp = given(s -> s.peerTimestamps(), SYN_RECEIVED);
        tcp.advance(seconds(3)).takeAll();
        tcp.inject(ack().seq(1).ack(1)).accept();
        assertEquals(1, firstFlight(tcp));
    }

    // ------------------------------------------------------------------ simultaneous open

    @Test
    @Rfc(number = 9293, section = "3.5")
    void bothSynAcksOfASimultaneousOpenAreLost() {
        final Script tcp = given(s -> s.active(), SYN_SENT);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck().seq(0).ack(1)).expectState(SYN_RECEIVED);
        tcp.expectAfter(seconds(1), synAck().seq(0).ack(1));
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack().seq(1).ack(1)).expectState(ESTABLISHED);
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack().seq(1).ack(1)).expectState(ESTABLISHED);
    }

    @Test
    @Rfc(number = 9293, section = "3.5")
    void textCompletesASimultaneousOpen() {
        final Script tcp = given(s -> s.active(), SYN_SENT);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck().seq(0).ack(1));
        tcp.inject(data(100).seq(1).ack(1))
                .expect(ack().ack(101))
                .expectState(ESTABLISHED)
                .receive(100);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.4")
    void closeDuringASimultaneousOpenSendsItsFinAfterwards() {
        final Script tcp = given(s -> s.active(), SYN_SENT);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck()).shutdownWrite().expectNothing();
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(fin().seq(1).ack(1)).expectState(FIN_WAIT_1);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.3")
    void textOnACrossingSynComesAgain() {
        final Script tcp = given(s -> s.active(), SYN_SENT);
        tcp.inject(syn().seq(0).len(50).mss(1000)).expect(synAck().seq(0).ack(1));
        tcp.inject(data(50).seq(1).ack(1)).expect(ack().ack(51)).receive(50);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void anAckOfNothingIsResetDuringASimultaneousOpen() {
        final Script tcp = given(s -> s.active(), SYN_SENT);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck());
        tcp.inject(ack().seq(1).ack(2)).expect(Segments.rst().seq(2));
        tcp.inject(ack().seq(1).ack(0)).expect(Segments.rst().seq(0)).expectState(SYN_RECEIVED);
        tcp.inject(ack().seq(1).ack(1)).expectState(ESTABLISHED);
    }

    // ------------------------------------------------------------------ half-open rows

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void aSynInTheWindowOfAHalfOpenRowReturnsToListenAndTheNextOneOpens() {
        final Script tcp = given(SYN_RECEIVED);
        tcp.inject(syn().seq(5_000)).expectNothing().expectState(LISTEN);
        tcp.inject(syn().seq(5_000).mss(1000)).expect(synAck().ack(5_001).seq(0));
        tcp.inject(ack().seq(5_001).ack(1)).expectState(ESTABLISHED);
    }

    // ------------------------------------------------------------------ one end

    /** Figure 8 with both ends in one place, as Linux allows it: the connection talks to itself. */
    @Test
    @Rfc(number = 9293, section = "3.5")
    void aConnectionToItself() {
        final Script tcp = given(CLOSED);
        final IpAddress own = IpAddress.parse(v6 ? "fd83::2" : "10.83.0.2");
        final long[] id = new long[1];
        tcp.together(t -> id[0] = t.shard().connect(own, 7_000, own, 7_000, null, null, 0));
        assertEquals(ESTABLISHED, tcp.shard().state(id[0]));
        final UnsafeBuffer said = new UnsafeBuffer("hello, me".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        final UnsafeBuffer heard = new UnsafeBuffer(new byte[9]);
        tcp.together(t -> assertEquals(9, t.shard().send(id[0], said, 0, 9)));
        tcp.together(t -> assertEquals(9, t.shard().receive(id[0], heard, 0, 9)));
        assertEquals(said, heard);
        tcp.together(t -> assertEquals(0, t.shard().shutdownWrite(id[0], 0)));
        tcp.advance(ms(100));
        final TcpState end = tcp.shard().state(id[0]);
        assertTrue(end == TcpState.TIME_WAIT || end == TcpState.CLOSED, end.name());
        tcp.together(t -> t.shard().close(id[0], 0)).expectNothing();
    }
}
