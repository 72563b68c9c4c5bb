package dev.culvert.kit.sim;

import dev.culvert.counters.StackCounter;
import dev.culvert.kit.Pattern;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Two hosts, a bad link and a number of conversations, all drawn from one seed. {@link #run} plays them to their end and checks
 * that every byte arrived once and in order, that both ends are CLOSED, and that no timer and no buffer is left.
 */
public final class RandomWorld {
    private static final long LIMIT_NS = 14_400_000_000_000L;
    private static final long GRACE_NS = 60_000_000_000L;
    /** Judging every packet costs time, so that only a part of the worlds is judged. */
    private static final int LAWFUL_ONE_IN = 4;

    private static final int FIRST_PORT = 1_000;

    private record Conversation(Party client, Party server, int port) {
        boolean isOver() {
            final boolean broken = client.brokeOff() || server.brokeOff();
            return client.isOver() && (server.isOver() || broken && server.neverConnected());
        }

        String complaint() {
            if (client.mayBreakOff() || server.mayBreakOff()) {
                return "";
            }
            return client.complaint(server) + server.complaint(client);
        }
    }

    private final Simulation simulation;
    private final RandomDraws draws;
    private final SimHost a;
    private final SimHost b;
    private final LinkConfig toB;
    private final LinkConfig toA;
    private final List<Conversation> conversations = new ArrayList<>();
    private final Map<String, List<TcpState>> states = new TreeMap<>();
    private final List<Runnable> listenerClosers = new ArrayList<>();

    /** Draws a world with so many conversations. */
    public RandomWorld(final long seed, final int count, final FramePool frames) {
        this(seed, count, frames, shape -> shape, false);
    }

    /** The world of a seed over wires, to whose devices the stacks hand super-segments, or do not. */
    public static RandomWorld overWires(
            final long seed, final int count, final FramePool frames, final boolean offload) {
        return new RandomWorld(seed, count, frames, shape -> shape.withOffload(offload), true);
    }

    private RandomWorld(
            final long seed,
            final int count,
            final FramePool frames,
            final UnaryOperator<ShardConfig> change,
            final boolean wires) {
        simulation = new Simulation(seed, frames);
        final SplittableRandom random = simulation.random().split();
        draws = new RandomDraws(random);
        final boolean v6 = random.nextBoolean();
        final ShardConfig shape = change.apply(draws.shardConfig(v6));
        final boolean uncut = shape.checksumOffload() && !wires;
        final IpAddress addressA = IpAddress.parse(v6 ? "fd83::2" : "10.83.0.2");
        final IpAddress addressB = IpAddress.parse(v6 ? "fd83::3" : "10.83.0.3");
        a = host("a", draws.withAddress(shape, addressA));
        b = host("b", draws.withAddress(shape, addressB));
        final LinkConfig quality = draws.link(uncut).with().cuts(wires).build();
        toB = quality;
        toA = random.nextInt(4) == 0 ? draws.link(uncut).with().cuts(wires).build() : quality;
        simulation.link(a, b, toB, toA);
        if (!uncut && random.nextInt(LAWFUL_ONE_IN) == 0) {
            a.keepLaws();
            b.keepLaws();
        }
        for (int i = 0; i < count; i++) {
            converse(random, addressA, addressB, FIRST_PORT + i);
        }
    }

    private SimHost host(final String name, final ShardConfig config) {
        return new SimHost(simulation, name, config, draws.batchNs(), new Probe() {
            @Override
            public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
                states.computeIfAbsent(
                                name + ":" + flow.localPort() + ":" + flow.remotePort(), end -> new ArrayList<>())
                        .add(to);
            }
        });
    }

    private void converse(
            final SplittableRandom random, final IpAddress addressA, final IpAddress addressB, final int port) {
        final Plan[] plans = draws.plans();
        final boolean aIsClient = random.nextBoolean();
        final SimHost clientHost = aIsClient ? a : b;
        final SimHost serverHost = aIsClient ? b : a;
        final IpAddress clientAddress = aIsClient ? addressA : addressB;
        final IpAddress serverAddress = aIsClient ? addressB : addressA;
        final Pattern up = new Pattern(random.nextLong());
        final Pattern down = new Pattern(random.nextLong());
        final Party client = new Party(clientHost, plans[0], up, down);
        final Party server = new Party(serverHost, plans[1], down, up);
        final boolean breaks = plans[0].breaksOff() || plans[1].breaksOff();
        final TcpConfig tcp = draws.connection(clientHost.config().tcp(), breaks);
        final long startNs = random.nextLong(2_000_000_000L);
        conversations.add(new Conversation(client, server, port));
        if (random.nextInt(16) == 0 && !breaks) { // both open at once: RFC 9293 §3.5, figure 7
            simulation.at(startNs, () -> {
                client.connect(clientAddress, port, serverAddress, port, tcp);
                server.connect(serverAddress, port, clientAddress, port, tcp);
            });
            return;
        }
        final long listener = serverHost.listen(serverAddress, port, tcp, server);
        listenerClosers.add(() -> {
            serverHost.shard().closeListener(listener, simulation.nowNs());
            serverHost.touched();
        });
        simulation.at(startNs, () -> client.connect(clientAddress, 0, serverAddress, port, tcp));
    }

    /** Plays everything to its end; fails with the whole story when an invariant breaks. */
    public void run() {
        try {
            if (!simulation.run(LIMIT_NS, this::isOver)) {
                throw new SimulationFailure("the conversations do not end");
            }
            simulation.run(simulation.nowNs() + GRACE_NS, () -> false);
            listenerClosers.forEach(Runnable::run);
            simulation.run(simulation.nowNs() + GRACE_NS, () -> false);
            final String leftovers = a.leftovers() + b.leftovers();
            if (!leftovers.isEmpty()) {
                throw new SimulationFailure(leftovers);
            }
            for (final Conversation conversation : conversations) {
                if (!conversation.complaint().isEmpty()) {
                    throw new SimulationFailure(conversation.complaint() + " on port " + conversation.port);
                }
            }
            checkPerfectLink();
        } catch (final SimulationFailure | RuntimeException failure) {
            final SimulationFailure whole = new SimulationFailure(story(failure));
            whole.initCause(failure);
            throw whole;
        }
    }

    /** Where nothing is lost, late or out of order nothing is sent twice. */
    private void checkPerfectLink() {
        if (!toA.isPerfect() || !toB.isPerfect()) {
            return;
        }
        for (final SimHost host : List.of(a, b)) {
            final long again = host.shard().counters().get(StackCounter.TcpRetransSegs);
            if (again != 0) {
                throw new SimulationFailure(host.name() + " sent " + again + " segments twice on a perfect link");
            }
        }
    }

    private boolean isOver() {
        if (!a.isQuiet() || !b.isQuiet()) {
            return false;
        }
        for (final Conversation conversation : conversations) {
            if (!conversation.isOver()) {
                return false;
            }
        }
        return true;
    }

    private String story(final Throwable failure) {
        final StringBuilder text = new StringBuilder("seed ").append(simulation.seed());
        text.append(": ").append(failure.getMessage() == null ? failure : failure.getMessage());
        text.append("\n  repeat with -Dculvert.seed=").append(simulation.seed());
        text.append(" (").append(conversations.size()).append(" conversations)");
        text.append("\n  at ")
                .append(simulation.nowNs() / 1e9)
                .append(" s, a to b ")
                .append(toB);
        text.append("\n  b to a ").append(toA).append("\n  ").append(a.config()).append('\n');
        int shown = 0;
        for (final Conversation conversation : conversations) {
            final boolean bad =
                    !conversation.isOver() || !conversation.complaint().isEmpty();
            if ((bad || conversations.size() == 1) && shown++ < 3) {
                text.append("  port ")
                        .append(conversation.port)
                        .append("\n    ")
                        .append(conversation.client);
                text.append("\n    ").append(conversation.server).append('\n');
                text.append(simulation.lastPackets(conversation.port, 40));
            }
        }
        return text.toString();
    }

    /** The states that each end of each connection has passed, by host and ports. */
    public Map<String, List<TcpState>> states() {
        return states;
    }

    /** The simulation, for its hash and its counts. */
    public Simulation simulation() {
        return simulation;
    }
}
