package dev.culvert.kit.explore;

import dev.culvert.kit.explore.Wire.Arrival;
import dev.culvert.kit.explore.Wire.Fate;
import java.util.ArrayList;
import java.util.List;

/** Two hosts, the packets between them, and what may still go wrong: one state of an exploration. Immutable. */
final class World {
    private static final long MSL_NS = 30_000_000_000L;

    private final HostState a;
    private final HostState b;
    private final Wire wire;
    /** How long it has been waited for timers. */
    private final long waitedNs;

    private World(final HostState a, final HostState b, final Wire wire, final long waitedNs) {
        this.a = a;
        this.b = b;
        this.wire = wire;
        this.waitedNs = waitedNs;
    }

    /** Where everything begins. */
    static World of(final HostState a, final HostState b, final Budget budget) {
        return new World(a, b, Wire.of(budget), 0);
    }

    /** A hash of everything that the future depends on. */
    long key() {
        return Mix.of(Mix.of(a.key, b.key), wire.key(waitedNs));
    }

    /** What is wrong; empty: nothing. */
    String complaint() {
        final String complaint = a.progress.complaintMidway(b.progress);
        return complaint.isEmpty() ? b.progress.complaintMidway(a.progress) : complaint;
    }

    /** What is wrong when nothing can happen any more; empty: nothing. */
    String complaintAtEnd() {
        for (final String complaint : List.of(
                a.leftovers, b.leftovers, a.progress.complaintAtEnd(), b.progress.complaintAtEnd())) {
            if (!complaint.isEmpty()) {
                return complaint;
            }
        }
        return "";
    }

    // ------------------------------------------------------------------ what may happen

    /**
     * All that may happen next; empty: nothing ever.
     *
     * @param hosts who knows what happens to each host
     */
    List<Happening> next(final Hosts hosts) {
        final Successors next = new Successors(hosts);
        if (!hosts.listen() && !(a.progress.hasBegun() && b.progress.hasBegun())) {
            next.one(a.progress.hasBegun() ? b : a, Event.step(0), wire); // else there is nobody to open to
            return next.list;
        }
        for (final Arrival arrival : wire.arrivals()) {
            final boolean toA = arrival.packet().to() == 0;
            next.one(toA ? a : b, Event.arrives(arrival.packet()), arrival.left());
        }
        steps(next, a);
        steps(next, b);
        if (next.list.isEmpty()) {
            if (untilTimerNs() != Long.MAX_VALUE) {
                next.wait(wire, false);
            }
        } else if (wire.budget().timeouts() > 0 && mayWait(untilTimerNs(), waitedNs)) {
            next.wait(wire.timeout(), true);
        }
        return next.list;
    }

    private void steps(final Successors next, final HostState host) {
        for (int program = 0; program < host.steps.size(); program++) {
            if (host.steps.get(program) != null) {
                next.one(host, Event.step(program), wire);
            }
        }
    }

    private long untilTimerNs() {
        return Math.min(a.untilTimerNs, b.untilTimerNs);
    }

    /** No packet lives longer than the MSL: that is what the protocol builds on (RFC 9293 §3.4.2). */
    private boolean mayWait(final long ns, final long since) {
        return ns != Long.MAX_VALUE && wire.oldestNs(since) + ns < MSL_NS;
    }

    /** Collects what may happen: each event with each combination of what may happen to the packets that it sends. */
    private final class Successors {
        final List<Happening> list = new ArrayList<>();
        private final Hosts hosts;

        Successors(final Hosts hosts) {
            this.hosts = hosts;
        }

        void one(final HostState host, final Event event, final Wire left) {
            final Transition done = hosts.after(host, event);
            final boolean isA = host.number == 0;
            add(List.of(done), isA ? done.after() : a, isA ? b : done.after(), left, waitedNs);
        }

        /** Waits for the next timer; if it is {@code for something}, for those after it too until something is to be seen. */
        void wait(final Wire left, final boolean forSomething) {
            final List<Transition> done = new ArrayList<>();
            HostState nowA = a;
            HostState nowB = b;
            long now = waitedNs;
            boolean seen = false;
            while (!seen && nowA != null && nowB != null) {
                final long ns = Math.min(nowA.untilTimerNs, nowB.untilTimerNs);
                if (!done.isEmpty() && (!forSomething || !mayWait(ns, now))) {
                    break;
                }
                final Transition inA = hosts.after(nowA, Event.waits(ns));
                final Transition inB = hosts.after(nowB, Event.waits(ns));
                done.add(inA);
                done.add(inB);
                nowA = inA.after();
                nowB = inB.after();
                now += ns;
                seen = inA.isVisible() || inB.isVisible();
            }
            add(done, nowA, nowB, left, now);
        }

        private void add(
                final List<Transition> done,
                final HostState nowA,
                final HostState nowB,
                final Wire left,
                final long now) {
            for (final Transition transition : done) {
                if (transition.isFailure()) {
                    list.add(new Happening(done, List.of(), null, transition.failure()));
                    return;
                }
            }
            final List<Packet> sent = new ArrayList<>();
            done.forEach(transition -> sent.addAll(transition.sent()));
            branch(done, nowA, nowB, left, now, sent, List.of());
        }

        private void branch(
                final List<Transition> done,
                final HostState nowA,
                final HostState nowB,
                final Wire left,
                final long now,
                final List<Packet> sent,
                final List<Fate> fates) {
            if (fates.size() == sent.size()) {
                list.add(new Happening(done, fates, new World(nowA, nowB, left, now), ""));
                return;
            }
            final Packet packet = sent.get(fates.size());
            for (final Fate fate : left.fates(packet)) {
                final List<Fate> more = new ArrayList<>(fates);
                more.add(fate);
                branch(done, nowA, nowB, left.with(packet, fate, now), now, sent, more);
            }
        }
    }
}
