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
    private static final String TABLE = "--table";
    private static final String PAGE = "--page";
    private static final String USAGE =
            "usage: culvert bench peers [--rounds 1..9] [--connections 100..60000] [--ms 100..60000]"
                    + " [--mtu 1280..65535] [--without PEER] [--table FILE] [--page DIR] [CASE ...]";
    private static final int WARM_UP_CONNECTIONS = 6_000;

    private final int rounds;
    private final int connections;
    private final int milliseconds;
    private final int mtu;
    private final List<String> without;
    private final List<PeerCase> cases;
    private final List<String> words;
    private final Path table;
    private final Path page;
    private final List<PeerRow> rows = new ArrayList<>();
    private int nextSource = ChurnNetwork.FIRST_SOURCE + 1;

    private PeersCommand(
            final List<String> words,
            final Arguments arguments,
            final List<String> without,
            final Path table,
            final Path page) {
        this.words = words;
        this.table = table;
        this.page = page;
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
        final String table = Arguments.take(rest, TABLE, "a file", USAGE);
        final String page = Arguments.take(rest, PAGE, "a directory", USAGE);
        final List<String> words = List.copyOf(rest);
        final List<String> without = new ArrayList<>();
        while (rest.contains(WITHOUT)) {
            without.add(Arguments.take(rest, WITHOUT, "a peer", USAGE));
        }
        if (!Peers.NAMES.containsAll(without)) {
            throw new IllegalArgumentException("there is no peer '" + String.join(" ", without) + "'; there are "
                    + String.join(", ", Peers.NAMES));
        }
        return new PeersCommand(
                words,
                new Arguments(rest, List.of(ROUNDS, CONNECTIONS, MILLISECONDS, MTU), USAGE),
                without,
                table == null ? null : Path.of(table),
                page == null ? null : Path.of(page));
    }

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its rows. With {@code --table} the table is also written as
     * Markdown, load by load, so that a run that is broken off has left what it measured; with {@code --page} there is a page of
     * pictures at the end.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    public void run() throws IOException {
        final Processors processors = Processors.ofThisProcess();
        final double others;
        try (ChurnNetwork network = ChurnNetwork.open(processors);
                Peers peers = Peers.start(network, processors, without, mtu);
                Clients clients = Clients.start(network, processors)) {
            network.network().device().close(); // the peers have interfaces of their own
            System.out.print(conditions(processors));
            introduce(peers);
            Compilers.warmUp(() -> warmUp(peers, clients));
            final Machine before = Machine.now();
            for (final PeerCase c : cases) {
                measure(c, peers, clients);
            }
            others = Machine.now().othersSince(before);
        }
        System.out.println("\n" + conclusion(others) + "\n");
        rows.forEach(row -> System.out.println(row.result(mtu)));
        System.out.printf(
                Locale.ROOT, "RESULT benchmark=peers others=%.3f quiet=%b%n", others, others <= Machine.QUIET);
        if (page != null) {
            PeersPage.write(page, remarks(processors, others), rows);
        }
    }

    private String remarks(final Processors processors, final double others) throws IOException {
        return "Written by `./culvert bench peers " + String.join(" ", words) + "`. " + conditions(processors)
                + conclusion(others);
    }

    /** In sentences. */
    private String conditions(final Processors processors) throws IOException {
        return String.format(
                Locale.ROOT,
                "Servers on processor %d, clients on %d; the median of %d runs of %,d short connections or %,d ms each.%n"
                        + "The kernel's congestion control is reno, Culvert's %s; MTU %d; kernel %s; JDK %s; %s.%n",
                processors.server(),
                processors.client(),
                rounds,
                connections,
                milliseconds,
                TcpConfig.DEFAULT.congestion(),
                mtu,
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
                System.getProperty("java.version"),
                Machine.processor());
    }

    private static void introduce(final Peers peers) {
        peers.running().forEach(peer -> System.out.printf("%-11s %s%n", peer.name(), peer.meaning()));
        peers.missing().forEach(System.out::println);
        System.out.print(PeerRow.HEAD);
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

    private void measure(final PeerCase c, final Peers peers, final Clients clients) throws IOException {
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
        for (final PeerRow row : PeerRow.of(c, medians)) {
            rows.add(row);
            System.out.println(row.line(label));
            label = "";
        }
        if (table != null) {
            Files.writeString(table, PeersPage.table(rows));
        }
    }

    private Measured once(
            final PeerCase c, final Peer peer, final Clients clients, final int count, final int milliseconds) {
        final Usage before = peer.usage();
        if (c.isShort()) {
            final ClientResult seen = ClientResult.parse(clients.shortOnes()
                    .say(c.load(peer, nextSource, count).words())
                    .answer());
            nextSource += c.sources();
            return Measured.of(seen, peer.usage().since(before));
        }
        final Child client = c.sharedCore() ? clients.sharedFlows() : clients.flows();
        final FlowResult seen =
                FlowResult.parse(client.say(Flows.of(c.flows(), peer.address(), c.connections(), milliseconds)
                                .words())
                        .answer());
        return Measured.of(seen, c.flows(), peer.usage().since(before));
    }

    private static String conclusion(final double others) {
        return String.format(
                Locale.ROOT,
                "Others had %.0f %% of the processors meanwhile: %s",
                100 * others,
                others <= Machine.QUIET
                        ? "the machine was quiet."
                        : "it was not quiet, and rates and ratios prove nothing.");
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
