package dev.culvert.kit.explore;

import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * A state that a host can be in: what the explorer has to know of it, one way that leads there, and what events do to it as
 * far as somebody has asked.
 */
final class HostState {
    /** A hash that no other state of this host has. */
    final long key;

    final String name;
    /** The host's number, 0 or 1. */
    final int number;
    /** The state before; null: this is the first one. */
    final HostState parent;
    /** What happened to that. */
    final Event event;
    /** How long until a timer runs out, in ns; {@code Long.MAX_VALUE}: never. */
    final long untilTimerNs;
    /** The step that each program of the application can take now; null: none. */
    final List<Step> steps;
    /** How far the application has come. */
    final Progress progress;
    /** What is left of connections when nothing can happen any more; empty: nothing. */
    final String leftovers;

    final Long2ObjectHashMap<Transition> known = new Long2ObjectHashMap<>(8, 0.65f);
    /** A host that is in this state now, or null. */
    ExploredHost live;

    HostState(final long key, final HostState parent, final Event event, final ExploredHost host) {
        this.key = key;
        this.parent = parent;
        this.event = event;
        name = host.name;
        number = host.number();
        untilTimerNs = host.untilTimerNs();
        steps = host.steps();
        progress = host.progress();
        leftovers = host.leftovers();
    }
}
