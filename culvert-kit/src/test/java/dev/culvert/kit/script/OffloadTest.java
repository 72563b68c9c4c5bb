package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.wire.PacketMetadata;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Super-segments: what one says to the receiver, and what leaves in one. */
class OffloadTest extends ScriptTest {
    private Script offload(final UnaryOperator<Setup> change) {
        return given(setup -> change.apply(setup.shard(c -> c.withOffload(true))), ESTABLISHED);
    }

    /** A connection that does not acknowledge everything at once any more. */
    private Script settled() {
        final Script tcp = offload(s -> s);
        tcp.injectLarge(1000, data(20_000)).expect(ack().ack(20_001));
        return tcp.receive(20_000).takeAll();
    }

    /** In which packet for the device the next segment is. */
    private static long packet(final Script tcp) {
        return tcp.stack.sent().element().handOver();
    }

    /** Takes the segments of one packet for the device; the last one has these flags. */
    private static void expectPacket(final Script tcp, final int flags, final int... lengths) {
        final long packet = packet(tcp);
        for (int i = 0; i < lengths.length; i++) {
            assertEquals(packet, packet(tcp));
            final Segment expected =
                    Segment.of(i == lengths.length - 1 ? flags : Segment.ACK).len(lengths[i]);
            expected.flagMask = 0xff;
            tcp.expect(expected);
        }
        if (!tcp.stack.sent().isEmpty()) {
            assertNotEquals(packet, packet(tcp));
        }
    }

    // ------------------------------------------------------------------ in

