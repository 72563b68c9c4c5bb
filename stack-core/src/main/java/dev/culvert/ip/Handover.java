package dev.culvert.ip;

import dev.culvert.wire.PacketMetadata;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The way from one shard to the others: a ring between threads, a queue in a simulation. Called on the thread of the shard that
 * the packet came to; the other one gets it through {@code Shard.onHandedOver}, later.
 */
@FunctionalInterface
public interface Handover {
    /** For a stack of one shard. */
    Handover NONE = (shard, buffer, offset, length, metadata) -> false;

    /**
     * Takes one packet for another shard. Bytes and metadata are only valid during the call: copy them.
     *
     * @param shard whose it is
     * @return false when there is no room: the packet is dropped and counted
     */
    boolean handOver(int shard, UnsafeBuffer buffer, int offset, int length, PacketMetadata metadata);
}
