package dev.culvert.kit.explore;

import dev.culvert.tcp.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The two hosts of a model as automata. */
final class Hosts implements AutoCloseable {
    private final Model model;
    private final List<HostStates> states;

    Hosts(final Model model, final UnaryOperator<byte[]> device) {
        this(model, device, transition -> {});
    }

    /** As above; {@code meetings} hears of each transition that leads to a state to which another one has led before. */
    Hosts(final Model model, final UnaryOperator<byte[]> device, final Consumer<Transition> meetings) {
        this.model = model;
        states = List.of(new HostStates(model, 0, device, meetings), new HostStates(model, 1, device, meetings));
    }

    /** Whether one of them waits for the other; otherwise both open at once. */
    boolean listen() {
        return model.listens();
    }

    /** What an event does to a host in this state. */
    Transition after(final HostState state, final Event event) {
        return states.get(state.number).after(state, event);
    }

    /** Where everything begins. */
    World begin(final Budget budget) {
        return World.of(states.get(0).first(), states.get(1).first(), budget);
    }

    /** States of the two hosts so far. */
    long size() {
        return states.get(0).size() + states.get(1).size();
    }

    /** States that a connection has been in. */
    Set<TcpState> reached() {
        final Set<TcpState> both = EnumSet.noneOf(TcpState.class);
        states.forEach(host -> both.addAll(host.reached()));
        return both;
    }

    @Override
    public void close() {
        states.forEach(HostStates::close);
    }
}
