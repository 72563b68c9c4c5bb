package dev.culvert.bench.churn;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.device.TunOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command {@code culvert bench churn}: short connections of the kernel's client over TUN to Culvert, and over a veth pair
 * to the kernel's own server, in turn. Rates depend on the machine's other work; CPU time for a connection is what to compare.
 */
@Command(
        name = "churn",
        description = {
            "Measures short connections beside the kernel's server.",
            "The kernel's client makes them over TUN to Culvert, and over a veth pair to the kernel's own server, in turn."
        })
public final class ChurnCommand implements Callable<Integer> {
    private static final int WARM_UP = 4_000;

    @Option(
            names = "--connections",
            paramLabel = "100..60000",
            description = "Connections in a run. Default: ${DEFAULT-VALUE}.")
    private int connections = 20_000;

    @Option(
            names = "--rounds",
            paramLabel = "1..9",
            description = "Runs against each server, of which the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Parameters(
            paramLabel = "CASE",
            completionCandidates = ChurnCase.Names.class,
            description = "Kinds of load: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<String> cases = new ArrayList<>();

    private int nextSource = ChurnNetwork.FIRST_SOURCE + 1;

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its cells.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    @Override
    public Integer call() throws IOException {
        final Processors processors = Processors.ofThisProcess();
        final List<String> results = new ArrayList<>();
        try (ChurnNetwork network = ChurnNetwork.open(processors);
                CulvertEnd culvert = CulvertEnd.start(network, TcpConfig.DEFAULT, processors.server());
                Child kernel = network.serverThere(TunOptions.DEFAULT.mtu());
                Child client = network.client()) {
            CulvertServer.listen(culvert.stack());
            Compilers.warmUp(() -> warmUp(client));
            System.out.printf(
                    Locale.ROOT,
                    "Server on processor %d, client on %d; %,d connections a run, %d side by side; the median of %d runs.%n"
                            + "CPU time in µs for a connection: the server's, the user part of it, the client's, both together.%n%n",
                    processors.server(),
                    processors.client(),
                    connections,
                    ChurnLoad.SIDE_BY_SIDE,
                    rounds);
            System.out.printf("%-52s %-8s %9s %7s %6s %7s %7s%n", "", "", "conn/s", "server", "user", "client", "both");
            for (final ChurnCase c : ChurnCase.named(cases)) {
                measure(c, culvert, kernel, client, results);
            }
        }
        System.out.println();
        results.forEach(System.out::println);
        return ExitCode.OK;
    }

    /** Both servers' code and the client's gets compiled before anything counts. */
    private void warmUp(final Child client) {
        final int count = Math.min(WARM_UP, connections);
        for (final ChurnCase c : List.of(ChurnCase.ALL.get(0), ChurnCase.ALL.get(1))) {
            ask(client, c, ChurnNetwork.CULVERT, count);
            ask(client, c, ChurnNetwork.KERNEL, count);
        }
    }

    private ClientResult ask(final Child client, final ChurnCase c, final String server, final int count) {
        final ClientResult result = ClientResult.parse(
                client.say(c.load(server, nextSource, count).words()).answer());
        nextSource += c.sources();
        return result;
    }

    private void measure(
            final ChurnCase c,
            final CulvertEnd culvert,
            final Child kernel,
            final Child client,
            final List<String> results) {
        final List<Sample> ours = new ArrayList<>();
        final List<Sample> theirs = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            final Usage before = culvert.usage();
            final ClientResult seen = ask(client, c, ChurnNetwork.CULVERT, connections);
            ours.add(new Sample(seen, culvert.usage().since(before)));
            if (c.forKernel()) {
                final Usage kernelBefore = Usage.parse(kernel.say("").answer());
                final ClientResult kernelSeen = ask(client, c, ChurnNetwork.KERNEL, connections);
                theirs.add(new Sample(
                        kernelSeen, Usage.parse(kernel.say("").answer()).since(kernelBefore)));
            }
        }
        print(c, c.meaning(), "culvert", Sample.median(ours), results);
        if (!theirs.isEmpty()) {
            print(c, "", "kernel", Sample.median(theirs), results);
            compare(c, Sample.median(ours), Sample.median(theirs), results);
        }
    }

    private static void print(
            final ChurnCase c,
            final String label,
            final String stack,
            final Sample sample,
            final List<String> results) {
        final ClientResult seen = sample.client();
        System.out.printf(
                Locale.ROOT,
                "%-52s %-8s %,9.0f %7.1f %6.1f %7.1f %7.1f%s%n",
                label,
                stack,
                seen.perSecond(),
                sample.serverUs(),
                sample.serverUserUs(),
                sample.clientUs(),
                sample.bothUs(),
                remark(c, seen));
        results.add(String.format(
                Locale.ROOT,
                "RESULT benchmark=churn case=%s stack=%s connections=%d failed=%d unfinished=%d perSecond=%.0f"
                        + " serverCpuUs=%.2f serverUserUs=%.2f clientCpuUs=%.2f jdk=%s",
                c.name(),
                stack,
                seen.completed(),
                seen.failed(),
                seen.unfinished(),
                seen.perSecond(),
                sample.serverUs(),
                sample.serverUserUs(),
                sample.clientUs(),
                System.getProperty("java.version")));
    }

    private static String remark(final ChurnCase c, final ClientResult seen) {
        if (c.perWait() > 0) {
            return String.format(Locale.ROOT, "  ports / 2 MSL = %,d/s", c.perWait());
        }
        return seen.failed() + seen.unfinished() == 0
                ? ""
                : String.format(Locale.ROOT, "  %,d failed, %,d unfinished", seen.failed(), seen.unfinished());
    }

    private static void compare(final ChurnCase c, final Sample ours, final Sample theirs, final List<String> results) {
        final double rate = ours.client().perSecond() / theirs.client().perSecond();
        final double both = theirs.bothUs() / ours.bothUs();
        System.out.printf(Locale.ROOT, "%-52s %-8s %8.2fx %30.2fx%n", "", "culvert:", rate, both);
        results.add(String.format(
                Locale.ROOT,
                "RESULT benchmark=churn case=%s rateOverKernel=%.3f kernelCpuOverOurs=%.3f jdk=%s",
                c.name(),
                rate,
                both,
                System.getProperty("java.version")));
    }
}
