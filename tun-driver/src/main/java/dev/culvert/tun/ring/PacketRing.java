package dev.culvert.tun.ring;

import dev.culvert.tun.device.PacketHandler;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Packets that other shards hand over to one, copied: each producer goes on with its own buffers at once. Any thread offers;
 * one thread drains. A record is the segment size and checksum state, and the packet.
 */
public final class PacketRing {
    /** Room for packets of all other shards, in bytes; pages that were never written to take no memory. */
    private static final int CAPACITY = 8 << 20;

    private static final int RECORD_TYPE = 1;
    private static final int SEGMENT_SIZE = 0;
    private static final int CHECKSUM = 4;
    private static final int HEADER = 8;
    private static final ChecksumState[] STATES = ChecksumState.values();

    private final UnsafeBuffer memory = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES));
    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(memory);
    private final MessageHandler handler = this::onRecord;
    private final PacketMetadata metadata = new PacketMetadata();
    private PacketHandler receiver;

    /** Copies a packet in; false when there is no room. Any thread. */
    public boolean offer(
            final DirectBuffer packet, final int offset, final int length, final PacketMetadata about) {
        final int index = ring.tryClaim(RECORD_TYPE, HEADER + length);
        if (index < 0) {
            return false;
        }
        memory.putInt(index + SEGMENT_SIZE, about.segmentSize);
        memory.putInt(index + CHECKSUM, about.checksum.ordinal());
        memory.putBytes(index + HEADER, packet, offset, length);
        ring.commit(index);
        return true;
    }

    /** Hands over up to {@code limit} packets; returns how many. One thread. */
    public int drain(final PacketHandler to, final int limit) {
        receiver = to;
        return ring.read(handler, limit);
    }

    private void onRecord(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        metadata.reset();
        metadata.segmentSize = memory.getInt(index + SEGMENT_SIZE);
        metadata.checksum = STATES[memory.getInt(index + CHECKSUM)];
        receiver.onPacket(memory, index + HEADER, length - HEADER, metadata);
    }

    /** How many packets of this length would find room now. Any thread; others may be quicker. */
    public int room(final int packetLength) {
        return (CAPACITY - ring.size()) / (RecordDescriptor.HEADER_LENGTH + HEADER + packetLength + Long.BYTES);
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return ring.consumerPosition() == ring.producerPosition();
    }
}
