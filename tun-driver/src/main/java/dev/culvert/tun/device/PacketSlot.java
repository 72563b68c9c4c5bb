package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A copy of a packet that has to wait, and all that its device or stack said about it. Reused. */
final class PacketSlot {
    private static final int SMALLEST = 2048;

    /** When it arrives, ns of the device's clock. */
    long releaseNs;

    private final PacketMetadata metadata = new PacketMetadata();
    private UnsafeBuffer bytes = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SMALLEST, Long.BYTES));
    private int length;

    void copyFrom(final DirectBuffer buffer, final int offset, final int packetLength, final PacketMetadata from) {
        reserve(packetLength);
        bytes.putBytes(0, buffer, offset, packetLength);
        metadata.copyFrom(from);
    }

    void copyFrom(final PacketSlot other) {
        copyFrom(other.bytes, 0, other.length, other.metadata);
    }

    private void reserve(final int packetLength) {
        if (packetLength > bytes.capacity()) {
            bytes = new UnsafeBuffer(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH, Long.BYTES));
        }
        length = packetLength;
    }

    /** Flips one bit; the argument is taken modulo the number of bits. */
    void flipBit(final int bit) {
        final int index = Integer.remainderUnsigned(bit, length * Byte.SIZE);
        bytes.putByte(index / Byte.SIZE, (byte) (bytes.getByte(index / Byte.SIZE) ^ 1 << index % Byte.SIZE));
    }

    void deliver(final PacketHandler handler) {
        handler.onPacket(bytes, 0, length, metadata);
    }

    /** Describes itself as a packet on its way out, all of it as one piece; valid until the slot is reused. */
    OutboundPacket describe(final OutboundPacket packet) {
        packet.clear().addPiece(bytes.addressOffset(), length);
        return packet;
    }
}
