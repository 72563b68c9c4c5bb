package dev.culvert.kit.lab;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.wire.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Several hosts behind one address; ports stay as they are, so each host must use its own. Single-threaded. */
final class Nat {
    /** Nobody is behind anything. */
    static final Nat NONE = new Nat(IpAddress.ANY_V4, List.of());

    private final IpAddress shared;
    private final List<Host> inside;
    private final Map<Integer, IpAddress> byPort = new HashMap<>();

    Nat(final IpAddress shared, final List<Host> inside) {
        this.shared = shared;
        this.inside = inside;
    }

    /** The TCP packet as it is behind the translator. */
    byte[] translate(final byte[] packet) {
        final PacketDecoder.Decoded decoded = PacketDecoder.tcp(packet);
        final Endpoints ends = decoded.ends();
        if (inside.stream().anyMatch(host -> host.address().equals(ends.source()))) {
            byPort.put(ends.sourcePort(), ends.source());
            return PacketEncoder.tcp(
                    new Endpoints(shared, ends.sourcePort(), ends.destination(), ends.destinationPort()),
                    decoded.segment());
        }
        if (ends.destination().equals(shared) && byPort.containsKey(ends.destinationPort())) {
            final IpAddress to = byPort.get(ends.destinationPort());
            return PacketEncoder.tcp(
                    new Endpoints(ends.source(), ends.sourcePort(), to, ends.destinationPort()), decoded.segment());
        }
        return packet;
    }
}
