package dev.culvert.kit.scenario;

import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Keeps count of one stack's connections by state, and passes every change on. */
final class StateWatch implements Probe {
    private record Key(IpAddress local, int localPort, IpAddress remote, int remotePort) {}

    private final Map<Key, TcpState> states = new HashMap<>();
    private final String stack;
    private final StateListener next;

    StateWatch(final String stack, final StateListener next) {
        this.stack = stack;
        this.next = next;
    }

    @Override
    public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
        final Key key = new Key(
                new IpAddress(flow.localHi(), flow.localLo()),
                flow.localPort(),
                new IpAddress(flow.remoteHi(), flow.remoteLo()),
                flow.remotePort());
        if (to == TcpState.CLOSED || to == TcpState.LISTEN) {
            states.remove(key);
        } else {
            states.put(key, to);
        }
        next.onStateChange(stack, flow, from, to, nowNs);
    }

    /** How many connections are in which state; CLOSED ones do not count. */
    Map<TcpState, Integer> counts() {
        final Map<TcpState, Integer> counts = new EnumMap<>(TcpState.class);
        states.values().forEach(state -> counts.merge(state, 1, Integer::sum));
        return counts;
    }
}
