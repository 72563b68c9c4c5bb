package dev.culvert.bench;

import com.sun.management.ThreadMXBean;
import dev.culvert.bench.load.FloodLoad;
import dev.culvert.kit.peer.Flood;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code culvert bench flood}: what is left of an honest peer's rate, by CPU time, while another one sends as many
 * harmful packets as it does. Rounds with and without are interleaved; medians. In memory.
 */
@Command(
        name = "flood",
        description = {
            "Measures what a flood leaves to an honest peer.",
            "What is left of its rate, by CPU time, while another peer sends as many harmful packets as it does, in memory."
        })
final class FloodCommand implements Runnable {
    private static final int TRIALS = 9;
    private static final long MEMORY = 256L << 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Option(
            names = "--rounds",
            paramLabel = "100..100000",
            description = "Batches of " + FloodLoad.BATCH + " honest packets in each of " + TRIALS
                    + " trials. Default: ${DEFAULT-VALUE}.")
    private int rounds = 2_000;

    /** Measures and prints a line for each kind. */
    @Override
    public void run() {
        for (final Flood flood : Flood.values()) {
            trial(flood); // what the JVM compiles on the way
        }
        for (final Flood flood : Flood.values()) {
            if (flood != Flood.NONE) {
                measure(flood);
            }
        }
    }

    private void measure(final Flood flood) {
        final double[] alone = new double[TRIALS];
        final double[] flooded = new double[TRIALS];
        long most = 0;
        for (int i = 0; i < TRIALS; i++) {
            alone[i] = trial(Flood.NONE).cpuNs;
            final Trial harmed = trial(flood);
            flooded[i] = harmed.cpuNs;
            most = Math.max(most, harmed.memoryBytes);
        }
        final double packets = (double) rounds * FloodLoad.BATCH;
        final double honestNs = median(alone) / packets;
        final double harmNs = median(flooded) / packets - honestNs;
        System.out.printf(
                Locale.ROOT,
                "RESULT benchmark=flood kind=%s rateLeft=%.2f nsPerHonestPacket=%.0f nsPerHarmfulPacket=%.0f"
                        + " memoryBytes=%d jdk=%s%n",
                flood.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                honestNs / (honestNs + harmNs),
                honestNs,
                harmNs,
                most,
                System.getProperty("java.version"));
    }

    private record Trial(double cpuNs, long memoryBytes) {}

    private Trial trial(final Flood flood) {
        final FloodLoad load = new FloodLoad(MEMORY);
        load.begin(flood);
        final long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < rounds; i++) {
            load.round(flood);
        }
        final long cpuNs = threads.getCurrentThreadCpuTime() - before;
        final Trial trial = new Trial(cpuNs, load.memoryBytes());
        load.drain();
        return trial;
    }

    private static double median(final double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
