package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.seq.Seq;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every segment looks like, whatever it is for: RFC 9293 §3.1, §3.2. */
class SegmentFormTest extends ScriptTest {
    private static final int TCP_CHECKSUM = 16;

    private void everyBitIsCovered(final byte[] packet) {
        PacketDecoder.tcp(packet); // a wrong checksum would throw
        for (int i = v6 ? 40 : 20; i < packet.length; i++) {
            packet[i] ^= 1;
            assertThrows(PacketDecoder.BadPacket.class, () -> PacketDecoder.tcp(packet));
            packet[i] ^= 1;
        }
        final int at = (v6 ? 40 : 20) + TCP_CHECKSUM;
        assertTrue(packet[at] != 0 || packet[at + 1] != 0, "a checksum is never left out");
    }

    @Test
    @Rfc(number = 9293, id = "MUST-2", section = "3.1")
    void everySegmentHasAChecksum() {
        final Script tcp = given(LISTEN);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck());
        everyBitIsCovered(tcp.lastPacket());
        tcp.inject(ack().seq(1).ack(1)).accept();
        tcp.send(33).expect(data(33));
        everyBitIsCovered(tcp.lastPacket());
        tcp.inject(data(100).seq(1).ack(34)).expect(ack());
        everyBitIsCovered(tcp.lastPacket());
        tcp.abort().expect(Segments.rstAck());
        everyBitIsCovered(tcp.lastPacket());
        tcp.inject(ack().seq(101).ack(34)).expect(rst());
        everyBitIsCovered(tcp.lastPacket());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-1", section = "3.1")
    void windowWithItsHighestBitSetIsALargeOne() {
        final Script tcp = given(s -> s.peerWindow(0x9c40).config(c -> c.sendBufferStartBytes(1 << 20)), ESTABLISHED);
        tcp.send(500_000).takeAll();
        for (int round = 0; round < 8; round++) {
            tcp.advance(ms(10)).inject(ack()).takeAll();
        }
        final int una = tcp.localNxt();
        tcp.inject(ack()).takeAll();
        assertEquals(40_000, tcp.localNxt() - una);
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 9293, id = "REC-1", section = "3.1")
    @Rfc(number = 7323, id = "1", section = "2.3")
    void windowsAreCountedInThirtyTwoBits() {
        final Script tcp = given(
                s -> s.peerWscale(14).config(c -> c.sendBufferBytes(1 << 20).sendBufferStartBytes(1 << 20)),
                ESTABLISHED);
        tcp.send(1 << 20).takeAll();
        for (int round = 0; round < 30; round++) { // the window of the acknowledgement is 65,535 << 14
            tcp.advance(ms(10)).inject(ack()).takeAll();
            tcp.send(Math.max(1, tcp.shard().sendSpace(tcp.conn()))).takeAll();
        }
        final int una = tcp.localNxt();
        tcp.inject(ack()).takeAll();
        assertTrue(tcp.localNxt() - una > 200_000, "in flight: " + (tcp.localNxt() - una));
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 9293, id = "MUST-65", section = "3.2")
    void mssIsOnSynSegmentsOnly() {
        final Script tcp = given(s -> s.peerLikeLinux().active(), CLOSED);
        tcp.connect().expect(syn().mss(v6 ? 1_440 : 1_460));
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack().mss(-1));
        tcp.send(10).expect(data(10).mss(-1));
        tcp.inject(data(10).seq(11).ack(11)).expect(ack().mss(-1));
        tcp.inject(data(10).seq(1)).expect(ack().mss(-1)).receive(20);
        tcp.shutdownWrite().expect(fin().mss(-1));
        tcp.inject(rst().seq(21)).expectNothing();
    }

    /** Walks the options of a packet's bytes; what follows an end-of-list must be zero. */
    private void optionsFillTheHeader(final byte[] packet) {
        final int tcp = v6 ? 40 : 20;
        final int end = tcp + ((packet[tcp + 12] & 0xf0) >>> 2);
        int at = tcp + 20;
        while (at < end && packet[at] != 0) {
            final int length = packet[at] == 1 ? 1 : packet[at + 1];
            assertTrue(packet[at] == 1 || length >= 2, "an option without a length");
            at += length;
        }
        for (int i = at; i < end; i++) {
            assertEquals(0, packet[i], "padding behind the end of the options");
        }
        assertTrue(at <= end, "an option reaches out of the header");
    }

    @Test
    @Rfc(number = 9293, id = "MUST-68", section = "3.1")
    @Rfc(number = 9293, id = "MUST-69", section = "3.1")
    void optionsAreWellFormedInEveryCombination() {
        for (int bits = 0; bits < 8; bits++) {
            final int offer = bits;
            final Script tcp = given(
                    s -> s.config(c -> c.timestamps((offer & 1) != 0)
                            .sack((offer & 2) != 0)
                            .windowScaling((offer & 4) != 0)),
                    LISTEN);
            tcp.inject(syn().seq(0).mss(1000).ts(1, 0).sackOk().wscale(3)).expect(synAck());
            optionsFillTheHeader(tcp.lastPacket());
            tcp.inject(ack().seq(1).ack(1).ts(1, 0)).accept();
            for (int hole = 0; hole < 5; hole++) {
                tcp.inject(data(10).seq(20 + 20 * hole).ack(1).ts(1, 0)).expect(ack());
                optionsFillTheHeader(tcp.lastPacket());
            }
            tcp.abort().takeAll();
        }
    }

    @Test
    @Rfc(number = 7323, id = "3", section = "2.4")
    void roundingDoesNotPullTheRightEdgeBack() {
        final Script tcp = given(s -> s.peerWscale(7).config(c -> c.receiveBufferBytes(4 << 20)), ESTABLISHED);
        int edge = tcp.rightEdge();
        for (int i = 0; i < 50; i++) { // odd sizes, so that the window is no multiple of its unit
            tcp.inject(data(1 + 13 * i)).advance(ms(50)).takeAll();
            assertTrue(Seq.ge(tcp.rightEdge(), edge), "the right edge went back by " + (edge - tcp.rightEdge()));
            edge = tcp.rightEdge();
        }
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 7323, id = "5", section = "3.2")
    void echoIsZeroWithoutAnAck() {
        final Script tcp = given(s -> s.active(), CLOSED);
        tcp.connect().expect(syn().tsEcr(0));
        tcp.inject(synAck().seq(0).ack(1).mss(1000).ts(77, tcp.last().tsVal)).expect(ack().tsEcr(77));
    }

    private static int identification(final Script tcp) {
        final byte[] packet = tcp.lastPacket();
        return (packet[4] & 0xff) << 8 | packet[5] & 0xff;
    }

    @Test
    @Rfc(number = 6864, section = "4.1")
    void onlyPacketsThatMayBeFragmentedHaveAnIdentificationAndItDoesNotRepeat() {
        if (v6) {
            return; // there is no such field
        }
        final Script whole = given(ESTABLISHED);
        for (int i = 0; i < 3; i++) {
            whole.send(10).expect(data(10).dontFragment(true)).inject(ack());
            assertEquals(0, identification(whole));
        }
        final Script divisible = given(s -> s.config(c -> c.pathMtuDiscovery(false)), ESTABLISHED);
        final Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            divisible.send(10).expect(data(10).dontFragment(false)).inject(ack());
            assertTrue(seen.add(identification(divisible)));
        }
    }
}
