package dev.culvert.tun.device;

import dev.culvert.wire.PacketMetadata;
import org.agrona.concurrent.UnsafeBuffer;

/** Takes the packets that a device has received, on the thread that called {@link PacketDevice#receive}. */
@FunctionalInterface
public interface PacketHandler {
    /** One IP packet: {@code length} bytes at {@code offset}. Buffer and metadata are only valid during the call. */
    void onPacket(UnsafeBuffer buffer, int offset, int length, PacketMetadata metadata);
}
