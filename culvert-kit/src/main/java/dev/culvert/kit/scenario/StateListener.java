package dev.culvert.kit.scenario;

import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;

/** Hears of every change of a connection's state in every stack of a run, on the run's thread. */
@FunctionalInterface
public interface StateListener {
    /** Listens to nothing. */
    StateListener NONE = (stack, flow, from, to, nowNs) -> {};

    /**
     * A connection changed its state.
     *
     * @param stack the stack's name in the scenario
     * @param flow the 4-tuple; valid during the call
     * @param nowNs virtual time
     */
    void onStateChange(String stack, Flow flow, TcpState from, TcpState to, long nowNs);
}
