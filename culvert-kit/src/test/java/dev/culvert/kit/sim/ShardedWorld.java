package dev.culvert.kit.sim;

import dev.culvert.counters.CounterValues;
import dev.culvert.counters.StackCounter;
import dev.culvert.kit.Pattern;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A host with eight shards and one with a single one, a bad link and a number of conversations, all drawn from one seed. Packets
 * come to any queue, or to the one that the kernel would choose; some come in fragments, some find the ring to another shard full.
 * {@link #run} plays to the end and checks that every byte arrived once and in order, that all is closed, that no timer and no
 * buffer is left on any shard, and that what was handed over was taken over.
 */
final class ShardedWorld {
    static final int SHARDS = 8;
    private static final long LIMIT_NS = 14_400_000_000_000L;
    private static final long GRACE_NS = 60_000_000_000L;
    private static final int FIRST_PORT = 1_000;

    /** Of a server's parties, one for each of its shards, one gets the connection. */
    private record Conversation(Party client, List<Party> servers, int port) {
        private Party server() {
            return servers.stream()
                    .filter(party -> !party.neverConnected())
                    .findFirst()
                    .orElse(servers.get(0));
        }

        private boolean breaks() {
            return client.mayBreakOff() || server().mayBreakOff();
        }

        boolean isOver() {
            final boolean broken = client.brokeOff() || server().brokeOff();
            return client.isOver() && (server().isOver() || broken && server().neverConnected());
        }

        String complaint() {
            final long connected =
                    servers.stream().filter(party -> !party.neverConnected()).count();
            if (connected > 1) {
                return connected + " shards got the same connection";
            }
            return breaks() ? "" : client.complaint(server()) + server().complaint(client);
        }
    }

    private final Simulation simulation;
    private final SplittableRandom random;
    private final RandomDraws draws;
    private final SimHost plain;
    private final ShardedHost sharded;
    private final IpAddress plainAddress;
    private final IpAddress shardedAddress;
    private final List<Conversation> conversations = new ArrayList<>();
    private final List<Runnable> closers = new ArrayList<>();
    private final String setting;

    ShardedWorld(final long seed, final int count, final QueueChoice choice, final FramePool frames) {
        simulation = new Simulation(seed, frames);
        random = simulation.random().split();
        draws = new RandomDraws(random);
        final boolean v6 = random.nextBoolean();
        final ShardConfig shape = draws.shardConfig(v6);
        plainAddress = IpAddress.parse(v6 ? "fd83::2" : "10.83.0.2");
        shardedAddress = IpAddress.parse(v6 ? "fd83::3" : "10.83.0.3");
        plain = new SimHost(simulation, "p", draws.withAddress(shape, plainAddress), draws.batchNs());
        sharded = new ShardedHost(
                simulation, "s", draws.withAddress(shape, shardedAddress), SHARDS, choice, draws.batchNs());
        final LinkConfig quality = withRouter(draws.link(shape.checksumOffload()), shape);
        simulation.link(plain, sharded, quality, quality);
        final int cut = random.nextBoolean() ? 0 : random.nextInt(2, 30);
        final int refuse = random.nextBoolean() ? 0 : random.nextInt(20, 200);
        sharded.cutOneIn(cut);
        sharded.refuseOneIn(refuse);
        setting = choice + ", cut one in " + cut + ", ring full one in " + refuse + ", link " + quality + "\n  "
                + sharded.config();
        for (int i = 0; i < count; i++) {
            converse(FIRST_PORT + i);
        }
    }

    /** A narrow place on the way, now and then, about which a router tells: errors that quote a segment of some shard. */
    private LinkConfig withRouter(final LinkConfig link, final ShardConfig shape) {
        return random.nextInt(3) == 0 && shape.mtuBytes() > 1_400 && !shape.checksumOffload()
                ? link.with().mtuBytes(random.nextInt(1_290, 1_400)).build()
                : link;
    }

    private void converse(final int port) {
        final Plan[] plans = draws.plans();
        final Pattern up = new Pattern(random.nextLong());
        final Pattern down = new Pattern(random.nextLong());
        final boolean breaks = plans[0].breaksOff() || plans[1].breaksOff();
        final TcpConfig tcp = draws.connection(sharded.config().tcp(), breaks);
        final SimHost any = sharded.shards().get(random.nextInt(SHARDS));
        final long startNs = random.nextLong(2_000_000_000L);
        switch (random.nextInt(breaks ? 6 : 8)) {
            case 0, 1, 2 -> {
                final Party client = new Party(plain, plans[0], up, down);
                conversations.add(new Conversation(client, serveOnAll(port, tcp, plans[1], up, down), port));
                simulation.at(startNs, () -> client.connect(plainAddress, 0, shardedAddress, port, tcp));
            }
            case 3, 4 -> {
                final Party client = new Party(any, plans[0], up, down);
                final Party server = new Party(plain, plans[1], down, up);
                final long listener = plain.listen(plainAddress, port, tcp, server);
                closers.add(() -> {
                    plain.shard().closeListener(listener, simulation.nowNs());
                    plain.touched();
                });
                conversations.add(new Conversation(client, List.of(server), port));
                simulation.at(startNs, () -> client.connect(shardedAddress, 0, plainAddress, port, tcp));
            }
            case 5 -> {
                final Party client = new Party(any, plans[0], up, down);
                conversations.add(new Conversation(client, serveOnAll(port, tcp, plans[1], up, down), port));
                simulation.at(startNs, () -> client.connect(shardedAddress, 0, shardedAddress, port, tcp));
            }
            default -> { // both open at once: RFC 9293 §3.5, figure 7
                final SimHost owner = sharded.ownerOf(shardedAddress, port, plainAddress, port);
                final Party client = new Party(owner, plans[0], up, down);
                final Party server = new Party(plain, plans[1], down, up);
                conversations.add(new Conversation(client, List.of(server), port));
                simulation.at(startNs, () -> {
                    client.connect(shardedAddress, port, plainAddress, port, tcp);
                    server.connect(plainAddress, port, shardedAddress, port, tcp);
                });
            }
        }
    }

    private List<Party> serveOnAll(
            final int port, final TcpConfig tcp, final Plan plan, final Pattern up, final Pattern down) {
        final List<Party> parties = IntStream.range(0, SHARDS)
                .mapToObj(i -> new Party(sharded.shards().get(i), plan, down, up))
                .toList();
        final long[] listeners = sharded.listen(shardedAddress, port, 4, tcp, parties::get);
        if (listeners[0] < 0) {
            throw new SimulationFailure("cannot listen on port " + port);
        }
        closers.add(() -> sharded.closeListeners(listeners));
        return parties;
    }

    Simulation simulation() {
        return simulation;
    }

    CounterValues counters() {
        return sharded.counters();
    }

    void run() {
        try {
            play();
        } catch (final SimulationFailure | RuntimeException failure) {
            final SimulationFailure whole = new SimulationFailure(story(failure.getMessage()));
            whole.initCause(failure);
            throw whole;
        }
    }

    private void play() {
        if (!simulation.run(LIMIT_NS, this::isOver)) {
            throw new SimulationFailure("the conversations do not end");
        }
        simulation.run(simulation.nowNs() + GRACE_NS, () -> false);
        closers.forEach(Runnable::run);
        simulation.run(simulation.nowNs() + GRACE_NS, () -> false);
        final StringBuilder wrong = new StringBuilder(plain.leftovers() + sharded.leftovers());
        conversations.forEach(each -> wrong.append(each.complaint()));
        final CounterValues counted = sharded.counters();
        final long out = counted.get(StackCounter.IpHandedOver);
        final long in = counted.get(StackCounter.IpTakenOver);
        if (in != out) {
            wrong.append(out).append(" packets were handed over, ").append(in).append(" taken over");
        }
        if (!wrong.isEmpty()) {
            throw new SimulationFailure(wrong.toString());
        }
    }

    private boolean isOver() {
        return plain.isQuiet() && sharded.isQuiet() && conversations.stream().allMatch(Conversation::isOver);
    }

    private String story(final String message) {
        final StringBuilder text = new StringBuilder("seed ").append(simulation.seed());
        text.append(": ")
                .append(message)
                .append("\n  repeat with -Dculvert.seed=")
                .append(simulation.seed());
        text.append("\n  ").append(setting).append('\n');
        conversations.stream()
                .filter(each -> !each.isOver() || !each.complaint().isEmpty())
                .limit(3)
                .forEach(each -> text.append("  port ")
                        .append(each.port)
                        .append("\n    ")
                        .append(each.client)
                        .append("\n    ")
                        .append(each.server())
                        .append('\n')
                        .append(simulation.lastPackets(each.port, 40)));
        return text.toString();
    }
}
