package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Arguments;
import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.ChurnNetwork;
import dev.culvert.bench.churn.ClientResult;
import dev.culvert.bench.churn.Compilers;
import dev.culvert.bench.churn.Processors;
import dev.culvert.bench.churn.Usage;
import dev.culvert.tcp.TcpConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The command {@code culvert bench peers}: the same load from the kernel's client to Culvert and to what else this machine has, in
 * turn. Medians and ratios; CPU time for a unit is what to compare where the machine has other work.
 */
public final class PeersCommand {
    private static final String ROUNDS = "--rounds";
    private static final String CONNECTIONS = "--connections";
    private static final String MILLISECONDS = "--ms";
    private static final String MTU = "--mtu";
    private static final String WITHOUT = "--without";
    private static final String USAGE =
            "usage: culvert bench peers [--rounds 1..9] [--connections 100..60000] [--ms 100..60000]"
                    + " [--mtu 1280..65535] [--without PEER] [CASE ...]";
    private static final int WARM_UP_CONNECTIONS = 6_000;

    private final int rounds;
    private final int connections;
    private final int milliseconds;
    private final int mtu;
    private final List<String> without;
    private final List<PeerCase> cases;
    private final List<String> results = new ArrayList<>();
    private int nextSource = ChurnNetwork.FIRST_SOURCE + 1;

    private PeersCommand(final Arguments arguments, final List<String> without) {
        rounds = arguments.get(ROUNDS, 3, 1, 9);
        connections = arguments.get(CONNECTIONS, 20_000, 100, 60_000);
        milliseconds = arguments.get(MILLISECONDS, 1_000, 100, 60_000);
        mtu = arguments.get(MTU, 1_500, 1_280, 65_535);
        this.without = without;
        cases = PeerCase.named(arguments.words());
    }

    /** As the arguments say; they are wrong when it throws {@code IllegalArgumentException}. */
    public static PeersCommand of(final List<String> args) {
        final List<String> rest = new ArrayList<>(args);
        final List<String> without = new ArrayList<>();
        for (int i = rest.indexOf(WITHOUT); i >= 0; i = rest.indexOf(WITHOUT)) {
            rest.remove(i);
            if (i == rest.size()) {
                throw new IllegalArgumentException(WITHOUT + " needs a peer; " + USAGE);
            }
            without.add(rest.remove(i));
        }
        if (!Peers.NAMES.containsAll(without)) {
            throw new IllegalArgumentException("there is no peer '" + String.join(" ", without) + "'; there are "
                    + String.join(", ", Peers.NAMES));
        }
        return new PeersCommand(new Arguments(rest, List.of(ROUNDS, CONNECTIONS, MILLISECONDS, MTU), USAGE), without);
    }

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its rows.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    public void run() throws IOException {
        final Processors processors = Processors.ofThisProcess();
        final Machine before;
        try (ChurnNetwork network = ChurnNetwork.open(processors);
                Peers peers = Peers.start(network, processors, without, mtu);
                Clients clients = Clients.start(network, processors)) {
            network.network().device().close(); // the peers have interfaces of their own
            introduce(peers, processors);
            Compilers.warmUp(() -> warmUp(peers, clients));
            before = Machine.now();
            for (final PeerCase c : cases) {
                measure(c, peers, clients);
            }
            conclude(Machine.now().othersSince(before));
        }
        System.out.println();
        results.forEach(System.out::println);
    }

