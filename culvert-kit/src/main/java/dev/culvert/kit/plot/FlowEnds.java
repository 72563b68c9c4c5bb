package dev.culvert.kit.plot;

import dev.culvert.wire.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** The names of a stack's connections, each made once while it is among those heard of lately. Single-threaded. */
final class FlowEnds {
    private static final int KEPT = 1_024;
    private static final int BUCKETS = 2_048;
    private static final float LOAD = 0.75f;

    private record Key(
            long id, long localHi, long localLo, int localPort, long remoteHi, long remoteLo, int remotePort) {}

    private final String stack;
    private final Map<Key, FlowEnd> ends = new LinkedHashMap<>(BUCKETS, LOAD, true) {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<Key, FlowEnd> eldest) {
            return size() > KEPT;
        }
    };

    FlowEnds(final String stack) {
        this.stack = stack;
    }

    /** Two shards of a stack may use the same identifier, but not for the same addresses and ports. */
    FlowEnd of(
            final long id,
            final long localHi,
            final long localLo,
            final int localPort,
            final long remoteHi,
            final long remoteLo,
            final int remotePort) {
        final Key key = new Key(id, localHi, localLo, localPort, remoteHi, remoteLo, remotePort);
        return ends.computeIfAbsent(
                key,
                unknown -> new FlowEnd(
                        stack,
                        id,
                        IpAddress.withPort(localHi, localLo, localPort),
                        IpAddress.withPort(remoteHi, remoteLo, remotePort)));
    }
}
