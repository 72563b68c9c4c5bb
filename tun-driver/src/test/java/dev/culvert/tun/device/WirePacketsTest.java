package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What decorators make of super-segments with open checksums: packets as on a wire. */
class WirePacketsTest {
    private static final int TEXT = 2_500;
    private static final List<Integer> ON_A_WIRE = List.of(1_040, 1_040, 540);

    private final FakeDevice wire = new FakeDevice();
    private final byte[] large = large();

    private static byte[] large() {
        final Endpoints ends = new Endpoints(IpAddress.parse("10.83.0.1"), 4000, IpAddress.parse("10.83.0.2"), 80);
        final byte[] packet =
                PacketEncoder.tcp(ends, Segment.of(Segment.ACK).psh().seq(7).text(new byte[TEXT]));
        packet[36] ^= (byte) 0x55; // the checksum is the device's affair
        return packet;
    }

    @BeforeEach
    void superSegmentsComeIn() {
        wire.metadata.segmentSize = 1_000;
        wire.metadata.checksum = ChecksumState.PARTIAL;
        wire.incoming.add(large);
    }

    private OutboundPacket outbound() {
        final OutboundPacket packet = TestPackets.outbound(large, 3);
        packet.transportOffset = 20;
        packet.segmentSize = 1_000;
        packet.checksumPartial = true;
        return packet;
    }

    private static List<Integer> lengths(final List<byte[]> packets) {
        packets.forEach(PacketDecoder::tcp); // its checksums are right, or it fails
        return packets.stream().map(packet -> packet.length).toList();
    }

    @Test
    void aTraceHasALineForEach() {
        final List<String> lines = new ArrayList<>();
        final PacketDevice device = new TracedDevice(wire, (buffer, offset, length) -> "" + length, lines::add);
        assertEquals(large.length, TestPackets.receiveAll(device).get(0).length);
        assertTrue(device.transmit(outbound()));

        assertEquals(List.of("< 1040", "< 1040", "< 540", "> 1040", "> 1040", "> 540"), lines);
        assertEquals(large.length, wire.sent.get(0).length);
    }

    @Test
    void aCaptureHasABlockForEach(@TempDir final Path directory) throws Exception {
        final Path file = directory.resolve("wire.pcapng");
        final Path single = directory.resolve("single.pcapng");
        try (PacketDevice none = PcapngTap.open(new FakeDevice(), single, () -> 0, line -> {});
                PacketDevice device = PcapngTap.open(wire, file, () -> 0, line -> {})) {
            assertEquals(0, TestPackets.receiveAll(none).size());
            assertEquals(large.length, TestPackets.receiveAll(device).get(0).length);
            assertTrue(device.transmit(outbound()));
        }
        final int block =
                44; // an enhanced packet block with its flags and without its packet (all lengths here are even fours)
        assertEquals(2 * (3 * block + 1_040 + 1_040 + 540), Files.size(file) - Files.size(single));
    }

    @Test
    void mishapsMeetEach() {
        final ImpairedDevice device = new ImpairedDevice(wire, ImpairmentPlan.parse("loss=0%"), () -> 0);
        final List<byte[]> received = new ArrayList<>();
        device.receive(
                (buffer, offset, length, of) -> {
                    received.add(TestPackets.copy(buffer, offset, length));
                    assertEquals(ChecksumState.COMPLETE, of.checksum);
                    assertEquals(0, of.segmentSize);
                },
                64);
        device.transmit(outbound());
        device.flush();

        assertEquals(ON_A_WIRE, lengths(received));
        assertEquals(ON_A_WIRE, lengths(wire.sent));
    }

    @Test
    void eachCanGetLost() {
        final ImpairedDevice device = new ImpairedDevice(wire, ImpairmentPlan.parse("loss=100%"), () -> 0);
        assertEquals(0, TestPackets.receiveAll(device).size());
        assertTrue(device.transmit(outbound()));

        assertEquals(3, device.lostIn());
        assertEquals(3, device.lostOut());
    }
}
