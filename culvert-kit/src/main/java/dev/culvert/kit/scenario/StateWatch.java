package dev.culvert.kit.scenario;

import dev.culvert.kit.plot.FlowListener;
import dev.culvert.kit.plot.FlowRing;
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
    /** It never holds more than one acknowledgement and its SACK blocks. */
    private static final int RING_BYTES = 4_096;

    private record Key(IpAddress local, int localPort, IpAddress remote, int remotePort) {}

    private final Map<Key, TcpState> states = new HashMap<>();
    private final String stack;
    private final StateListener next;
    private final FlowListener flows;
    private final FlowRing ring;

    StateWatch(final String stack, final StateListener next, final FlowListener flows) {
        this.stack = stack;
        this.next = next;
        this.flows = flows;
        ring = flows == FlowListener.NONE ? null : new FlowRing(stack, RING_BYTES, 0);
    }

    @Override
    public void onSent(final Tcb tcb, final int from, final int to, final long nowNs) {
        if (ring != null) {
            ring.onSent(tcb, from, to, nowNs);
            ring.drain(flows);
        }
    }

    @Override
    public void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {
        if (ring != null) {
            ring.onAck(tcb, seg, facts);
            ring.drain(flows);
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
