package dev.culvert.kit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Several stacks under one virtual clock. Time jumps from one happening to the next: a packet's arrival, a stack's timer, an
 * application's plan. Happenings at one instant keep the order in which they were planned, so that one seed gives one run, bit
 * for bit. Single-threaded.
 */
public final class Simulation {
    /** Rounds at one instant after which time counts as stuck. */
    private static final int STUCK = 100_000;

    private record Event(long timeNs, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(final Event other) {
            final int byTime = Long.compare(timeNs, other.timeNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<SimHost> hosts = new ArrayList<>();
    private final Trace trace = new Trace();
    private final FramePool frames;
    private final SplittableRandom random;
    private final long seed;
    private long nowNs;
    private long order;
    private int roundsHere;

    /** An empty world at time 0. */
    public Simulation(final long seed, final FramePool frames) {
        this.seed = seed;
        this.frames = frames;
        random = new SplittableRandom(seed);
    }

    /** What repeats this run. */
    public long seed() {
        return seed;
    }

    /** Virtual time in ns. */
    public long nowNs() {
        return nowNs;
    }

    /** The source of everything random here; split it, do not draw from it while the simulation runs. */
    public SplittableRandom random() {
        return random;
    }

    /** A number that every bit of every packet and its time went into. */
    public long packetHash() {
        return trace.hash();
    }

    /** Packets that the stacks have sent. */
    public long packets() {
        return trace.packets();
    }

    /** The last packets from or to a port, in packet-script text. */
    public String lastPackets(final int port, final int most) {
        return trace.text(port, most);
    }

    FramePool frames() {
        return frames;
    }

    Trace trace() {
        return trace;
    }

    void add(final SimHost host) {
        hosts.add(host);
    }

    /** Connects two hosts by a link, one configuration per direction. */
    public void link(final SimHost a, final SimHost b, final LinkConfig toB, final LinkConfig toA) {
        a.attach(new VirtualLink(this, a.name(), toB, a, b, 0, 1));
        b.attach(new VirtualLink(this, b.name(), toA, b, a, 1, 0));
    }

    /** Connects a host to one with several shards. */
    public void link(final SimHost a, final ShardedHost b, final LinkConfig toB, final LinkConfig toA) {
        a.attach(new VirtualLink(this, a.name(), toB, a, b, 0, 1));
        b.attach(new VirtualLink(this, b.name(), toA, b, a, 1, 0));
    }

    /**
     * One direction of a link between two nodes; their routes are up to the caller.
     *
     * @param name the sending side's, in traces
     * @param nearEnd number of the sending end for {@link LinkObserver}
     * @param farEnd number of the receiving end
     */
    public VirtualLink direction(
            final String name,
            final Node from,
            final Node to,
            final LinkConfig config,
            final int nearEnd,
            final int farEnd) {
        return new VirtualLink(this, name, config, from, to, nearEnd, farEnd);
    }

    /** Plans something. */
    public void at(final long timeNs, final Runnable what) {
        events.add(new Event(Math.max(timeNs, nowNs), order++, what));
    }

    /**
     * Runs until the condition holds, nothing can happen any more, or time is up.
     *
     * @return whether the condition holds
     */
    public boolean run(final long limitNs, final BooleanSupplier until) {
        while (!until.getAsBoolean()) {
            final long next = nextNs();
            if (next == Long.MAX_VALUE || next > limitNs) {
                return false;
            }
            step(next);
        }
        return true;
    }

    private long nextNs() {
        long next = events.isEmpty() ? Long.MAX_VALUE : events.peek().timeNs;
        for (final SimHost host : hosts) {
            next = Math.min(next, host.nextDeadlineNs());
        }
        return next;
    }

    private void step(final long next) {
        roundsHere = next > nowNs ? 0 : roundsHere + 1;
        if (roundsHere > STUCK) {
            throw new SimulationFailure("time does not move on at " + nowNs + " ns (seed " + seed + ")");
        }
        nowNs = Math.max(nowNs, next);
        while (!events.isEmpty() && events.peek().timeNs <= nowNs) {
            events.poll().what.run();
        }
        for (final SimHost host : hosts) {
            host.finishBatch();
        }
    }
}
