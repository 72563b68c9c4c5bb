package dev.culvert.fuzz;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.tun.device.VirtioHeader;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import dev.culvert.wire.SegmentSplitter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A packet of any bytes behind a virtio header of any bytes, cut into what it is on a wire. The first byte of the input says
 * whether lengths and checksums are put right first, then follow the fields of the header, then the packet, which is
 * repeated to make it long enough to be cut.
 */
public final class OffloadTarget {
    private static final int HEADER = 10;
    private static final int LONGEST = 9_000;

    private static final SegmentSplitter SPLITTER = new SegmentSplitter();

    private final byte[] received;
    private final PacketMetadata metadata = new PacketMetadata();

    private OffloadTarget(final Feed feed) {
        final int mode = feed.u8();
        final ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.nativeOrder());
        header.put((byte) feed.u8()).put((byte) feed.u8()).putShort((short) feed.u8());
        header.putShort((short) feed.u16()).putShort((short) feed.u8()).putShort((short) feed.u8());
        final byte[] packet = lengthened(feed.take(LONGEST), (mode >>> 1 & 7) * 1_000);
        if ((mode & 1) != 0) {
            Packets.repair(packet);
        }
        received = Arrays.copyOf(header.array(), HEADER + packet.length);
        System.arraycopy(packet, 0, received, HEADER, packet.length);
    }

    private static byte[] lengthened(final byte[] bytes, final int more) {
        final byte[] longer = Arrays.copyOf(bytes, bytes.length + (bytes.length == 0 ? 0 : more));
        for (int i = bytes.length; i < longer.length; i++) {
            longer[i] = longer[i - bytes.length];
        }
        return longer;
    }

    /**
     * Plays one input.
     *
     * @throws AssertionError a law is broken
     */
    public static void fuzzerTestOneInput(final byte[] data) {
        new OffloadTarget(new Feed(data)).play();
    }

    private void play() {
        final UnsafeBuffer buffer = new UnsafeBuffer(received);
        final byte[] before = received.clone();
        VirtioHeader.read(buffer, 0, received.length, metadata);
        final boolean completed = metadata.checksum == ChecksumState.VERIFIED && (received[0] & 1) != 0;
        Laws.hold(completed || Arrays.equals(before, received), "the packet was changed");
        if (metadata.problem != null) {
            return;
        }
        final List<byte[]> pieces = new ArrayList<>();
        final byte[] untouched = received.clone();
        final int count = SPLITTER.split(buffer, HEADER, received.length - HEADER, metadata, (b, offset, length) -> {
            final byte[] piece = new byte[length];
            b.getBytes(offset, piece);
            pieces.add(piece);
        });
        Laws.same(count, pieces.size(), "pieces");
        Laws.hold(Arrays.equals(untouched, received), "cutting has changed the packet");
        final byte[] whole = Arrays.copyOfRange(received, HEADER, received.length);
        if (count > 1) {
            checkCut(whole, pieces);
        } else if (metadata.checksum != ChecksumState.PARTIAL) {
            Laws.hold(Arrays.equals(whole, pieces.get(0)), "a packet that needs nothing was changed");
        }
    }

    /** Put together by bytes alone: headers as the first piece has them, texts one after the other. */
    private void checkCut(final byte[] whole, final List<byte[]> pieces) {
        final ByteBuffer first = ByteBuffer.wrap(whole);
        final boolean v4 = whole[0] >>> 4 == 4;
        final int ip = pieces.get(0).length - ipPayload(pieces.get(0), v4);
        final int total = v4 ? first.getShort(2) & 0xffff : 40 + (first.getShort(4) & 0xffff);
        final int transport = v4 ? (whole[0] & 15) * 4 : transportV6(whole);
        final int headers = transport + ((whole[transport + 12] & 0xf0) >>> 2);
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < pieces.size(); i++) {
            final byte[] piece = pieces.get(i);
            final boolean last = i == pieces.size() - 1;
            final int length = piece.length - headers;
            Laws.hold(last ? length <= metadata.segmentSize : length == metadata.segmentSize, "length of a piece");
            Laws.same(
                    first.getInt(transport + 4) + text.size(),
                    ByteBuffer.wrap(piece).getInt(transport + 4),
                    "SEQ");
            final int gone = (i > 0 ? 0x80 : 0) | (last ? 0 : 0x09);
            Laws.same(whole[transport + 13] & ~gone & 0xff, piece[transport + 13] & 0xff, "control bits");
            Laws.same(piece.length, ip + ipPayload(piece, v4), "length of the IP packet");
            text.write(piece, headers, length);
            checkChecksums(piece);
        }
        Laws.hold(
                Arrays.equals(Arrays.copyOfRange(whole, headers, total), text.toByteArray()),
                "the text is not the same");
    }

    private static int ipPayload(final byte[] packet, final boolean v4) {
        final ByteBuffer bytes = ByteBuffer.wrap(packet);
        return v4 ? (bytes.getShort(2) & 0xffff) - (packet[0] & 15) * 4 : bytes.getShort(4) & 0xffff;
    }

    /** Behind extension headers (RFC 8200 §4, RFC 4302 §2.2). */
    private static int transportV6(final byte[] packet) {
        int next = packet[6] & 0xff;
        int at = 40;
        while (next != 6) {
            final int words = packet[at + 1] & 0xff;
            final int length = next == 44 ? 8 : next == 51 ? (words + 2) * 4 : (words + 1) * 8;
            next = packet[at] & 0xff;
            at += length;
        }
        return at;
    }

    /** By the kit's decoder, which is stricter than the stack in other things. */
    private static void checkChecksums(final byte[] piece) {
        try {
            PacketDecoder.tcp(piece);
        } catch (final PacketDecoder.BadPacket bad) {
            Laws.hold(!String.valueOf(bad.getMessage()).contains("checksum"), bad.getMessage());
        }
    }
}
