package dev.culvert.bench.load;

import dev.culvert.wire.PacketMetadata.ChecksumState;

/** How packets reach the stack, and what the device does about checksums on both ways. */
public enum Delivery {
    /** As on a wire: one packet of 1,500 bytes per segment, checksums in software. */
    WIRE(1, false),
    /** One packet of 1,500 bytes per segment; the device sees to checksums (virtio DATA_VALID, NEEDS_CSUM). */
    VERIFIED(1, true),
    /** As {@link #VERIFIED}, in super-segments of 45 wire segments each (virtio GSO): nearly 64 KiB of text. */
    SUPER_SEGMENTS(45, true);

    /** Wire segments in one full packet. */
    public final int wireSegments;
    /** Whether the device completes and verifies transport checksums. */
    public final boolean offload;

    Delivery(final int wireSegments, final boolean offload) {
        this.wireSegments = wireSegments;
        this.offload = offload;
    }

    ChecksumState checksumState() {
        return offload ? ChecksumState.VERIFIED : ChecksumState.COMPLETE;
    }
}
