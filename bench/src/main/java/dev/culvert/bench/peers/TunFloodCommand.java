package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.ChurnNetwork;
import dev.culvert.bench.churn.Compilers;
import dev.culvert.bench.churn.Processors;
import dev.culvert.bench.churn.Usage;
import dev.culvert.kit.peer.Flood;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command {@code culvert bench flood-tun}: what the kernel's honest clients keep of their rate over TUN while another peer
 * sends Culvert as many harmful packets as they send honest ones. The flood is made on the clients' processor, so they are compared
 * with themselves beside the same flood to an interface that nobody reads; turns with one and the other follow each other.
 */
@Command(
        name = "flood-tun",
        description = {
            "Measures what a flood over TUN leaves to honest peers.",
            "What the kernel's clients keep of their rate while another peer sends Culvert as many harmful packets as they"
                    + " send honest ones."
        })
public final class TunFloodCommand implements Callable<Integer> {
    private static final String SERVER_INTERFACE = "culvert1";
    private static final String FLOOD_INTERFACE = "flood0";
    /** Nobody reads what comes here. */
    private static final String NOWHERE = "10.83.0.2";

    private static final String FORWARD = "echo 1 >/proc/sys/net/ipv4/ip_forward\n";

    @Option(
            names = "--rounds",
            paramLabel = "1..99",
            description = "Pairs of turns, of which the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds = 7;

    @Option(
            names = "--ms",
            paramLabel = "20..10000",
            description = "Length of a turn in ms. Default: ${DEFAULT-VALUE}.")
    private int milliseconds = 300;

    @Option(
            names = "--seed",
            paramLabel = "0..99999999",
            description = "What the floods' chance comes from. Default: ${DEFAULT-VALUE}.")
    private int seed = 1;

    @Option(
            names = "--warm-up",
            paramLabel = "1.." + Compilers.MOST_SECONDS,
            description = "The longest time in s that the compilers are waited for. Default: ${DEFAULT-VALUE}.")
    private int warmUpSeconds = Compilers.MOST_SECONDS;

    @Parameters(
            paramLabel = "WORD",
            completionCandidates = Words.class,
            description =
                    "Honest loads and kinds of flood: ${COMPLETION-CANDIDATES}; the last one is all kinds together."
                            + " Default: every load beside every flood.")
    private List<String> words = new ArrayList<>();

    private int nextSource = ChurnNetwork.FIRST_SOURCE + 1;

    /**
     * What a flood consists of.
     *
     * @param word how it is written
     * @param kinds which take turns, separated by commas
     */
    private record Mix(String word, String kinds) {
        /** Each kind alone, and all together. */
        static final List<Mix> ALL = all();

        private static List<Mix> all() {
            final List<Mix> mixes = new ArrayList<>();
            for (final Flood kind : Flood.values()) {
                if (kind != Flood.NONE) {
                    mixes.add(new Mix(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'), kind.name()));
                }
            }
            mixes.add(new Mix("all", mixes.stream().map(Mix::kinds).collect(Collectors.joining(","))));
            return mixes;
        }
    }

    /** All words, for the command line. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(
                            Stream.of(HonestLoad.values()).map(HonestLoad::word),
                            Mix.ALL.stream().map(Mix::word))
                    .iterator();
        }
    }

    /**
     * One turn of a load beside a flood.
     *
     * @param perSecond the load's rate
     * @param cpuNs the server's CPU time meanwhile
     * @param honest packets of the load that the server has read
     * @param harmful packets of the flood
     */
    private record Turn(double perSecond, double cpuNs, long honest, long harmful) {}

    /** The processes. */
    private record Ends(Child server, Child flooder, HonestLoad.Clients clients) {}

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its rows.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    @Override
    public Integer call() throws IOException {
        final Processors processors = Processors.ofThisProcess();
        final List<String> results = new ArrayList<>();
        final List<String> server = new ArrayList<>(Child.java(CulvertProcess.class, processors.server()));
        server.addAll(List.of(SERVER_INTERFACE, FloodProcess.SERVER, "10.88.0.1", "1500", "default"));
        final List<String> flooder = new ArrayList<>(Child.java(FloodProcess.class, processors.client()));
        flooder.addAll(List.of(FLOOD_INTERFACE, "10.99.0.2", "10.99.0.1", Integer.toString(seed)));
        try (ChurnNetwork network = ChurnNetwork.open(processors);
                Child culvert = network.server(null, server);
                Child flood = network.server(null, flooder);
                HonestLoad.Clients clients = HonestLoad.Clients.start(network, processors)) {
            Child.script(network.network(), FORWARD);
            final Ends ends = new Ends(culvert, flood, clients);
            Compilers.warmUp(() -> eachRow((load, mix) -> turn(load, mix, FloodProcess.SERVER, ends)), warmUpSeconds);
            final Machine before = Machine.now();
            introduce();
            eachRow((load, mix) -> measure(load, mix, ends, results));
            final double others = Machine.now().othersSince(before);
            network.network().device().close();
            System.out.printf(Locale.ROOT, "%nOthers had %.0f %% of the processors meanwhile.%n%n", 100 * others);
            results.forEach(line -> System.out.println(line + " quiet=" + (others <= Machine.QUIET)));
        }
        return ExitCode.OK;
    }

    /** A load and a flood. */
    private interface Row {
        void with(HonestLoad load, Mix mix);
    }

    private void eachRow(final Row row) {
        for (final HonestLoad load : named(List.of(HonestLoad.values()), HonestLoad::word)) {
            for (final Mix mix : named(Mix.ALL, Mix::word)) {
                row.with(load, mix);
            }
        }
    }

    /** Those that are named on the command line; all where none of them is. */
    private <T> List<T> named(final List<T> all, final Function<T, String> word) {
        final List<T> named =
                all.stream().filter(each -> words.contains(word.apply(each))).toList();
        return named.isEmpty() ? all : named;
    }

    private void introduce() {
        System.out.printf(
                Locale.ROOT,
                "The median of %d pairs of turns of %d ms: beside a flood of Culvert, and beside the same flood of nobody.%n%n"
                        + "%-8s %-15s %10s %14s %14s %12s %12s%n",
                rounds,
                milliseconds,
                "load",
                "flood",
                "rate left",
                "honest CPU ns",
                "harmful CPU ns",
                "of them left",
                "harm/honest");
    }

    private Turn turn(final HonestLoad load, final Mix mix, final String target, final Ends ends) {
        ends.flooder.say(mix.kinds + " " + target + " " + SERVER_INTERFACE).answer();
        final long before = cpuNs(ends);
        final double perSecond = load.perSecond(ends.clients, FloodProcess.SERVER, nextSource++, milliseconds);
        final long used = cpuNs(ends) - before;
        final String[] packets = ends.flooder.say("enough").answer().split(" ", -1);
        return new Turn(perSecond, used, Long.parseLong(packets[1]), Long.parseLong(packets[0]));
    }

    private static long cpuNs(final Ends ends) {
        return Usage.parse(ends.server.say("").answer()).cpuNs();
    }

    private void measure(final HonestLoad load, final Mix mix, final Ends ends, final List<String> results) {
        final List<Turn[]> pairs = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            final Turn spared = turn(load, mix, NOWHERE, ends);
            pairs.add(new Turn[] {spared, turn(load, mix, FloodProcess.SERVER, ends)});
        }
        final double rateLeft = median(pairs, pair -> pair[1].perSecond / pair[0].perSecond);
        final double honestNs = median(pairs, pair -> pair[0].cpuNs / pair[0].honest);
        final double harmfulNs = median(
                pairs,
                pair -> (pair[1].cpuNs - pair[1].honest * pair[0].cpuNs / pair[0].honest)
                        / Math.max(1, pair[1].harmful));
        final double cpuLeft = honestNs / (honestNs + harmfulNs);
        final double harm = median(pairs, pair -> (double) pair[1].harmful / pair[1].honest);
        System.out.printf(
                Locale.ROOT,
                "%-8s %-15s %10.2f %,14.0f %,14.0f %12.2f %12.2f%n",
                load.word(),
                mix.word,
                rateLeft,
                honestNs,
                harmfulNs,
                cpuLeft,
                harm);
        results.add(String.format(
                Locale.ROOT,
                "RESULT benchmark=flood-tun load=%s kind=%s rateLeft=%.3f cpuLeft=%.3f nsPerHonestPacket=%.0f"
                        + " nsPerHarmfulPacket=%.0f harmfulPerHonest=%.2f seed=%d jdk=%s",
                load.word(),
                mix.word,
                rateLeft,
                cpuLeft,
                honestNs,
                harmfulNs,
                harm,
                seed,
                System.getProperty("java.version")));
    }

    private static double median(final List<Turn[]> pairs, final ToDoubleFunction<Turn[]> value) {
        return pairs.stream()
                .sorted(Comparator.comparingDouble(value))
                .mapToDouble(value)
                .toArray()[(pairs.size() - 1) / 2];
    }
}
