package dev.culvert.wire;

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

    /** The device queue that it came from. */
    public int queue;

    /** Sets everything back to "one plain packet from queue 0". */
    public PacketMetadata reset() {
        checksum = ChecksumState.COMPLETE;
        segmentSize = 0;
        queue = 0;
        return this;
    }
}
