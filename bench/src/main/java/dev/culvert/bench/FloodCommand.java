package dev.culvert.bench;

import com.sun.management.ThreadMXBean;
import dev.culvert.bench.load.FloodLoad;
import dev.culvert.kit.peer.Flood;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The command {@code culvert bench flood}: what is left of an honest peer's rate, by CPU time, while another one sends as many
 * harmful packets as it does. Rounds with and without are interleaved; medians. In memory.
 */
final class FloodCommand {
    private static final int TRIALS = 9;
    private static final long MEMORY = 256L << 20;
    private static final String USAGE = "usage: culvert bench flood [--rounds 100..100000]";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final int rounds;

    private FloodCommand(final int rounds) {
        this.rounds = rounds;
    }

    /** As the arguments say; they are wrong when it throws {@code IllegalArgumentException}. */
    static FloodCommand of(final List<String> args) {
        return new FloodCommand(new BenchArguments(args, USAGE, "--rounds").number("--rounds", 2_000, 100, 100_000));
    }

    /** Measures and prints a line for each kind. */
    void run() {
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