    @Test
    @Rfc(number = 9293, id = "SHLD-19", section = "3.8.6.3")
    void theSizeOfItsSegmentsCountsAndNotItsOwn() {
        final Script tcp = settled();
        tcp.injectLarge(1000, data(1500)).expectNothing();
        tcp.inject(data(500)).expect(ack().ack(22_001));
        tcp.inject(data(1000)).expectNothing().inject(data(1000)).expect(ack().ack(24_001));
        tcp.receive(4000).takeAll();
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-19", section = "3.8.6.3")
    void twoSegmentsInOneAreAcknowledgedAtOnce() {
        settled().injectLarge(1000, data(2000)).expect(ack().ack(22_001)).receive(2000);
    }

    @Test
    @Rfc(number = 5681, id = "6", section = "4.2")
    void behindAGapEachSegmentIsADuplicate() {
        final Script tcp = settled();
        tcp.injectLarge(1000, data(3000).seq(21_001)).expect(ack().ack(20_001), ack().ack(20_001), ack().ack(20_001));
        tcp.inject(data(1000).seq(20_001)).expect(ack().ack(24_001)).receive(4000);
    }

    @Test
    @Rfc(number = 2018, id = "1", section = "4")
    void behindAGapItIsOneSackBlock() {
        final Script tcp = offload(s -> s.peerSack());
        tcp.injectLarge(1000, data(3000).seq(1001)).expect(ack().ack(1).sack(1001, 4001));
        tcp.injectLarge(1000, data(5000).seq(5001))
                .expect(ack().ack(1).sack(5001, 10_001).sack(1001, 4001));
        tcp.injectLarge(1000, data(6000).seq(1)).expect(ack().ack(10_001)).receive(10_000);
    }

    @Test
    void whatCameBeforeAndWhatIsBeyondTheWindowIsCutOff() {
        final Script tcp = settled();
        tcp.injectLarge(1000, data(5000).seq(17_001))
                .expect(ack().ack(22_001))
                .receive(2000)
                .takeAll();
        final int room = tcp.rightEdge() - 22_001;
        tcp.injectLarge(1000, data(Math.min(room + 3000, 64_000)).seq(22_001)).takeAll();
        assertEquals(22_001 + Math.min(room, 64_000), tcp.last().ack - tcp.peerBase());
        tcp.receive(Math.min(room, 64_000)).takeAll();
    }

    @Test
    void aFinIsItsLastByte() {
        final Script tcp = settled();
        tcp.injectLarge(1000, data(2500).withFin()).expect(ack().ack(22_502)).expectState(CLOSE_WAIT);
        tcp.receive(2500).expectEof();
    }

    @Test
    void oneNotLongerThanASegmentIsASegment() {
        final Script tcp = settled();
        tcp.injectLarge(1400, data(1000)).expectNothing();
        tcp.inject(data(1000)).expect(ack().ack(22_001)).receive(2000);
    }

    @ParameterizedTest
    @EnumSource(names = {"DEV_HDR", "SKB_GSO_SEG"})
    void whatTheDeviceCouldNotMakeOutIsANamedDrop(final DropReason reason) {
        final Script tcp = settled();
        final byte[] packet = tcp.encode(data(1000));
        final PacketMetadata metadata = new PacketMetadata();
        metadata.problem = reason;
        tcp.shard().onPacket(new UnsafeBuffer(packet), 0, packet.length, metadata, tcp.stack.nowNs());
        tcp.expectDrops(reason, 1).expectNothingToReceive();
    }

    // ------------------------------------------------------------------ out

    @Test
    @Rfc(number = 9293, id = "MUST-61", section = "3.9.1.2")
    void aWindowLeavesInOnePacketAndCountsAsItsSegments() {
        final Script tcp = offload(s -> s);
        final long before = tcp.shard().counters().get(StackCounter.TcpOutSegs);
        tcp.send(10_000);
        assertEquals(before + 10, tcp.shard().counters().get(StackCounter.TcpOutSegs));
        expectPacket(tcp, Segment.ACK | Segment.PSH, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000);
        tcp.inject(ack().ack(10_001));
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-7", section = "3.7.4")
    void aShortEndCountsForNagle() {
        final Script tcp = offload(s -> s);
        tcp.send(2500);
        expectPacket(tcp, Segment.ACK | Segment.PSH, 1000, 1000, 500);
        tcp.send(300).expectNothing();
        tcp.send(1200);
        expectPacket(tcp, Segment.ACK, 1000);
        tcp.inject(ack().ack(3501));
        expectPacket(tcp, Segment.ACK | Segment.PSH, 500);
        tcp.inject(ack().ack(4001));
    }

    /** A packet has room for 64 pieces of text. */
    @Test
    void outOfPiecesItEndsWithAFullSegment() {
        final Script tcp = offload(s -> s);
        final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(40, 8));
        tcp.together(t -> {
            for (int i = 0; i < 100; i++) {
                t.shard().sendReference(t.conn(), text.addressOffset(), 40, i);
            }
        });
        final long first = packet(tcp);
        final List<String> sent = tcp.stack.sent().stream()
                .map(s -> s.handOver() - first + ":"
                        + PacketDecoder.tcp(s.bytes()).segment().len)
                .toList();
        assertEquals(List.of("0:1000", "0:1000", "1:1000", "1:1000"), sent);
        tcp.abort().discardSent();
    }

    @Test
    void theFinRidesOnTheLastSegment() {
        final Script tcp = offload(s -> s);
        tcp.together(t -> t.send(2500).shutdownWrite());
        expectPacket(tcp, Segment.ACK | Segment.PSH | Segment.FIN, 1000, 1000, 500);
        tcp.inject(ack().ack(2502));
    }

    @Test
    @Rfc(number = 8985, id = "4", section = "6.2")
    void segmentsThatFollowEachOtherAreRepairedInOnePacket() {
        final Script tcp = offload(s -> s.rttMs(100).peerSack());
        tcp.send(10_000).takeAll();
        tcp.advance(ms(100)).inject(ack().ack(1).sack(3001, 5001).sack(7001, 10_001));
        expectPacket(tcp, Segment.ACK, 1000, 1000, 1000);
        expectPacket(tcp, Segment.ACK, 1000, 1000);
        tcp.expectCount(StackCounter.TcpRetransSegs, 5);
        tcp.advance(ms(100)).inject(ack().ack(10_001));
    }

    @Test
    @Rfc(number = 6864, section = "4.1")
    void identificationsAreUsedOnceWherePacketsMayBeFragmented() {
        final Script tcp = offload(s -> s.config(c -> c.pathMtuDiscovery(false)));
        tcp.send(3500).inject(ack().ack(3501)).send(2000);
        int next = -1;
        for (final VirtualStack.Sent sent : tcp.stack.sent()) {
            final int id = v6 ? next : ByteBuffer.wrap(sent.bytes()).getShort(4) & 0xffff;
            assertEquals(next < 0 ? id : next, id);
            next = v6 ? next : id + 1;
        }
        assertEquals(6, tcp.takeAllAndCount());
        tcp.inject(ack().ack(5501));
    }
}
