package dev.culvert.kit.explore;

import dev.culvert.kit.explore.Transition.Note;
import dev.culvert.kit.sim.SimulationFailure;
import dev.culvert.tcp.TcpState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * One host as an automaton, which is learnt while it is asked: an event in a state has been played on a real stack once, and
 * the answer is kept. That is what makes an exploration fast: hosts know nothing of each other, and so the states of one are
 * few where the states of the two together with the packets between them are many.
 */
final class HostStates implements AutoCloseable {
    /** Hosts that are kept in the state that they are in, in the hope that somebody asks what comes next. */
    private static final int MOST_LIVE = 128;

    private final Model model;
    private final int number;
    private final UnaryOperator<byte[]> device;
    private final Consumer<Transition> meetings;
    private final Long2ObjectHashMap<HostState> states = new Long2ObjectHashMap<>();
    private final Deque<HostState> live = new ArrayDeque<>();
    private final Set<TcpState> reached = EnumSet.noneOf(TcpState.class);
    private final HostState first;
    private long runs;

    /** The host with this number, with nothing done yet. */
    HostStates(final Model model, final int number, final UnaryOperator<byte[]> device) {
        this(model, number, device, transition -> {});
    }

    /** As above; {@code meetings} hears of each transition that leads to a state to which another one has led before. */
    HostStates(
            final Model model,
            final int number,
            final UnaryOperator<byte[]> device,
            final Consumer<Transition> meetings) {
        this.model = model;
        this.number = number;
        this.device = device;
        this.meetings = meetings;
        final ExploredHost host = new ExploredHost(model, number);
        first = new HostState(0, null, null, host);
        keep(first, host);
    }

    /** The state that everything begins with. */
    HostState first() {
        return first;
    }

    /** States found so far. */
    int size() {
        return states.size() + 1;
    }

    /** Events that a real stack was given for an answer. */
    long runs() {
        return runs;
    }

    /** States that the connection has been in. */
    Set<TcpState> reached() {
        return reached;
    }

    /** What an event does to the host in this state. */
    Transition after(final HostState state, final Event event) {
        final Transition known = state.known.get(event.key());
        if (known != null) {
            return known;
        }
        final Transition found = run(state, event);
        state.known.put(event.key(), found);
        return found;
    }

    private Transition run(final HostState state, final Event event) {
        runs++;
        final ExploredHost host = take(state);
        final Step step = event.what() == Event.What.STEP ? state.steps.get(event.program()) : null;
        String failure = "";
        try {
            host.happens(event);
        } catch (final SimulationFailure broken) {
            failure = broken.getMessage();
        } catch (final RuntimeException broken) {
            failure = state.name + " failed: " + broken;
        }
        final List<Note> notes = notes(host);
        final List<Packet> sent = notes.stream()
                .filter(note -> note.packet() != null)
                .map(Note::packet)
                .toList();
        final long nowNs = host.nowNs();
        final int before = states.size();
        final HostState after = failure.isEmpty() ? arrived(state, event, host) : null;
        if (after == null) {
            host.close();
        }
        final Transition transition = new Transition(state, event, step, nowNs, notes, sent, after, failure);
        if (after != null && states.size() == before) {
            meetings.accept(transition);
        }
        return transition;
    }

    /** The state to which a transition of another automaton of this host leads, reached on its way. */
    HostState along(final Transition way) {
        HostState state = first;
        for (final Event event : history(way.before())) {
            state = after(state, event).after();
        }
        return after(state, way.event()).after();
    }

    private List<Note> notes(final ExploredHost host) {
        final List<Note> notes = new ArrayList<>();
        for (final Object deed : host.deeds()) {
            if (deed instanceof TcpState state) {
                reached.add(state);
                notes.add(new Note(null, state));
            } else {
                final byte[] packet = (byte[]) deed;
                notes.add(new Note(Packet.of(1 - number, packet, device.apply(packet)), null));
            }
        }
        return List.copyOf(notes);
    }

    private HostState arrived(final HostState before, final Event event, final ExploredHost host) {
        final long key = host.key(Mix.of(before.key, event.key()));
        HostState state = states.get(key);
        if (state == null) {
            state = new HostState(key, before, event, host);
            states.put(key, state);
        }
        keep(state, host);
        return state;
    }

    // ------------------------------------------------------------------ hosts

    private ExploredHost take(final HostState state) {
        final ExploredHost host = state.live;
        if (host == null) {
            return replay(state);
        }
        state.live = null;
        live.remove(state);
        return host;
    }

    /** A host on which everything has happened that leads to a state. */
    private ExploredHost replay(final HostState state) {
        final ExploredHost host = new ExploredHost(model, number);
        for (final Event event : history(state)) {
            host.happens(event);
        }
        return host;
    }

    private static Deque<Event> history(final HostState state) {
        final Deque<Event> history = new ArrayDeque<>();
        for (HostState at = state; at.parent != null; at = at.parent) {
            history.push(at.event);
        }
        return history;
    }

    private void keep(final HostState state, final ExploredHost host) {
        if (state.live != null) {
            host.close();
            return;
        }
        state.live = host;
        live.add(state);
        if (live.size() > MOST_LIVE) {
            final HostState oldest = live.remove();
            oldest.live.close();
            oldest.live = null;
        }
    }

    @Override
    public void close() {
        for (final HostState state : live) {
            state.live.close();
            state.live = null;
        }
        live.clear();
    }
}
