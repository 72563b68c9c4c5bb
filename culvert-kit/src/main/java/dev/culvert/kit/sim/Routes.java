package dev.culvert.kit.sim;

import dev.culvert.wire.IpAddress;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Which link leads to which address. */
final class Routes {
    private static final int V4_DESTINATION = 16;
    private static final int V6_DESTINATION = 24;

    private final Map<IpAddress, VirtualLink> links = new HashMap<>();
    private VirtualLink otherwise;

    void add(final IpAddress address, final VirtualLink link) {
        links.put(address, link);
    }

    void otherwise(final VirtualLink link) {
        otherwise = link;
    }

    /** The link that leads to the packet's destination; null when none does. */
    VirtualLink linkFor(final DirectBuffer packet) {
        if (links.isEmpty()) {
            return otherwise;
        }
        final boolean v4 = packet.getByte(0) >>> 4 == 4;
        final byte[] address = new byte[v4 ? 4 : 16];
        packet.getBytes(v4 ? V4_DESTINATION : V6_DESTINATION, address);
        return links.getOrDefault(IpAddress.of(address), otherwise);
    }
}
