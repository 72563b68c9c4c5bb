package dev.culvert.kit.explore;

import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.agrona.collections.LongHashSet;

/**
 * Plays a model along every path: whatever is in flight may arrive next, and every packet may get lost, arrive twice or be
 * overtaken, as far as the budget goes. Each path is followed to its end, when nothing is in flight and no timer runs. On the
 * way no byte may be lost, invented or in the wrong place, and no reset sent that RFC 9293 does not ask for; at the end both
 * hosts are CLOSED and their applications have got everything. A path that comes back to where it has been never ends, and
 * so breaks the rule too.
 *
 * <p>Paths are walked depth first. One ends early where it meets a state that another one has been in: both hosts are the
 * same to everything that can happen to them, the same packets are in flight, and as much may go wrong. States are told apart
 * by 64-bit hashes. What an event does to a host is played once for each state of that host ({@link HostStates}).
 * Single-threaded.
 */
public final class Exploration {
    /** The names of the two hosts, in the order of the ends that observers are told. */
    public static final List<String> ENDS = List.of("a", "b");

    /** Longer than anything that ends; what goes on has to be going round in circles. */
    private static final int MOST_HAPPENINGS = 5_000;

    private static final int HAPPENINGS_PER_LOOK = 1_024;
    private static final String ENDLESS = "it goes round in circles";

    private final Model model;
    private final Budget budget;
    private final UnaryOperator<byte[]> device;
    private final LongHashSet seen = new LongHashSet(1 << 16);
    private final LongHashSet onPath = new LongHashSet();
    private final List<Fork> path = new ArrayList<>();
    private Set<TcpState> reached = Set.of();
    private long happenings;
    private long hostStates;
    private Finding finding;

    /**
     * A path that breaks an invariant.
     *
     * @param what which one
     * @param path what repeats it
     * @param story all that happens on it, line by line
     */
    public record Finding(String what, String path, String story) {}

    /** A world on the path, and what of that which may happen in it is being followed. */
    private static final class Fork {
        final long key;
        final List<Happening> next;
        int at = -1;

        Fork(final long key, final List<Happening> next) {
            this.key = key;
            this.next = next;
        }
    }

    /** An exploration to be run. */
    public Exploration(final Model model, final Budget budget) {
        this(model, budget, UnaryOperator.identity());
    }

    /**
     * As above; every packet passes a device that may change or, with null, swallow it.
     *
     * @param device answers for a packet by what it holds alone, or else states that look alike are not; leaves it as it is
     */
    public Exploration(final Model model, final Budget budget, final UnaryOperator<byte[]> device) {
        this.model = model;
        this.budget = budget;
        this.device = device;
    }

    /**
     * Walks all paths, or until one breaks an invariant.
     *
     * @param stop asked now and then; true: give up
     * @return whether all paths were walked and none broke anything
     */
    public boolean run(final BooleanSupplier stop) {
        try (Hosts hosts = new Hosts(model, device)) {
            final String broken = walk(hosts, stop);
            if (!broken.isEmpty()) {
                final Path back = new Path();
                path.forEach(fork -> back.add(fork.at, fork.next.size()));
                finding = new Finding(broken, back.toString(), replay(back.toString(), LinkObserver.NONE));
            }
            reached = hosts.reached();
            return broken.isEmpty() && path.isEmpty();
        }
    }

    /** Walks until something breaks, and says what; empty: nothing broke. */
    String walk(final Hosts hosts, final BooleanSupplier stop) {
        String broken = enter(hosts.begin(budget), hosts);
        while (broken.isEmpty() && !path.isEmpty()) {
            final Fork fork = path.get(path.size() - 1);
            if (++fork.at == fork.next.size()) {
                path.remove(path.size() - 1);
                onPath.remove(fork.key);
                continue;
            }
            if (++happenings % HAPPENINGS_PER_LOOK == 0) {
                hostStates = hosts.size();
                if (stop.getAsBoolean()) {
                    return "";
                }
            }
            final Happening happening = fork.next.get(fork.at);
            broken = happening.after() == null ? happening.failure() : enter(happening.after(), hosts);
        }
        hostStates = hosts.size();
        return broken;
    }

    private String enter(final World world, final Hosts hosts) {
        final String complaint = world.complaint();
        if (!complaint.isEmpty()) {
            return complaint;
        }
        final long key = world.key();
        if (!seen.add(key)) {
            return onPath.contains(key) ? ENDLESS : "";
        }
        final List<Happening> next = world.next(hosts);
        if (next.isEmpty()) {
            return world.complaintAtEnd();
        }
        onPath.add(key);
        path.add(new Fork(key, next));
        return path.size() > MOST_HAPPENINGS ? ENDLESS : "";
    }

    /**
     * Plays one path.
     *
     * @param text as a {@link Finding} names it
     * @param packets is shown every packet; {@link #ENDS} names the ends
     * @return all that happened, and at last which invariant broke if one did
     * @throws IllegalArgumentException when the model has no such path
     */
    public String replay(final String text, final LinkObserver packets) {
        final Path branches = Path.of(text);
        final Story story = new Story(packets);
        final LongHashSet been = new LongHashSet();
        try (Hosts hosts = new Hosts(model, device)) {
            World world = hosts.begin(budget);
            while (true) {
                if (!been.add(world.key()) || been.size() > MOST_HAPPENINGS) {
                    return story.end(ENDLESS);
                }
                final List<Happening> next = world.next(hosts);
                if (next.isEmpty()) {
                    final String complaint = world.complaintAtEnd();
                    return story.end(complaint.isEmpty() ? "both are CLOSED, nothing broke" : complaint);
                }
                final Happening happening = next.get(branches.pick(next.size()));
                story.tell(happening);
                world = happening.after();
                final String complaint = world == null ? happening.failure() : world.complaint();
                if (!complaint.isEmpty()) {
                    return story.end(complaint);
                }
            }
        }
    }

    /** The path that broke an invariant. */
    public Optional<Finding> finding() {
        return Optional.ofNullable(finding);
    }

    /** Different states so far. */
    public long states() {
        return seen.size();
    }

    /** Different states of the two hosts so far, each by itself. */
    public long hostStates() {
        return hostStates;
    }

    /** Arrivals, steps and waits so far that lead from state to state. */
    public long happenings() {
        return happenings;
    }

    /** States of a connection that some path went through. */
    public Set<TcpState> reached() {
        return reached;
    }
}
