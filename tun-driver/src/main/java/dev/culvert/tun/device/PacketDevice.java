package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;

/**
 * Something that IP packets go into and come out of: a TUN queue, or a decorator around another device. All methods belong
 * to one thread, except {@link #wakeUp}, {@link #mtu} and {@link #name}.
 */
public interface PacketDevice extends PacketSink, AutoCloseable {
    /**
     * Hands over up to {@code limit} packets that are there already; never waits. Packets whose metadata says that they stay do so
     * until the next call.
     *
     * @return how many packets were handed over; 0: nothing is there now
     * @throws DeviceException once, when the device has gone; afterwards the device stays silent
     */
    int receive(PacketHandler handler, int limit);

    /** Whether the last {@link #receive} has handed over fewer than it might have although the device was not empty. */
    default boolean mayHaveMore() {
        return false;
    }

    /**
     * Sends one packet, at once or with the next {@link #flush}. Header and payload are not looked at after the call.
     *
     * @return false when the packet was dropped: no room, link down, device gone; counted in {@link #transmitDrops}
     */
    @Override
    boolean transmit(OutboundPacket packet);

    /** Sends what {@link #transmit} has kept back and is due. Cheap when there is nothing to do. */
    void flush();

    /**
     * Sleeps until a packet can be received, {@link #wakeUp} is called or the time is over. May return early.
     *
     * @param timeoutNs at most this long; 0: only look; {@code Long.MAX_VALUE}: without limit
     * @return true when a packet can be received or somebody called {@link #wakeUp} since the last time
     */
    boolean await(long timeoutNs);

    /** Makes the current or the next {@link #await} return at once. Any thread; cheap when repeated; harmless once closed. */
    void wakeUp();

    /** Largest IP packet in bytes, headers included. */
    int mtu();

    /**
     * Whether {@link #transmit} takes super-segments of up to {@link OutboundPacket#MAX_LENGTH} bytes and completes checksums.
     * What {@link #receive} hands over says so itself.
     */
    default boolean offloads() {
        return false;
    }

    /** The interface's name. */
    String name();

    /** Packets that {@link #transmit} could not send because the kernel would not take them. Any thread. */
    long transmitDrops();

    /** Closes descriptors and files. Further calls do nothing. */
    @Override
    void close();
}
