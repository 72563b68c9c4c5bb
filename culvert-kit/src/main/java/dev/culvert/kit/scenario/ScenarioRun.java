package dev.culvert.kit.scenario;

import dev.culvert.kit.plot.FlowListener;
import dev.culvert.kit.scenario.Scenario.Link;
import dev.culvert.kit.scenario.Scenario.When;
import dev.culvert.kit.sim.FramePool;
import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.kit.sim.Node;
import dev.culvert.kit.sim.SimHost;
import dev.culvert.kit.sim.Simulation;
import dev.culvert.kit.sim.Switch;
import dev.culvert.kit.sim.VirtualLink;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Plays one scenario with one seed: the same two give the same packets at the same times. Its stacks' memory is off the heap and is
 * given back by {@link #close}. Single-threaded.
 */
public final class ScenarioRun implements AutoCloseable {
    /** How many steps pass between two looks at whether to stop. */
    private static final int STEPS_PER_LOOK = 1_024;

    private final Scenario scenario;
    private final Simulation simulation;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, SimHost> hosts = new LinkedHashMap<>();
    private final Map<String, StateWatch> states = new LinkedHashMap<>();
    private final Map<String, VirtualLink> directions = new LinkedHashMap<>();
    private final List<FlowRun> flows = new ArrayList<>();
    private final WireMeter meter;
    private int steps;
    private String ending = "not begun";
    private boolean reached;

    /**
     * Builds the world.
     *
     * @param packets is shown every packet at both ends of every link; ends are numbered as in {@link #linkEnds}
     * @param changes hears of every change of a state
     * @throws ScenarioException when an application's ends cannot reach each other
     */
    public ScenarioRun(
            final Scenario scenario, final long seed, final LinkObserver packets, final StateListener changes) {
        this(scenario, seed, packets, changes, FlowListener.NONE);
    }

    /** As the other constructor; {@code samples} is told what every connection sends and how it is acknowledged. */
    public ScenarioRun(
            final Scenario scenario,
            final long seed,
            final LinkObserver packets,
            final StateListener changes,
            final FlowListener samples) {
        this.scenario = scenario;
        simulation = new Simulation(seed, new FramePool());
        for (final Scenario.Stack stack : scenario.stacks()) {
            final StateWatch watch = new StateWatch(stack.name(), changes, samples);
            final SimHost host = new SimHost(simulation, stack.name(), stack.config(), stack.batchNs(), watch);
            states.put(stack.name(), watch);
            hosts.put(stack.name(), host);
            nodes.put(stack.name(), host);
        }
        scenario.switches().forEach(name -> nodes.put(name, new Switch(simulation)));
        meter = new WireMeter(hostEnds(), packets);
        connect();
        for (final Scenario.Flow flow : scenario.flows()) {
            meter.watch(flow.destination(), flow.port());
            flows.add(new FlowRun(flow, hosts.get(flow.from()), hosts.get(flow.to())));
        }
    }

    /** The ends of all links as {@code NODE/LINK}, in the order of their numbers: both ends of the first link, and so on. */
    public static List<String> linkEnds(final Scenario scenario) {
        final List<String> names = new ArrayList<>();
        for (final Link link : scenario.links()) {
            names.add(link.a() + "/" + link.name());
            names.add(link.b() + "/" + link.name());
        }
        return names;
    }

    private BitSet hostEnds() {
        final BitSet ends = new BitSet();
        for (int i = 0; i < scenario.links().size(); i++) {
            ends.set(2 * i, hosts.containsKey(scenario.links().get(i).a()));
            ends.set(2 * i + 1, hosts.containsKey(scenario.links().get(i).b()));
        }
        return ends;
    }

    private void connect() {
        final Topology topology = new Topology(nodes);
        for (int i = 0; i < scenario.links().size(); i++) {
            final Link link = scenario.links().get(i);
            final Node a = nodes.get(link.a());
            final Node b = nodes.get(link.b());
            final VirtualLink toB = simulation.direction(link.a(), a, b, link.toB(), 2 * i, 2 * i + 1);
            final VirtualLink toA = simulation.direction(link.b(), b, a, link.toA(), 2 * i + 1, 2 * i);
            toB.observe(meter);
            toA.observe(meter);
            topology.add(link.a(), link.b(), toB);
            topology.add(link.b(), link.a(), toA);
            directions.put(link.name() + " " + link.a() + ">" + link.b(), toB);
            directions.put(link.name() + " " + link.b() + ">" + link.a(), toA);
            for (final Scenario.Change change : link.changes()) {
                simulation.at(change.atNs(), () -> {
                    toB.configure(change.toB());
                    toA.configure(change.toA());
                });
            }
        }
        for (final Scenario.Stack stack : scenario.stacks()) {
            final Map<String, VirtualLink> ways =
                    topology.routeTo(stack.name(), stack.config().addresses());
            checkReached(stack.name(), ways);
        }
    }

    private void checkReached(final String stack, final Map<String, VirtualLink> ways) {
        for (final Scenario.Flow flow : scenario.flows()) {
            final String other =
                    flow.to().equals(stack) ? flow.from() : flow.from().equals(stack) ? flow.to() : stack;
            if (!ways.containsKey(other)) {
                throw new ScenarioException(scenario.name() + ": applications." + flow.name() + ": no link leads from '"
                        + other + "' to '" + stack + "'");
            }
        }
    }

    /**
     * Plays until the end that the scenario names.
     *
     * @param stop asked now and then; true ends the run early
     * @return whether that end was reached
     */
    public boolean run(final BooleanSupplier stop) {
        final boolean[] stopped = new boolean[1];
        reached = simulation.run(scenario.end().limitNs(), () -> {
                    if (++steps % STEPS_PER_LOOK == 0 && stop.getAsBoolean()) {
                        stopped[0] = true;
                    }
                    return stopped[0] || isOver();
                })
                && !stopped[0];
        reached |= scenario.end().when() == When.TIME && !stopped[0];
        ending = stopped[0] ? "interrupted" : reached ? reason() : "time limit reached before everything was done";
        return reached;
    }

    /**
     * Plays up to a time, so that {@link #summary} can tell what there is by then; {@link #run} goes on from there.
     *
     * @param timeNs virtual time in ns
     * @param stop asked now and then; true ends it early
     */
    public void playUntil(final long timeNs, final BooleanSupplier stop) {
        simulation.run(timeNs, () -> ++steps % STEPS_PER_LOOK == 0 && stop.getAsBoolean());
    }

    private String reason() {
        return switch (scenario.end().when()) {
            case DONE -> "all done";
            case CLOSED -> "all closed";
            case TIME -> "time is over";
        };
    }

    private boolean isOver() {
        return switch (scenario.end().when()) {
            case TIME -> false;
            case DONE -> allDone();
            case CLOSED -> allDone() && hosts.values().stream().allMatch(SimHost::isQuiet);
        };
    }

    private boolean allDone() {
        for (final FlowRun flow : flows) {
            if (!flow.isDone()) {
                return false;
            }
        }
        return true;
    }

    /** Virtual time so far, in ns. */
    public long nowNs() {
        return simulation.nowNs();
    }

    /** Bytes off the heap that the stacks hold. */
    long memoryInUseBytes() {
        return hosts.values().stream()
                .mapToLong(host -> host.shard().memoryInUseBytes())
                .sum();
    }

    /** Gives the stacks' memory back; nothing can be played or asked afterwards. */
    @Override
    public void close() {
        hosts.values().forEach(host -> host.shard().close());
    }

    /** What has happened. */
    public Summary summary() {
        final List<Summary.FlowResult> flowResults = flows.stream()
                .map(flow -> flow.result(
                        meter.watch(flow.plan().destination(), flow.plan().port())))
                .toList();
        final List<Summary.StackResult> stackResults = new ArrayList<>();
        hosts.forEach((name, host) -> stackResults.add(
                Summary.StackResult.of(name, host.shard(), states.get(name).counts())));
        final List<Summary.LinkResult> linkResults = new ArrayList<>();
        directions.forEach((name, link) -> linkResults.add(new Summary.LinkResult(name, link.counts())));
        return new Summary(
                scenario.name(),
                simulation.seed(),
                ending,
                reached,
                simulation.nowNs(),
                simulation.packets(),
                simulation.packetHash(),
                flowResults,
                stackResults,
                linkResults);
    }
}
