package dev.culvert.tcp;

import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.wire.Flow;

/** Two probes as one. */
record ProbePair(Probe first, Probe second) implements Probe {
    @Override
    public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
        first.onStateChange(flow, from, to, nowNs);
        second.onStateChange(flow, from, to, nowNs);
    }

    @Override
    public void onSent(final Tcb tcb, final int from, final int to, final long nowNs) {
        first.onSent(tcb, from, to, nowNs);
        second.onSent(tcb, from, to, nowNs);
    }

    @Override
    public void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {
        first.onAck(tcb, seg, facts);
        second.onAck(tcb, seg, facts);
    }

    @Override
    public void onListener(final long listener, final TcpState from, final TcpState to) {
        first.onListener(listener, from, to);
        second.onListener(listener, from, to);
    }
}
