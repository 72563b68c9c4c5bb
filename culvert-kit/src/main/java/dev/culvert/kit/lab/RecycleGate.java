package dev.culvert.kit.lab;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.wire.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What tcp_tw_recycle did until Linux 4.12, and what only the laboratory still has: instead of a record for each connection it
 * kept the last timestamp of each host, and dropped SYNs from there whose timestamp was older. Single-threaded.
 */
final class RecycleGate implements Predicate<PacketDecoder.Decoded> {
    private final Map<IpAddress, Integer> lastOfHost = new HashMap<>();
    private int dropped;

    @Override
    public boolean test(final PacketDecoder.Decoded packet) {
        final Segment segment = packet.segment();
        final IpAddress host = packet.ends().source();
        if (segment.tsVal == null) {
            return true;
        }
        if (segment.has(Segment.FIN)) {
            lastOfHost.put(host, segment.tsVal);
        }
        final boolean old =
                segment.has(Segment.SYN) && lastOfHost.containsKey(host) && lastOfHost.get(host) - segment.tsVal > 1;
        dropped += old ? 1 : 0;
        return !old;
    }

    /** SYNs that were dropped. */
    int dropped() {
        return dropped;
    }
}
