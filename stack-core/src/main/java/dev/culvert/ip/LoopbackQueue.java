package dev.culvert.ip;

import dev.culvert.buffer.Memory;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packets from us to us, waiting for the next turn: a bounded ring of bytes, taken from the shard's memory when the first one
 * comes. A record is its length, its segment size and checksum state, and the packet. Shard's thread only.
 */
final class LoopbackQueue {
    private static final int CAPACITY = 4 << 20;
    private static final int HEADER = 8;
    private static final int SKIP = -1;
    private static final int PARTIAL = 1 << 31;

    private final Memory memory;
    private final UnsafeBuffer ring = new UnsafeBuffer(0, 0);
    private final PacketMetadata metadata = new PacketMetadata();
    private int head;
    private int tail;
    private int used;
    private int packets;

    LoopbackQueue(final Memory memory) {
        this.memory = memory;
    }

    int packets() {
        return packets;
    }

    /** Copies a packet in; false when there is no room. */
    boolean offer(final OutboundPacket packet) {
        if (ring.capacity() == 0 && !map()) {
            return false;
        }
        final int record = align(HEADER + packet.length());
        final int toEnd = CAPACITY - tail;
        final int needed = record <= toEnd ? record : toEnd + record;
        if (used + needed > CAPACITY) {
            return false;
        }
        if (record > toEnd) {
            ring.putInt(tail, SKIP);
            tail = 0;
        }
        ring.putInt(tail, packet.length());
        ring.putInt(tail + 4, packet.segmentSize | (packet.checksumPartial ? PARTIAL : 0));
        packet.copyTo(ring, tail + HEADER);
        tail = (tail + record) % CAPACITY;
        used += needed;
        packets++;
        return true;
    }

    private boolean map() {
        final long address = memory.allocate(CAPACITY);
        if (address == 0) {
            return false;
        }
        ring.wrap(address, CAPACITY);
        return true;
    }

    /** Hands over the oldest packet; what is offered meanwhile comes later. */
    void poll(final IpInput input, final long nowNs) {
        if (ring.getInt(head) == SKIP) {
            used -= CAPACITY - head;
            head = 0;
        }
        final int length = ring.getInt(head);
        final int attributes = ring.getInt(head + 4);
        metadata.reset();
        metadata.segmentSize = attributes & ~PARTIAL;
        metadata.checksum = attributes < 0 ? ChecksumState.PARTIAL : ChecksumState.COMPLETE;
        input.arrive(ring, head + HEADER, length, metadata, nowNs);
        final int record = align(HEADER + length);
        head = (head + record) % CAPACITY;
        used -= record;
        packets--;
    }

    private static int align(final int length) {
        return length + 7 & ~7;
    }
}
