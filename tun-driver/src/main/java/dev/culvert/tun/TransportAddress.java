package dev.culvert.tun;

import dev.culvert.wire.IpAddress;

/**
 * One end of a connection: an IP address and a port. Immutable; any thread.
 *
 * @param address IPv4 or IPv6
 * @param port 0 to 65,535; 0 lets the stack choose
 */
public record TransportAddress(IpAddress address, int port) {
    /** Refuses ports out of range. */
    public TransportAddress {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is outside 0 to 65535");
        }
    }

    /**
     * From an address in text and a port; names are not resolved.
     *
     * @throws IllegalArgumentException when the text is no address or the port is out of range
     */
    public static TransportAddress of(final String address, final int port) {
        return new TransportAddress(IpAddress.parse(address), port);
    }

    /** As {@code 10.83.0.2:80} or {@code [fd83::2]:80}. */
    @Override
    public String toString() {
        return IpAddress.withPort(address.hi(), address.lo(), port);
    }
}