    private void introduce(final Peers peers, final Processors processors) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "Servers on processor %d, clients on %d; the median of %d runs of %,d short connections or %,d ms each.%n"
                        + "The kernel's congestion control is reno, Culvert's %s; MTU %d; kernel %s; JDK %s.%n",
                processors.server(),
                processors.client(),
                rounds,
                connections,
                milliseconds,
                TcpConfig.DEFAULT.congestion(),
                mtu,
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
                System.getProperty("java.version"));
        peers.running().forEach(peer -> System.out.printf("%-10s %s%n", peer.name(), peer.meaning()));
        peers.missing().forEach(System.out::println);
        System.out.printf(
                "%n%-48s %-11s %12s %9s %9s %9s %9s %9s %9s%n",
                "", "", "", "server µs", "client µs", "p50 µs", "p99.9 µs", "culvert/", "of limit");
    }

    /** Code gets compiled before anything counts. */
    private void warmUp(final Peers peers, final Clients clients) {
        for (final Peer peer : peers.running()) {
            for (final PeerCase c : cases) {
                if (peer.can(c)) {
                    once(c, peer, clients, Math.min(connections, WARM_UP_CONNECTIONS), Math.min(milliseconds, 500));
                }
            }
        }
    }

    private void measure(final PeerCase c, final Peers peers, final Clients clients) {
        final Map<Peer, List<Measured>> samples = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            for (final Peer peer : peers.running()) {
                if (peer.can(c)) {
                    samples.computeIfAbsent(peer, p -> new ArrayList<>())
                            .add(once(c, peer, clients, connections, milliseconds));
                }
            }
        }
        final Map<Peer, Measured> medians = new LinkedHashMap<>();
        samples.forEach((peer, runs) -> medians.put(peer, Measured.median(runs)));
        String label = c.meaning();
        for (final Map.Entry<Peer, Measured> entry : medians.entrySet()) {
            print(c, label, entry.getKey(), entry.getValue(), medians);
            label = "";
        }
    }

    private Measured once(
            final PeerCase c, final Peer peer, final Clients clients, final int count, final int milliseconds) {
        final Usage before = peer.usage();
        if (c.isShort()) {
            final ClientResult seen = ClientResult.parse(clients.shortOnes()
                    .say(c.load(peer, nextSource++, count).words())
                    .answer());
            return Measured.of(seen, peer.usage().since(before));
        }
        final Child client = c.sharedCore() ? clients.sharedFlows() : clients.flows();
        final FlowResult seen =
                FlowResult.parse(client.say(Flows.of(c.flows(), peer.address(), c.connections(), milliseconds)
                                .words())
                        .answer());
        return Measured.of(seen, c.flows(), peer.usage().since(before));
    }

    private void print(
            final PeerCase c,
            final String label,
            final Peer peer,
            final Measured m,
            final Map<Peer, Measured> medians) {
        final double ratio = medians.values().iterator().next().rate() / m.rate();
        final double ofLimit = medians.entrySet().stream()
                .filter(other -> other.getKey().name().equals(peer.limit()))
                .mapToDouble(other -> m.rate() / other.getValue().rate())
                .findFirst()
                .orElse(0);
        System.out.printf(
                Locale.ROOT,
                "%-48s %-11s %,8.0f %-3s %9.2f %9.2f %9.1f %9.1f %9.2f %9s%s%n",
                label,
                peer.name(),
                m.rate(),
                m.unit(),
                m.serverUs(),
                m.clientUs(),
                m.p50Us(),
                m.p999Us(),
                ratio,
                ofLimit == 0 ? "" : String.format(Locale.ROOT, "%.2f", ofLimit),
                m.failed() == 0 ? "" : "  " + m.failed() + " failed or unfinished");
        results.add(String.format(
                Locale.ROOT,
                "RESULT benchmark=peers case=%s peer=%s mtu=%d rate=%.1f unit=%s serverCpuUs=%.3f clientCpuUs=%.3f p50Us=%.1f"
                        + " p999Us=%.1f culvertOverPeer=%.3f ofLimit=%.3f failed=%d jdk=%s",
                c.name(),
                peer.name(),
                mtu,
                m.rate(),
                m.unit(),
                m.serverUs(),
                m.clientUs(),
                m.p50Us(),
                m.p999Us(),
                ratio,
                ofLimit,
                m.failed(),
                System.getProperty("java.version")));
    }

    private void conclude(final double others) {
        final boolean quiet = others <= Machine.QUIET;
        System.out.printf(
                Locale.ROOT,
                "%nOthers had %.0f %% of the processors meanwhile: %s%n",
                100 * others,
                quiet ? "the machine was quiet." : "it was not quiet, and rates and ratios above prove nothing.");
        results.add(String.format(Locale.ROOT, "RESULT benchmark=peers others=%.3f quiet=%b", others, quiet));
    }

    /**
     * The clients' processes.
     *
     * @param shortOnes makes short connections
     * @param flows keeps connections busy
     * @param sharedFlows does so on the servers' processor
     */
    private record Clients(Child shortOnes, Child flows, Child sharedFlows) implements AutoCloseable {
        static Clients start(final ChurnNetwork network, final Processors processors) {
            return new Clients(
                    network.client(),
                    network.server(null, Child.java(FlowClient.class, processors.client())),
                    network.server(null, Child.java(FlowClient.class, processors.server())));
        }

        @Override
        public void close() {
            shortOnes.close();
            flows.close();
            sharedFlows.close();
        }
    }
}
