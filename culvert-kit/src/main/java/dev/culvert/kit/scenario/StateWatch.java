package dev.culvert.kit.scenario;

import dev.culvert.kit.plot.FlowListener;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.congestion.AckFacts;
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
    private final FlowListener flows;

    StateWatch(final String stack, final StateListener next, final FlowListener flows) {
        this.stack = stack;
        this.next = next;
        this.flows = flows;
    }

    @Override
    public void onSent(final Tcb tcb, final int from, final int to, final long nowNs) {
        flows.onSent(stack, tcb, from, to, nowNs);
    }

    @Override
    public void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {
        if (facts.inFlightBytes > 0 || facts.ackedBytes > 0) { // else it only receives
            flows.onAck(stack, tcb, seg, facts);
        }
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
