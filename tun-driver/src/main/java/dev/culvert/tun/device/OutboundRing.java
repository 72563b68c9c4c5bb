package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;

/**
 * Packets on their way from the thread of a stack to that of a writer, copied: an ACK may free what a packet points to before the
 * writer comes to it. A record is what the stack has said about a packet, and the packet.
 */
final class OutboundRing {
    private static final int RECORD_TYPE = 1;
    private static final int SEGMENT_SIZE = 0;
    private static final int HEADER_LENGTH = 4;
    private static final int TRANSPORT_OFFSET = 6;
    private static final int CHECKSUM_PARTIAL = 8;
    private static final int HEADER = 12;
    /** Bytes that the largest packet takes with all that is around it. */
    private static final int LARGEST = RecordDescriptor.HEADER_LENGTH + HEADER + OutboundPacket.MAX_LENGTH + Long.BYTES;

    private final UnsafeBuffer memory = RingMemory.allocate();
    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(memory);
    private final MessageHandler handler = this::onRecord;
    private final OutboundPacket packet = new OutboundPacket();
    private PacketDevice receiver;

    /** Copies a packet in; false when there is no room. The stack's thread. */
    boolean offer(final OutboundPacket outbound) {
        final int index = ring.tryClaim(RECORD_TYPE, HEADER + outbound.length());
        if (index < 0) {
            return false;
        }
        memory.putInt(index + SEGMENT_SIZE, outbound.segmentSize);
        memory.putShort(index + HEADER_LENGTH, (short) outbound.headerLength);
        memory.putShort(index + TRANSPORT_OFFSET, (short) outbound.transportOffset);
        memory.putByte(index + CHECKSUM_PARTIAL, (byte) (outbound.checksumPartial ? 1 : 0));
        outbound.copyTo(memory, index + HEADER);
        ring.commit(index);
        return true;
    }

    /** Sends up to {@code limit} packets; returns how many. The writer's thread. */
    int drain(final PacketDevice to, final int limit) {
        receiver = to;
        return ring.read(handler, limit);
    }

    private void onRecord(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        packet.clear();
        packet.segmentSize = memory.getInt(index + SEGMENT_SIZE);
        packet.headerLength = memory.getShort(index + HEADER_LENGTH);
        packet.transportOffset = memory.getShort(index + TRANSPORT_OFFSET);
        packet.checksumPartial = memory.getByte(index + CHECKSUM_PARTIAL) != 0;
        final int start = index + HEADER;
        packet.header.putBytes(0, memory, start, packet.headerLength);
        final int payload = length - HEADER - packet.headerLength;
        if (payload > 0) {
            packet.addPiece(memory.addressOffset() + start + packet.headerLength, payload);
        }
        receiver.transmit(packet);
    }

    /** Whether so many of the largest packets would find room. */
    boolean hasRoom(final int packets) {
        return ring.capacity() - ring.size() >= packets * LARGEST;
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        return ring.consumerPosition() == ring.producerPosition();
    }
}
