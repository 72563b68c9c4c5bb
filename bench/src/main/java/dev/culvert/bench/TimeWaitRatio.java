package dev.culvert.bench;

import dev.culvert.bench.load.Delivery;
import dev.culvert.bench.load.ShortConnections;
import dev.culvert.bench.load.TimeWaitLoad;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code culvert bench time-wait-ratio}: what a whole connection, and what entering and expiring alone, cost with few
 * and with many records standing, all in one process and in turn, a tenth of a second each. On a machine that does other work
 * too, figures of separate runs say more about that work; their ratio in one run does not. One thread.
 */
@Command(
        name = "time-wait-ratio",
        description = {
            "Measures what many records in TIME-WAIT cost others.",
            "Whole connections, and records that enter and expire, beside few and up to 10 million that stand, in turn"
                    + " in one process, in memory."
        })
final class TimeWaitRatio implements Runnable {
    private static final int[] BESIDE_CONNECTIONS = {0, 100_000, 1_000_000, 10_000_000};
    private static final int[] ALONE = {1_000, 100_000, 1_000_000, 10_000_000};
    private static final long SLICE_NS = 100_000_000;
    private static final long WARM_UP_NS = 1_500_000_000;
    private static final int BATCHES = 64;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Option(
            names = "--rounds",
            paramLabel = "5..1000",
            description = "Slices of 0.1 s of each load, of which the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds = 30;

    /** Measures and prints; the last lines are for scripts. */
    @Override
    public void run() {
        System.out.println("CPU time of one thread, ns; the quartile is what a quarter of the slices stay below.");
        final String connections = measure("connection", BESIDE_CONNECTIONS, standing -> {
            final ShortConnections load = new ShortConnections(true, Delivery.VERIFIED, standing);
            load.fill();
            return new Load(load::batch, ShortConnections.BATCH, load::check);
        });
        System.gc(); // the tables of these loads are gone with them
        final String records = measure("enter-and-expire", ALONE, standing -> {
            final TimeWaitLoad load = new TimeWaitLoad(true, standing);
            load.fill();
            return new Load(load::cycles, TimeWaitLoad.BATCH, () -> {
                load.check();
                load.close();
            });
        });
        System.out.println(connections);
        System.out.println(records);
    }

    /** One load, and how many operations one batch of it are. */
    private record Load(Runnable batch, int operations, Runnable end) {}

    private String measure(final String what, final int[] standing, final IntFunction<Load> loads) {
        final Load[] all = Arrays.stream(standing).mapToObj(loads).toArray(Load[]::new);
        final double[][] ns = new double[all.length][rounds];
        for (final Load load : all) {
            slice(load, WARM_UP_NS);
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < all.length; i++) {
                ns[i][round] = slice(all[i], SLICE_NS);
            }
        }
        for (final Load load : all) {
            load.end.run();
        }
        return report(what, standing, ns);
    }

    /** CPU time of an operation. */
    private double slice(final Load load, final long ns) {
        final long beganNs = threads.getCurrentThreadCpuTime();
        long usedNs = 0;
        long operations = 0;
        while (usedNs < ns) {
            for (int i = 0; i < BATCHES; i++) {
                load.batch.run();
            }
            operations += (long) BATCHES * load.operations;
            usedNs = threads.getCurrentThreadCpuTime() - beganNs;
        }
        return (double) usedNs / operations;
    }

    private String report(final String what, final int[] standing, final double[][] ns) {
        final StringBuilder result = new StringBuilder("RESULT benchmark=time-wait-ratio what=" + what);
        System.out.printf(
                "%n%-18s %10s %8s %8s %8s %10s%n", what, "standing", "least", "quartile", "median", "of rate");
        for (int i = 0; i < ns.length; i++) {
            Arrays.sort(ns[i]);
            final double ratio = ns[0][rounds / 2] / ns[i][rounds / 2];
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %10d %8.0f %8.0f %8.0f %9.0f%%%n",
                    "",
                    standing[i],
                    ns[i][0],
                    ns[i][rounds / 4],
                    ns[i][rounds / 2],
                    100 * ratio);
            result.append(String.format(
                    Locale.ROOT, " ns%d=%.0f share%d=%.2f", standing[i], ns[i][rounds / 2], standing[i], ratio));
        }
        return result + " jdk=" + System.getProperty("java.version");
    }
}
