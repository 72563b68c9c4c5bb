package dev.culvert.kit.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import dev.culvert.wire.SegmentSplitter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a super-segment is on a wire, put together again by the kit's strict decoder, which shares no code with the stack. */
class SegmentSplitterTest {
    private static final int FLAGS = Segment.ACK | Segment.PSH | Segment.FIN | Segment.CWR | Segment.ECE;

    private final SegmentSplitter splitter = new SegmentSplitter();
    private final PacketMetadata metadata = new PacketMetadata();

    private static Endpoints ends(final boolean v6) {
        final IpAddress from = IpAddress.parse(v6 ? "fd83::1" : "10.83.0.1");
        return new Endpoints(from, 40_000, IpAddress.parse(v6 ? "fd83::2" : "10.83.0.2"), 80);
    }

    private static byte[] text(final int length) {
        final byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static Segment large(final int length) {
        return Segment.of(FLAGS)
                .seq(-1000)
                .ack(77)
                .win(4321)
                .ts(5, 6)
                .sack(100, 200)
                .tos(2)
                .ttl(61)
                .text(text(length));
    }

    /** Leaves the checksum to the device. */
    private static byte[] partial(final byte[] packet) {
        packet[packet[0] >>> 4 == 4 ? 36 : 56] ^= (byte) 0x55;
        return packet;
    }

    private List<byte[]> split(final byte[] packet, final int segmentSize, final ChecksumState checksum) {
        final List<byte[]> pieces = new ArrayList<>();
        final byte[] placed = new byte[packet.length + 7];
        System.arraycopy(packet, 0, placed, 7, packet.length);
        metadata.reset().segmentSize = segmentSize;
        metadata.checksum = checksum;
        final int count =
                splitter.split(new UnsafeBuffer(placed), 7, packet.length, metadata, (buffer, offset, length) -> {
                    final byte[] piece = new byte[length];
                    buffer.getBytes(offset, piece);
                    pieces.add(piece);
                });
        assertEquals(count, pieces.size());
        return pieces;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void piecesTogetherAreTheWhole(final boolean v6) {
        for (final int length : new int[] {1, 999, 1000, 1001, 2000, 2001, 64_000, 65_000}) {
            final List<byte[]> pieces =
                    split(partial(PacketEncoder.tcp(ends(v6), large(length))), 1000, ChecksumState.PARTIAL);
            assertEquals((length + 999) / 1000, pieces.size());
            final ByteArrayOutputStream together = new ByteArrayOutputStream();
            for (int i = 0; i < pieces.size(); i++) {
                final PacketDecoder.Decoded decoded = PacketDecoder.tcp(pieces.get(i));
                final Segment piece = decoded.segment();
                final boolean last = i == pieces.size() - 1;
                assertEquals(ends(v6), decoded.ends());
                assertEquals(-1000 + together.size(), piece.seq);
                assertEquals(last ? length - together.size() : 1000, piece.len);
                int flags = i == 0 ? FLAGS : FLAGS & ~Segment.CWR;
                flags = last ? flags : flags & ~(Segment.FIN | Segment.PSH);
                assertEquals(flags, piece.flags);
                assertEquals(
                        List.of(77, 4321, 5, 6, 2, 61),
                        List.of(piece.ack, piece.win, piece.tsVal, piece.tsEcr, piece.tos, piece.ttl));
                assertEquals(List.of(new Segment.Block(100, 200)), piece.sack);
                together.writeBytes(piece.text);
            }
            assertArrayEquals(text(length), together.toByteArray());
        }
    }

    @Test
    void identificationsCountUp() {
        final byte[] packet = PacketEncoder.tcp(ends(false), large(3000));
        ByteBuffer.wrap(packet)
                .putShort(4, (short) 0xfffe)
                .putShort(6, (short) 0)
                .putShort(10, (short) 0);
        ByteBuffer.wrap(packet).putShort(10, (short) ~OnesSum.of(packet, 0, 20, 0));
        final List<byte[]> pieces = split(packet, 1000, ChecksumState.PARTIAL);

        for (int i = 0; i < 3; i++) {
            PacketDecoder.tcp(pieces.get(i));
            assertEquals(0xfffe + i & 0xffff, ByteBuffer.wrap(pieces.get(i)).getShort(4) & 0xffff);
        }
    }

    @Test
    void aPartialChecksumIsCompletedWhateverTheSize() {
        for (final int segmentSize : new int[] {0, 500, 1000}) {
            final byte[] whole = PacketEncoder.tcp(ends(true), large(500));
            assertArrayEquals(
                    whole,
                    split(partial(whole.clone()), segmentSize, ChecksumState.PARTIAL)
                            .get(0));
        }
        final byte[] empty = PacketEncoder.tcp(ends(false), Segment.of(Segment.ACK));
        assertArrayEquals(
                empty, split(partial(empty.clone()), 0, ChecksumState.PARTIAL).get(0));
    }

    @Test
    void aPlainPacketPassesAsItIsEvenWithAWrongChecksum() {
        final byte[] wrong = partial(PacketEncoder.tcp(ends(false), large(500)));

        assertArrayEquals(wrong, split(wrong, 0, ChecksumState.COMPLETE).get(0));
    }

    @Test
    void whatIsDamagedPassesAsItIs() {
        final byte[] whole = PacketEncoder.tcp(ends(false), large(5000));
        for (int cut = 0; cut < 80; cut++) {
            final byte[] part = Arrays.copyOf(whole, cut);
            assertArrayEquals(part, split(part, 1000, ChecksumState.PARTIAL).get(0));
        }
        final byte[] offset = whole.clone();
        offset[32] = 0x20; // a TCP header of 8 bytes
        assertArrayEquals(offset, split(offset, 1000, ChecksumState.PARTIAL).get(0));
    }

    @Test
    void packetsOnTheirWayOutAreCutAlike() {
        final byte[] whole = PacketEncoder.tcp(ends(false), large(2500));
        final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(whole.length, 8));
        memory.putBytes(0, whole);
        final int headers = whole.length - 2500;
        final OutboundPacket packet = new OutboundPacket().clear();
        packet.header.putBytes(0, whole, 0, headers);
        packet.headerLength = headers;
        packet.segmentSize = 1000;
        packet.checksumPartial = true;
        packet.addPiece(memory.addressOffset() + headers, 700);
        packet.addPiece(memory.addressOffset() + headers + 700, 1800);
        final List<byte[]> expected = split(whole, 1000, ChecksumState.PARTIAL);
        final List<byte[]> pieces = new ArrayList<>();
        splitter.split(packet, (buffer, offset, length) -> {
            final byte[] piece = new byte[length];
            buffer.getBytes(offset, piece);
            pieces.add(piece);
        });

        assertEquals(3, packet.wireSegments());
        assertEquals(3, pieces.size());
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(expected.get(i), pieces.get(i));
        }
    }
}
