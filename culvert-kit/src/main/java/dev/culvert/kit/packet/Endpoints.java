package dev.culvert.kit.packet;

import dev.culvert.wire.IpAddress;

/** Source and destination of a packet. */
public record Endpoints(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
    /** The way back. */
    public Endpoints reversed() {
        return new Endpoints(destination, destinationPort, source, sourcePort);
    }
}
