package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.culvert.counters.DropReason;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VirtioHeaderTest {
    private static final int AT = 6; // where a header may begin
    private static final byte[] V4 = packet("10.83.0.1", "10.83.0.2");
    private static final byte[] V6 = packet("fd83::1", "fd83::2");

    private final PacketMetadata metadata = new PacketMetadata();

    private static byte[] packet(final String from, final String to) {
        final Endpoints ends = new Endpoints(IpAddress.parse(from), 40_000, IpAddress.parse(to), 80);
        return PacketEncoder.tcp(ends, Segment.of(Segment.ACK).seq(1).text(new byte[3000]));
    }

    /** A header by its fields, and the packet. */
    private static UnsafeBuffer received(
            final int flags,
            final int type,
            final int size,
            final int start,
            final int checksumOffset,
            final byte[] packet) {
        final ByteBuffer bytes = ByteBuffer.allocate(AT + 10 + packet.length).order(ByteOrder.nativeOrder());
        bytes.position(AT);
        bytes.put((byte) flags).put((byte) type).putShort((short) 9999); // a hint may be wrong
        bytes.putShort((short) size).putShort((short) start).putShort((short) checksumOffset);
        return new UnsafeBuffer(bytes.put(packet).array());
    }

    private PacketMetadata read(final UnsafeBuffer b) {
        return VirtioHeader.read(b, AT, b.capacity() - AT, metadata);
    }

    @Test
    void allZerosIsAPlainPacket() {
        metadata.segmentSize = 7;
        read(received(0, 0, 0, 0, 0, V4));

        assertNull(metadata.problem);
        assertEquals(ChecksumState.COMPLETE, metadata.checksum);
        assertEquals(0, metadata.segmentSize);
    }

    @Test
    void aVerifiedChecksumIsTrusted() {
        assertEquals(ChecksumState.VERIFIED, read(received(2, 0, 0, 0, 0, V4)).checksum);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 0x81, 0x84})
    void superSegmentsOfTcpAreTaken(final int type) {
        final boolean v4 = (type & 1) != 0;
        read(received(1, type, 1448, v4 ? 20 : 40, 16, v4 ? V4 : V6));

        assertNull(metadata.problem);
        assertEquals(ChecksumState.PARTIAL, metadata.checksum);
        assertEquals(1448, metadata.segmentSize);
    }

    /** Each line is a header that cannot be: the flags, type, size, csum_start and csum_offset. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 20, 16, DEV_HDR",
        "0, 1, 1448, 0, 0, DEV_HDR",
        "2, 1, 1448, 0, 0, DEV_HDR",
        "1, 4, 1448, 20, 16, DEV_HDR",
        "1, 1, 1448, 20, 6, DEV_HDR",
        "1, 0, 0, 65535, 16, DEV_HDR",
        "1, 0, 0, 20, 65535, DEV_HDR",
        "1, 0, 0, 3024, 16, DEV_HDR",
        "1, 3, 1448, 20, 16, SKB_GSO_SEG",
        "1, 5, 1448, 20, 16, SKB_GSO_SEG",
        "1, 2, 1448, 20, 16, SKB_GSO_SEG",
        "1, 0x61, 1448, 20, 16, SKB_GSO_SEG"
    })
    void whatCannotBeIsTheMetadatasProblem(
            final int flags,
            final String type,
            final int size,
            final int start,
            final int checksumOffset,
            final DropReason reason) {
        assertEquals(reason, read(received(flags, Integer.decode(type), size, start, checksumOffset, V4)).problem);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10})
    void aHeaderWithoutAPacketIsAProblem(final int length) {
        VirtioHeader.read(received(0, 0, 0, 0, 0, V4), AT, length, metadata);

        assertEquals(DropReason.DEV_HDR, metadata.problem);
    }

    @Test
    void noBytesCauseAnException() {
        final SplittableRandom random = new SplittableRandom(20_261_122);
        for (int i = 0; i < 100_000; i++) {
            final byte[] bytes = new byte[AT + random.nextInt(64)];
            random.nextBytes(bytes);
            bytes[Math.min(AT, bytes.length - 1)] &= (byte) 3;
            VirtioHeader.read(new UnsafeBuffer(bytes), AT, bytes.length - AT, metadata);
        }
    }

    @Test
    void checksumsOfOtherProtocolsAreCompleted() {
        final ByteBuffer udp = ByteBuffer.allocate(33);
        udp.putLong(0x4500_0021_0000_4000L)
                .putInt(0x4011_0000)
                .putInt(0x0a53_0001)
                .putInt(0x0a53_0002);
        udp.putLong(0x1234_0035_000d_0000L).putInt(0x01020304).put((byte) 5);
        final int pseudo = 0x0a53 + 0x0001 + 0x0a53 + 0x0002 + 17 + 13;
        udp.putShort(26, (short) pseudo);
        final UnsafeBuffer b = received(1, 0, 0, 20, 6, udp.array());

        assertEquals(ChecksumState.VERIFIED, read(b).checksum);
        final int sum = pseudo + 0x1234 + 0x0035 + 0x000d + 0x0102 + 0x0304 + 0x0500;
        assertEquals((short) ~sum, b.getShort(AT + 10 + 26, ByteOrder.BIG_ENDIAN));
    }

    // ------------------------------------------------------------------ out

    private static String written(final OutboundPacket packet) {
        VirtioHeader.write(packet);
        final ByteBuffer h = ByteBuffer.allocate(10).order(ByteOrder.nativeOrder());
        packet.headroom.getBytes(OutboundPacket.HEADROOM - 10, h.array());
        return h.get(0) + " " + (h.get(1) & 0xff) + " " + h.getShort(2) + " " + h.getShort(4) + " " + h.getShort(6)
                + " " + h.getShort(8);
    }

    private static OutboundPacket outbound(final byte[] bytes, final int headers) {
        final OutboundPacket packet = new OutboundPacket().clear();
        packet.header.putBytes(0, bytes, 0, headers);
        packet.headerLength = headers;
        packet.transportOffset = headers - 20;
        return packet;
    }

    @Test
    void aPlainPacketIsWrittenAsZeros() {
        final OutboundPacket packet = outbound(V4, 40);
        packet.headroom.setMemory(0, OutboundPacket.HEADROOM, (byte) -1);

        assertEquals("0 0 0 0 0 0", written(packet));
    }

    @Test
    void aPartialChecksumIsToBeCompletedWhereTcpHasIt() {
        final OutboundPacket packet = outbound(V6, 60);
        packet.checksumPartial = true;

        assertEquals("1 0 0 0 40 16", written(packet));
    }

    @Test
    void aSuperSegmentNamesItsSizeItsHeadersAndItsFamily() {
        for (final boolean v4 : new boolean[] {true, false}) {
            final byte[] bytes = v4 ? V4 : V6;
            final int headers = bytes.length - 3000;
            final OutboundPacket packet = outbound(bytes, headers);
            packet.checksumPartial = true;
            packet.segmentSize = 1448;
            final String rest = " " + headers + " 1448 " + (headers - 20) + " 16";

            assertEquals("1 " + (v4 ? 1 : 4) + rest, written(packet));

            packet.header.putByte(headers - 20 + 13, (byte) (Segment.ACK | Segment.CWR));
            assertEquals("1 " + (v4 ? 0x81 : 0x84) + rest, written(packet));
        }
    }
}
