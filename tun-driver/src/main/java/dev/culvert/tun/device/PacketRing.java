package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/**
 * Packets on their way to the thread of a stack, copied: whoever puts them in goes on with its own buffers at once. A record is the
 * segment size and checksum state, and the packet.
 */
public final class PacketRing {
    private static final int RECORD_TYPE = 1;
    private static final int SEGMENT_SIZE = 0;
    private static final int CHECKSUM = 4;
    private static final int HEADER = 8;
    /** Bytes that a packet takes beside itself, at most. */
    private static final int OVERHEAD = RecordDescriptor.HEADER_LENGTH + HEADER + Long.BYTES;

    private static final ChecksumState[] STATES = ChecksumState.values();

    private final UnsafeBuffer memory = RingMemory.allocate();
    private final RingBuffer ring;
    private final MessageHandler handler = this::onRecord;
    private final PacketMetadata metadata = new PacketMetadata();
    private PacketHandler receiver;

    private PacketRing(final boolean manyProducers) {
        ring = manyProducers ? new ManyToOneRingBuffer(memory) : new OneToOneRingBuffer(memory);
    }

    /** A ring that one thread fills. */
    public static PacketRing ofOne() {
        return new PacketRing(false);
    }

    /** A ring that any thread fills. */
    public static PacketRing ofMany() {
        return new PacketRing(true);
    }

    /** Copies a packet in; false when there is no room. */
    public boolean offer(final DirectBuffer packet, final int offset, final int length, final PacketMetadata about) {
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

    /** Hands over up to {@code limit} packets; returns how many. The stack's thread. */
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
        return (ring.capacity() - ring.size()) / (OVERHEAD + packetLength);
    }

    /** Whether the largest packet would find room now. Any thread; others may be quicker. */
    boolean hasRoom() {
        return room(OutboundPacket.MAX_LENGTH) > 0;
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return ring.consumerPosition() == ring.producerPosition();
    }
}
