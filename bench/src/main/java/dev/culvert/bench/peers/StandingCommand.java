package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.ChurnLoad;
import dev.culvert.bench.churn.ChurnNetwork;
import dev.culvert.bench.churn.ClientResult;
import dev.culvert.bench.churn.Exchange;
import dev.culvert.bench.churn.KernelSocket;
import dev.culvert.bench.churn.Processors;
import dev.culvert.bench.churn.Usage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * The command {@code culvert bench time-wait-standing}: short connections over TUN, which the server closes, to a Culvert that
 * has none but its own in TIME-WAIT and to one with many standing, in turn. Those stand since the same client made them.
 */
@Command(
        name = "time-wait-standing",
        description = {
            "Measures connections over TUN beside many in TIME-WAIT.",
            "Short ones of the kernel's client to a Culvert with next to nothing in TIME-WAIT and to one with many records"
                    + " standing, in turn. The client makes the many first."
        })
public final class StandingCommand implements Callable<Integer> {
    /** The longest there is, so that nothing that was made stops standing. */
    private static final int LONG_MSL_MS = 600_000;
    /** So short that next to nothing stands. */
    private static final int SHORT_MSL_MS = 125;

    private static final int FILL_AT_ONCE = 60_000;
    private static final int PATIENCE_MS = 60_000;
    private static final int WARM_UPS = 3;

    @Option(
            names = "--records",
            paramLabel = "1000..10000000",
            description = "Records that stand. Default: ${DEFAULT-VALUE}.")
    private int records = 1_000_000;

    @Option(
            names = "--rounds",
            paramLabel = "1..99",
            description = "Runs against each, of which the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds = 9;

    @Option(
            names = "--connections",
            paramLabel = "100..60000",
            description = "Connections in a run. Default: ${DEFAULT-VALUE}.")
    private int connections = 20_000;

    private int nextSource = ChurnNetwork.FIRST_SOURCE + 1;

    /**
     * Fills, measures and prints; the last line is for scripts.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    @Override
    public Integer call() throws IOException {
        final Processors processors = Processors.ofThisProcess();
        try (ChurnNetwork network = ChurnNetwork.open(processors);
                OwnCulvert few = OwnCulvert.start(network, processors, "culvert1", "10.83.0", SHORT_MSL_MS);
                OwnCulvert many = OwnCulvert.start(network, processors, "culvert2", "10.88.0", LONG_MSL_MS);
                Child client = network.client()) {
            network.network().device().close(); // the servers have interfaces of their own
            for (int i = 0; i < WARM_UPS; i++) {
                once(client, few, connections);
                once(client, many, connections);
            }
            fill(client, many);
            final Machine before = Machine.now();
            final List<Measured> without = new ArrayList<>();
            final List<Measured> with = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                without.add(once(client, few, connections));
                with.add(once(client, many, connections));
            }
            report(few.standing(), without, many.standing(), with, Machine.now().othersSince(before));
        }
        return ExitCode.OK;
    }

    private void fill(final Child client, final OwnCulvert server) {
        for (int standing = server.standing(); standing < records; standing = server.standing()) {
            System.out.printf(Locale.ROOT, "\r%,d of %,d records standing", standing, records);
            once(client, server, Math.min(FILL_AT_ONCE, Math.max(100, records - standing)));
        }
        System.out.printf(Locale.ROOT, "\r%,d records standing            %n", server.standing());
    }

    private Measured once(final Child client, final OwnCulvert server, final int count) {
        final ChurnLoad load = new ChurnLoad(
                KernelSocket.number(server.address()),
                Exchange.SERVER_CLOSES,
                nextSource++,
                1,
                ChurnLoad.MOST_PORTS,
                count,
                ChurnLoad.SIDE_BY_SIDE,
                PATIENCE_MS);
        final Usage before = server.usage();
        final ClientResult seen = ClientResult.parse(client.say(load.words()).answer());
        if (seen.completed() < count) {
            throw new IllegalStateException(
                    seen.failed() + " connections failed and " + seen.unfinished() + " did not end in time");
        }
        return Measured.of(seen, server.usage().since(before));
    }

    private void report(
            final int few,
            final List<Measured> without,
            final int many,
            final List<Measured> with,
            final double others) {
        final Measured base = Measured.median(without);
        final Measured standing = Measured.median(with);
        System.out.printf(
                Locale.ROOT,
                "The median of %d runs of %,d connections each; others had %.0f %% of the processors.%n%n%12s %12s %12s %12s%n",
                rounds,
                connections,
                100 * others,
                "standing",
                "conn/s",
                "server µs",
                "client µs");
        row(few, base);
        row(many, standing);
        System.out.printf(
                Locale.ROOT,
                "%nRESULT benchmark=time-wait-standing records=%d rateShare=%.3f serverCpuShare=%.3f quiet=%b jdk=%s%n",
                many,
                standing.rate() / base.rate(),
                base.serverUs() / standing.serverUs(),
                others <= Machine.QUIET,
                System.getProperty("java.version"));
    }

    private static void row(final int records, final Measured m) {
        System.out.printf(Locale.ROOT, "%,12d %,12.0f %12.2f %12.2f%n", records, m.rate(), m.serverUs(), m.clientUs());
    }
}
