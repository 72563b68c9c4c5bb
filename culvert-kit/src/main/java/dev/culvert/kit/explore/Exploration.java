package dev.culvert.kit.explore;

import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.kit.sim.SimulationFailure;
import dev.culvert.tcp.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.agrona.collections.LongHashSet;

/**
 * Plays a model along every path: whatever is in flight may arrive next, in any order, and every packet may get lost or
 * arrive twice, as far as the budget goes. Each path is played to its end, when nothing is in flight and no timer runs. On the
 * way no byte may be lost, invented or in the wrong place, and no reset sent that RFC 9293 does not ask for; at the end both
 * hosts are CLOSED and their applications have got everything.
 *
 * <p>Paths are walked depth first by playing again from the beginning. A path ends early where it meets a state that another
 * one has been in: the same things have happened to each host, the same packets are in flight, and as much may go wrong.
 * Single-threaded.
 */
public final class Exploration {
    /** The names of the two hosts, in the order of the ends that observers are told. */
    public static final List<String> ENDS = List.of("a", "b");

    private static final int PLAYS_PER_LOOK = 64;

    private final Model model;
    private final Budget budget;
    private final UnaryOperator<byte[]> device;
    private final LongHashSet seen = new LongHashSet(1 << 16);
    private final Set<TcpState> reached = EnumSet.noneOf(TcpState.class);
    private final Witness states = new Witness() {
        @Override
        public void reaches(final ExploredHost host, final TcpState state) {
            reached.add(state);
        }
    };
    private long plays;
    private long happenings;
    private Finding finding;

    /**
     * A play that breaks an invariant.
     *
     * @param what which one
     * @param path what repeats the play
     * @param story all that happened in it, line by line
     */
    public record Finding(String what, String path, String story) {}

    /** An exploration to be run. */
    public Exploration(final Model model, final Budget budget) {
        this(model, budget, UnaryOperator.identity());
    }

    /**
     * As above; every packet passes a device that may change or, with null, swallow it.
     *
     * @param device answers for a packet by what it holds alone, or else states that look alike are not
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
        final Choices choices = new Choices();
        do {
            if (plays % PLAYS_PER_LOOK == 0 && stop.getAsBoolean()) {
                return false;
            }
            if (!play(choices)) {
                return false;
            }
        } while (choices.next());
        return true;
    }

    private boolean play(final Choices choices) {
        final World world = new World(model, budget, choices, device, states);
        plays++;
        try {
            world.play(seen::add);
            return true;
        } catch (final SimulationFailure | RuntimeException failure) {
            final String path = choices.path();
            finding = new Finding(reason(failure), path, replay(path, LinkObserver.NONE));
            return false;
        } finally {
            happenings += world.happenings();
            world.close();
        }
    }

    private static String reason(final Throwable failure) {
        return failure instanceof SimulationFailure ? failure.getMessage() : failure.toString();
    }

    /**
     * Plays one path.
     *
     * @param path as a {@link Finding} names it
     * @param packets is shown every packet; {@link #ENDS} names the ends
     * @return all that happened, and at last which invariant broke if one did
     * @throws IllegalArgumentException when the model has no such path
     */
    public String replay(final String path, final LinkObserver packets) {
        final Choices choices = Choices.of(path);
        final Story story = new Story(packets);
        final World world = new World(model, budget, choices, device, story);
        try {
            world.play(state -> true);
            return story + "both are CLOSED, nothing broke\n";
        } catch (final SimulationFailure failure) {
            return story + reason(failure) + "\n";
        } finally {
            world.close();
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

    /** Plays so far. */
    public long plays() {
        return plays;
    }

    /** Arrivals, calls and waits so far, in all plays together. */
    public long happenings() {
        return happenings;
    }

    /** States of a connection that some play went through. */
    public Set<TcpState> reached() {
        return Set.copyOf(reached);
    }
}
