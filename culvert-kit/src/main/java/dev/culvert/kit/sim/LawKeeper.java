package dev.culvert.kit.sim;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.script.WireLaws;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds every segment that one host sends against {@link WireLaws}, one set of them per connection. */
final class LawKeeper {
    private final Map<Long, WireLaws> laws = new HashMap<>();
    private final String name;
    private final int mtu;

    LawKeeper(final String name, final int mtu) {
        this.name = name;
        this.mtu = mtu;
    }

    /** A packet reaches the host. */
    void received(final Frame frame) {
        final PacketDecoder.Decoded packet;
        try {
            packet = decode(frame);
        } catch (final PacketDecoder.BadPacket | IndexOutOfBoundsException damaged) {
            return; // the stack drops it too; not every damage makes a packet invalid, so only looking tells
        }
        if (packet != null) {
            lawsOf(packet, packet.ends().destinationPort(), packet.ends().sourcePort())
                    .received(packet.segment());
        }
    }

    /** The host sends a packet. */
    void sent(final Frame frame, final long nowNs) {
        final PacketDecoder.Decoded packet = decode(frame);
        if (packet == null) {
            return;
        }
        final Segment segment = packet.segment();
        final List<String> broken = lawsOf(
                        packet, packet.ends().sourcePort(), packet.ends().destinationPort())
                .sent(segment, nowNs);
        if (!broken.isEmpty()) {
            throw new SimulationFailure(name + " sent " + segment + ": " + String.join("; ", broken) + " (ports "
                    + packet.ends().sourcePort() + " and " + packet.ends().destinationPort() + ")");
        }
    }

    private WireLaws lawsOf(final PacketDecoder.Decoded packet, final int localPort, final int remotePort) {
        final int headers = packet.ends().source().isV4() ? 40 : 60;
        return laws.computeIfAbsent((long) localPort << 16 | remotePort, ports -> new WireLaws(mtu - headers, null));
    }

    private static PacketDecoder.Decoded decode(final Frame frame) {
        final byte[] bytes = new byte[frame.length];
        frame.bytes.getBytes(0, bytes);
        return PacketDecoder.isTcp(bytes) ? PacketDecoder.tcp(bytes) : null;
    }
}
