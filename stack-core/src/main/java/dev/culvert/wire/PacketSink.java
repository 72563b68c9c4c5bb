package dev.culvert.wire;

/** Where a shard's packets go: a TUN queue, a virtual link, a test. Called on the shard's thread. */
@FunctionalInterface
public interface PacketSink {
    /**
     * Takes one packet. Header and payload are only valid during the call: write them or copy them.
     *
     * @return false when there is no room; the shard counts the packet as discarded and TCP repairs the loss
     */
    boolean transmit(OutboundPacket packet);

    /**
     * Whether another connection may have its turn: 32 of the largest packets and as many ACKs would be taken. While it says no,
     * text waits in its connection; nothing is lost.
     */
    default boolean hasRoom() {
        return true;
    }
}
