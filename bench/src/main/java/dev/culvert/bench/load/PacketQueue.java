package dev.culvert.bench.load;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Small packets on their way from one shard to another, without delay, in memory of its own. One thread. */
final class PacketQueue implements PacketSink {
    private static final int SLOT = 512;
    private static final int SLOTS = 2_048;

    private final UnsafeBuffer buffer =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(SLOTS * SLOT, 64), 0, SLOTS * SLOT);
    private final int[] lengths = new int[SLOTS];
    private int packets;

    @Override
    public boolean transmit(final OutboundPacket packet) {
        if (packets == SLOTS || packet.length() > SLOT) {
            throw new IllegalStateException("no room for packet " + packets + " of " + packet.length() + " bytes");
        }
        lengths[packets] = packet.copyTo(buffer, packets * SLOT);
        packets++;
        return true;
    }

    boolean isEmpty() {
        return packets == 0;
    }

    /** Lets them all arrive. */
    void deliverTo(final DrivenShard shard) {
        for (int i = 0; i < packets; i++) {
            shard.shard.onPacket(buffer, i * SLOT, lengths[i], shard.metadata, shard.nowNs);
        }
        packets = 0;
    }
}
