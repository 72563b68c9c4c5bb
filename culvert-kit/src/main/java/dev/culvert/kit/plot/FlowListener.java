package dev.culvert.kit.plot;

import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.congestion.AckFacts;

/** Is told what the connections of several stacks send and how they are acknowledged. Arguments must not be kept. */
public interface FlowListener {
    /** Does nothing. */
    FlowListener NONE = new FlowListener() {};

    /** Sequence numbers from {@code from} up to {@code to} were sent, for the first time or again. */
    default void onSent(final String stack, final Tcb tcb, final int from, final int to, final long nowNs) {}

    /** An acknowledgement was processed, by one who has something in flight. */
    default void onAck(final String stack, final Tcb tcb, final Segment seg, final AckFacts facts) {}

    /** Both are told, this one first. */
    default FlowListener and(final FlowListener other) {
        final FlowListener first = this;
        return new FlowListener() {
            @Override
            public void onSent(final String stack, final Tcb tcb, final int from, final int to, final long nowNs) {
                first.onSent(stack, tcb, from, to, nowNs);
                other.onSent(stack, tcb, from, to, nowNs);
            }

            @Override
            public void onAck(final String stack, final Tcb tcb, final Segment seg, final AckFacts facts) {
                first.onAck(stack, tcb, seg, facts);
                other.onAck(stack, tcb, seg, facts);
            }
        };
    }
}
