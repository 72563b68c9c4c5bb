package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.flags;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.counters.StackCounter;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.Ecn;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** RFC 3168 where the packet scripts of {@code pkt/ecn} do not reach: offload, rows, counters, what crosses on the way. */
class EcnTest extends ScriptTest {
    private static final int NOT_ECT = 0;
    private static final int ECT_1 = 1;
    private static final int ECT_0 = 2;
    private static final int CE = 3;

    /** A connection with ECN that the peer has opened. */
    private Script established(final UnaryOperator<Setup> change) {
        final Script tcp = given(change, LISTEN);
        tcp.inject(flags("SEW").seq(0).mss(1000))
                .expect(flags("SE.").seq(0).ack(1).tos(NOT_ECT));
        tcp.inject(ack().seq(1).ack(1)).expectNothing().accept();
        return tcp;
    }

    private Script established() {
        return established(s -> s);
    }

    private static Segment marked(final int bytes) {
        return data(bytes).tos(CE);
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void cwrGoesOnOneWireSegmentEvenWhereTheDeviceCutsLargerOnes() {
        final Script tcp = established(s -> s.shard(c -> c.withOffload(true)).config(c -> c.congestion("newreno")));
        tcp.send(10_000);
        expectPacket(tcp, Segment.ACK | Segment.PSH, 10);
        tcp.advance(ms(10)).inject(flags("E.").seq(1).ack(10_001)).send(10_000);
        expectPacket(tcp, Segment.ACK | Segment.CWR, 1);
        expectPacket(tcp, Segment.ACK, 4);
        tcp.expectNothing().abort().discardSent();
    }

    /** A packet for the device, and what it is on the wire: so many segments of which the last has these flags. */
    private static void expectPacket(final Script tcp, final int flags, final int segments) {
        final long packet = tcp.stack.sent().element().handOver();
        for (int i = 1; i <= segments; i++) {
            final VirtualStack.Sent sent = tcp.stack.sent().remove();
            final Segment segment = PacketDecoder.tcp(sent.bytes()).segment();
            assertEquals(packet, sent.handOver());
            assertEquals(1000, segment.len);
            assertEquals(i == segments ? flags : Segment.ACK, segment.flags);
            assertEquals(ECT_0, segment.tos);
        }
    }

    @Test
    @Rfc(number = 3168, id = "2", section = "6.1.4")
    void timeWaitSaysNothingOfEcn() {
        final Script tcp = established();
        tcp.inject(marked(100)).expect(flags("E.").ack(101).tos(NOT_ECT)).receive(100);
        tcp.shutdownWrite().expect(flags("FE.").seq(1).tos(NOT_ECT));
        tcp.inject(fin().ack(2))
                .expectState(TIME_WAIT)
                .expect(ack().seq(2).ack(102).tos(NOT_ECT));
        tcp.inject(fin().seq(101).ack(2)).expect(ack().seq(2).ack(102).tos(NOT_ECT));
    }

    @Test
    @Rfc(number = 3168, id = "1", section = "6.1.1")
    void eceOnACrossingSynAckIsNoEcho() {
        final Script tcp = given(s -> s.active().config(c -> c.ecn(Ecn.REQUEST)), CLOSED);
        tcp.connect().expect(flags("SEW").seq(0));
        tcp.inject(flags("SEW").seq(0).mss(1000)).expect(flags("SE.").seq(0).ack(1));
        tcp.inject(flags("SE.").seq(0).ack(1).mss(1000))
                .expect(ack().seq(1).ack(1))
                .expectState(ESTABLISHED);
        tcp.send(1000).expect(flags("P.").len(1000).tos(ECT_0));
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 3168, section = "5")
    void packetsAreCountedByTheirEcnField() {
        final Script tcp = established();
        tcp.inject(data(10).tos(NOT_ECT)).inject(data(10).tos(ECT_1)).inject(data(10).tos(ECT_0));
        tcp.inject(marked(10)).takeAll();
        tcp.expectCount(StackCounter.IpExtInNoECTPkts, 3) // with SYN and ACK
                .expectCount(StackCounter.IpExtInECT1Pkts, 1)
                .expectCount(StackCounter.IpExtInECT0Pkts, 1)
                .expectCount(StackCounter.IpExtInCEPkts, 1);
        tcp.abort().takeAll();
    }

    @Test
    void whatMarkedAcknowledgementsCoverIsCounted() {
        final Script tcp = established();
        tcp.send(3_000).takeAll();
        tcp.inject(flags("E.").seq(1).ack(2_001)).inject(ack().seq(1).ack(3_001));
        tcp.expectCount(StackCounter.TcpExtTCPDeliveredCE, 2).abort().takeAll();
    }

    @Test
    @Rfc(number = 3168, id = "3", section = "6.1.3")
    void aMarkedSegmentIsAcknowledgedAtOnceAlsoWhereAcksAreDelayed() {
        final Script tcp = established(s -> s.config(c -> c.quickAcks(0)));
        tcp.inject(data(100).tos(ECT_0)).expectNothing();
        tcp.inject(marked(100)).expect(flags("E.").ack(201));
        tcp.inject(data(100).tos(ECT_0)).expect(flags("E.").ack(301));
        tcp.inject(data(100).tos(ECT_0)).expectNothing();
        tcp.inject(flags("W.").len(100).tos(ECT_0)).expect(ack().ack(501));
        tcp.inject(data(100).tos(ECT_0)).expectNothing();
        tcp.inject(data(100).tos(NOT_ECT)).expect(ack().ack(701)); // sent again, as it seems
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 3168, id = "5", section = "6.1.5")
    void aMarkOnTextThatIsThrownAwayIsIgnored() {
        final Script tcp = established();
        tcp.inject(data(100).tos(ECT_0)).expect(ack().ack(101)).receive(100);
        tcp.inject(marked(100).seq(100_000_000)).expect(ack().ack(101)); // beyond the window
        tcp.abort().takeAll();
    }
}
