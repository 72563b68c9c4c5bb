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
    private int headerLength;
    private int transportOffset;
    private int segmentSize;
    private boolean checksumPartial;

    void copyFrom(final DirectBuffer buffer, final int offset, final int packetLength, final PacketMetadata from) {
        reserve(packetLength);
        bytes.putBytes(0, buffer, offset, packetLength);
        metadata.checksum = from.checksum;
        metadata.segmentSize = from.segmentSize;
        metadata.queue = from.queue;
    }

    void copyFrom(final OutboundPacket packet) {
        reserve(packet.length());
        packet.copyTo(bytes, 0);
        headerLength = packet.headerLength;
        transportOffset = packet.transportOffset;
        segmentSize = packet.segmentSize;
        checksumPartial = packet.checksumPartial;
    }

    void copyFrom(final PacketSlot other) {
        copyFrom(other.bytes, 0, other.length, other.metadata);
        headerLength = other.headerLength;
        transportOffset = other.transportOffset;
        segmentSize = other.segmentSize;
        checksumPartial = other.checksumPartial;
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

    /** Describes itself as a packet on its way out; valid until the slot is reused. */
    OutboundPacket describe(final OutboundPacket packet) {
        packet.clear();
        packet.header.putBytes(0, bytes, 0, headerLength);
        packet.headerLength = headerLength;
        packet.transportOffset = transportOffset;
        packet.segmentSize = segmentSize;
        packet.checksumPartial = checksumPartial;
        if (length > headerLength) {
            packet.addPiece(bytes.addressOffset() + headerLength, length - headerLength);
        }
        return packet;
    }
}
