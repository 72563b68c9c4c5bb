package dev.culvert.kit.sim;

import java.util.EnumMap;
import java.util.Map;

/** What one direction of a virtual link has done so far. */
public final class LinkCounts {
    private final Map<LinkDrop, Long> drops = new EnumMap<>(LinkDrop.class);
    long packets;
    long bytes;
    long duplicated;
    long reordered;
    long damaged;
    long marked;
    long largestQueueBytes;

    void drop(final LinkDrop cause) {
        drops.merge(cause, 1L, Long::sum);
    }

    /** Packets that the link took in. */
    public long packets() {
        return packets;
    }

    /** Bytes in these packets, IP headers included. */
    public long bytes() {
        return bytes;
    }

    /** Packets that arrived twice. */
    public long duplicated() {
        return duplicated;
    }

    /** Packets that were held back. */
    public long reordered() {
        return reordered;
    }

    /** Packets whose bytes were changed or cut. */
    public long damaged() {
        return damaged;
    }

    /** Packets that were marked (ECN) because too much was waiting. */
    public long marked() {
        return marked;
    }

    /** Most bytes that have waited for the rate. */
    public long largestQueueBytes() {
        return largestQueueBytes;
    }

    /** Packets lost for this cause. */
    public long dropped(final LinkDrop cause) {
        return drops.getOrDefault(cause, 0L);
    }
}
