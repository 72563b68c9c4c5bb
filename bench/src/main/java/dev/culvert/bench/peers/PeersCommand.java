package dev.culvert.bench.peers;

import dev.culvert.bench.OutputFiles;
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
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code culvert bench peers}: the same load from the kernel's client to Culvert and to what else this machine has, in
 * turn. Medians and ratios; CPU time for a unit is what to compare where the machine has other work.
 */
@Command(
        name = "peers",
        description = {
            "Measures loads on Culvert, the kernel and others.",
            "The kernel's client puts the same load on each that this machine can run, in turn."
        },
        footer = {
            "",
            "Examples:",
            "  culvert bench peers --rounds 5 short-64 trips-64",
            "  culvert bench peers --without gvisor --ms 3000 down-1 up-1"
        })
public final class PeersCommand implements Callable<Integer> {
    private static final int WARM_UP_CONNECTIONS = 6_000;

    @Option(
            names = "--rounds",
            paramLabel = "1..9",
            description = "Runs against each peer, of which the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(
            names = "--connections",
            paramLabel = "100..60000",
            description = "Short connections in a run. Default: ${DEFAULT-VALUE}.")
    private int connections = 20_000;

    @Option(
            names = "--ms",
            paramLabel = "100..60000",
            description = "Length in ms of a run with connections that last. Default: ${DEFAULT-VALUE}.")
    private int milliseconds = 1_000;

    @Option(
            names = "--mtu",
            paramLabel = "1280..65535",
            description = "MTU of every interface in bytes. Default: ${DEFAULT-VALUE}.")
    private int mtu = 1_500;

    @Option(
            names = "--without",
            paramLabel = "PEER",
            completionCandidates = Peers.Names.class,
            description = "Leave out one of ${COMPLETION-CANDIDATES}. May be repeated. Default: all are measured.")
    private List<String> without = new ArrayList<>();

    @Option(
            names = "--table",
            paramLabel = "FILE",
            description = "Write the table to FILE too, as Markdown and after each load. Default: none.")
    private Path table;

    @Option(
            names = "--page",
            paramLabel = "DIR",
            description = "Write a page with a picture of each load to DIR. Default: none.")
    private Path page;

    @Parameters(
            paramLabel = "CASE",
            completionCandidates = PeerCase.Names.class,
            description = "Loads: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<String> cases = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    private final List<PeerRow> rows = new ArrayList<>();
    private int nextSource = ChurnNetwork.FIRST_SOURCE + 1;

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its rows. With {@code --table} the table is also written as
     * Markdown, load by load, so that a run that is broken off has left what it measured; with {@code --page} there is a page of
     * pictures at the end.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    @Override
    public Integer call() throws IOException {
        OutputFiles.requireFile(table);
        OutputFiles.requireDirectory(page);
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
            for (final PeerCase c : PeerCase.named(cases)) {
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
        return ExitCode.OK;
    }

    private String remarks(final Processors processors, final double others) throws IOException {
        return "Written by `./culvert bench peers" + arguments() + "`. " + conditions(processors) + conclusion(others);
    }

    /** What was asked for, except where to write it. */
    private String arguments() {
        final Stream<String> options = spec.commandLine().getParseResult().matchedOptions().stream()
                .distinct()
                .filter(option -> option.type() != Path.class)
                .flatMap(option ->
                        option.originalStringValues().stream().map(value -> option.longestName() + " " + value));
        return Stream.concat(options, cases.stream()).map(" "::concat).collect(Collectors.joining());
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
            for (final PeerCase c : PeerCase.named(cases)) {
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
            OutputFiles.write(table, PeersPage.table(rows));
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
