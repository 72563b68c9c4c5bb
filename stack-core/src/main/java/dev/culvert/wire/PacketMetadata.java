package dev.culvert.wire;

import dev.culvert.counters.DropReason;

/**
 * What a device knows of an incoming packet besides its bytes. Mutable and reused by the device; valid during the call that
 * passes it. The initial state describes a packet off a plain wire.
 */
public final class PacketMetadata {
    /** How far the transport checksum can be trusted. */
    public enum ChecksumState {
        /** The field is complete and must be verified. */
        COMPLETE,
        /** The field holds the pseudo-header sum only: the packet never left this host (virtio NEEDS_CSUM). */
        PARTIAL,
        /** Somebody trustworthy has verified it (virtio DATA_VALID). */
        VERIFIED
    }

    /** How far the transport checksum can be trusted. */
    public ChecksumState checksum = ChecksumState.COMPLETE;

    /** Payload bytes of each wire segment inside a super-segment; 0: the packet is one wire segment. */
    public int segmentSize;

    /** What the device could not make of the packet, which is to be dropped and counted; null: all is well. */
    public DropReason problem;

    /** The device queue that it came from. */
    public int queue;

    /**
     * The bytes stay where they are, in off-heap memory, until the stack has ended its batch: text may be read from there, and
     * needs no place in a receive buffer when the application takes it at once.
     */
    public boolean stays;

    /** Takes over what another device says of a packet whose bytes have been copied. */
    public void copyFrom(final PacketMetadata other) {
        checksum = other.checksum;
        segmentSize = other.segmentSize;
        problem = other.problem;
        queue = other.queue;
        stays = false;
    }

    /** Sets everything back to "one plain packet from queue 0". */
    public PacketMetadata reset() {
        checksum = ChecksumState.COMPLETE;
        segmentSize = 0;
        problem = null;
        queue = 0;
        stays = false;
        return this;
    }
}
