package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A bounded ring of packets between two threads, with all that a device or a stack has said about them. Packets are copied in:
 * an ACK may free what a packet points to before the other thread has got to it.
 *
 * <pre>
 *   0              4                  8                   12
 *   | segment size | header | transp. | queue or checksum | packet ...
 * </pre>
 */
final class PacketRing {
    private static final int RECORD_TYPE = 1;
    private static final int SEGMENT_SIZE = 0;
    private static final int HEADER_LENGTH = 4;
    private static final int TRANSPORT_OFFSET = 6;
    private static final int QUEUE = 8;
    private static final int CHECKSUM = 10;
    private static final int PACKET = 12;
    /** The largest packet with everything around it. */
    static final int LARGEST_RECORD = OutboundPacket.MAX_LENGTH + PACKET + 3 * Long.BYTES;

    private static final PacketMetadata.ChecksumState[] CHECKSUM_STATES = PacketMetadata.ChecksumState.values();

    private final UnsafeBuffer memory;
    private final OneToOneRingBuffer ring;
    private final MessageHandler toHandler = this::handOver;
    private final MessageHandler toDevice = this::describe;
    private final PacketMetadata metadata = new PacketMetadata();
    private final OutboundPacket packet = new OutboundPacket();
    private PacketHandler handler;
    private PacketDevice device;

    /** With room for so many bytes, a power of two and at least eight of the largest packets. */
    PacketRing(final int capacityBytes) {
        memory = new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES));
        ring = new OneToOneRingBuffer(memory);
    }

    /** Free bytes. Either thread; the other one may change it meanwhile, in the good direction. */
    int free() {
        return ring.capacity() - ring.size();
    }

    boolean isEmpty() {
        return ring.consumerPosition() == ring.producerPosition();
    }

    // ------------------------------------------------------------------ packets that come in

    /** Puts a packet in; false when there is no room. */
    boolean offer(final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata about) {
        final int index = ring.tryClaim(RECORD_TYPE, PACKET + length);
        if (index < 0) {
            return false;
        }
        memory.putInt(index + SEGMENT_SIZE, about.segmentSize);
        memory.putShort(index + QUEUE, (short) about.queue);
        memory.putByte(index + CHECKSUM, (byte) about.checksum.ordinal());
        memory.putBytes(index + PACKET, buffer, offset, length);
        ring.commit(index);
        return true;
    }

    /** Hands over up to {@code limit} packets; returns how many. */
    int poll(final PacketHandler to, final int limit) {
        handler = to;
        return ring.read(toHandler, limit);
    }

    private void handOver(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        metadata.segmentSize = buffer.getInt(index + SEGMENT_SIZE);
        metadata.queue = buffer.getShort(index + QUEUE);
        metadata.checksum = CHECKSUM_STATES[buffer.getByte(index + CHECKSUM)];
        handler.onPacket(memory, index + PACKET, length - PACKET, metadata);
    }

    // ------------------------------------------------------------------ packets that go out

    /** Puts a packet in; false when there is no room. */
    boolean offer(final OutboundPacket outbound) {
        final int index = ring.tryClaim(RECORD_TYPE, PACKET + outbound.length());
        if (index < 0) {
            return false;
        }
        memory.putInt(index + SEGMENT_SIZE, outbound.segmentSize);
        memory.putShort(index + HEADER_LENGTH, (short) outbound.headerLength);
        memory.putShort(index + TRANSPORT_OFFSET, (short) outbound.transportOffset);
        memory.putByte(index + CHECKSUM, (byte) (outbound.checksumPartial ? 1 : 0));
        outbound.copyTo(memory, index + PACKET);
        ring.commit(index);
        return true;
    }

    /** Sends up to {@code limit} packets; returns how many. */
    int poll(final PacketDevice to, final int limit) {
        device = to;
        return ring.read(toDevice, limit);
    }

    private void describe(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        packet.clear();
        packet.segmentSize = buffer.getInt(index + SEGMENT_SIZE);
        packet.headerLength = buffer.getShort(index + HEADER_LENGTH);
        packet.transportOffset = buffer.getShort(index + TRANSPORT_OFFSET);
        packet.checksumPartial = buffer.getByte(index + CHECKSUM) != 0;
        final int start = index + PACKET;
        packet.header.putBytes(0, memory, start, packet.headerLength);
        final int payload = length - PACKET - packet.headerLength;
        if (payload > 0) {
            packet.addPiece(memory.addressOffset() + start + packet.headerLength, payload);
        }
        device.transmit(packet);
    }
}
