package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** An off-heap array of {@code struct iovec}: pairs of 64-bit address and length (writev(2)). */
final class IoVector {
    private static final int ENTRY = 2 * Long.BYTES;

    private final UnsafeBuffer entries =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned((1 + OutboundPacket.MAX_PIECES) * ENTRY, Long.BYTES));
    private int count;

    /** Describes a packet: its header with so many bytes of the headroom in front, then its pieces. */
    IoVector set(final OutboundPacket packet, final int lead) {
        count = 0;
        add(packet.header.addressOffset() - lead, lead + packet.headerLength);
        for (int i = 0; i < packet.pieces(); i++) {
            add(packet.pieceAddress(i), packet.pieceLength(i));
        }
        return this;
    }

    private void add(final long address, final int length) {
        final int at = count++ * ENTRY;
        entries.putLong(at, address);
        entries.putLong(at + Long.BYTES, length);
    }

    long address() {
        return entries.addressOffset();
    }

    int count() {
        return count;
    }
}
