package dev.culvert.bench.bulk;

import dev.culvert.bench.churn.Arguments;
import dev.culvert.bench.churn.Processors;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.device.TunOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The command {@code culvert bench bulk}: one connection at a time between the kernel and Culvert over TUN, down and up, with
 * offload and without, in turn. Rates depend on the machine's other work; CPU time for a gigabyte is what to compare.
 */
public final class BulkCommand {
    private static final String MEGABYTES = "--megabytes";
    private static final String ROUNDS = "--rounds";
    private static final String MTU = "--mtu";
    private static final String USAGE =
            "usage: culvert bench bulk [--megabytes 1..100000] [--rounds 1..9] [--mtu 576..65535]";
    private static final long MEGABYTE = 1_000_000;
    private static final int WARM_UPS = 3;

    private final long megabytes;
    private final int rounds;
    private final int mtu;

    private BulkCommand(final long megabytes, final int rounds, final int mtu) {
        this.megabytes = megabytes;
        this.rounds = rounds;
        this.mtu = mtu;
    }

    /** As the arguments say; they are wrong when it throws {@code IllegalArgumentException}. */
    public static BulkCommand of(final List<String> args) {
        final Arguments arguments = new Arguments(args, List.of(MEGABYTES, ROUNDS, MTU), USAGE);
        if (!arguments.words().isEmpty()) {
            throw new IllegalArgumentException("'" + arguments.words().get(0) + "' means nothing here; " + USAGE);
        }
        return new BulkCommand(
                arguments.get(MEGABYTES, 300, 1, 100_000),
                arguments.get(ROUNDS, 5, 1, 9),
                arguments.get(MTU, 1_500, 576, 65_535));
    }

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its rows.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    public void run() throws IOException {
        final Processors processors = Processors.ofThisProcess();
        final TunOptions options = TunOptions.DEFAULT.withMtu(mtu);
        final List<String> results = new ArrayList<>();
        try (BulkSide on = BulkSide.open(options, processors, megabytes * MEGABYTE);
                BulkSide off = BulkSide.open(options.withOffload(false), processors, megabytes * MEGABYTE)) {
            System.out.printf(
                    Locale.ROOT,
                    "One connection, %,d MB, MTU %d; Culvert on processor %d with %s, the kernel's client on %d with %s;"
                            + " the median of %d runs.%nCPU time in s for 10^9 bytes: Culvert's, the user part of it, the"
                            + " client's.%n%n%-10s %-8s %9s %9s %9s %9s%n",
                    megabytes,
                    mtu,
                    processors.server(),
                    TcpConfig.DEFAULT.congestion(),
                    processors.client(),
                    BulkSide.KERNEL_CONTROL,
                    rounds,
                    "direction",
                    "offload",
                    "Gbit/s",
                    "culvert",
                    "user",
                    "client");
            for (final Direction direction : Direction.values()) {
                measure(direction, Map.of("on", on, "off", off), results);
            }
        }
        System.out.println();
        results.forEach(System.out::println);
    }

    private void measure(final Direction direction, final Map<String, BulkSide> sides, final List<String> results) {
        for (int i = 0; i < WARM_UPS; i++) {
            sides.values().forEach(side -> side.transfer(direction)); // the code of both ends gets compiled
        }
        final List<Sample> on = new ArrayList<>();
        final List<Sample> off = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            on.add(sides.get("on").transfer(direction));
            off.add(sides.get("off").transfer(direction));
        }
        print(direction, "on", Sample.median(on), results);
        print(direction, "off", Sample.median(off), results);
    }

    private void print(
            final Direction direction, final String offload, final Sample sample, final List<String> results) {
        System.out.printf(
                Locale.ROOT,
                "%-10s %-8s %9.1f %9.3f %9.3f %9.3f%n",
                direction.word(),
                offload,
                sample.gbitPerSecond(),
                sample.culvertSecondsPerGb(),
                sample.culvertUserSecondsPerGb(),
                sample.clientSecondsPerGb());
        results.add(String.format(
                Locale.ROOT,
                "RESULT benchmark=bulk direction=%s offload=%s mtu=%d megabytes=%d gbitPerSecond=%.2f culvertCpuPerGb=%.4f"
                        + " culvertUserPerGb=%.4f clientCpuPerGb=%.4f kernelCongestion=%s culvertCongestion=%s jdk=%s",
                direction.word(),
                offload,
                mtu,
                megabytes,
                sample.gbitPerSecond(),
                sample.culvertSecondsPerGb(),
                sample.culvertUserSecondsPerGb(),
                sample.clientSecondsPerGb(),
                BulkSide.KERNEL_CONTROL,
                TcpConfig.DEFAULT.congestion(),
                System.getProperty("java.version")));
    }
}
